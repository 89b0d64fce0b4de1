import type { AgentResource } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { addOutputOptions, printRows } from "../printing.ts";
import { agentShape } from "../shapes.ts";
import { CLIENT_SETTINGS } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: addOutputOptions,
  async run(call) {
    const reply = await createClient(call.config).get<{ items: AgentResource[] }>("/v1/agents");
    printRows(call, reply.items, agentShape, reply);
    return undefined;
  },
};
