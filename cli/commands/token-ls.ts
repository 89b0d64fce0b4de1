import type { TokenResource } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { addOutputOptions, printRows } from "../printing.ts";
import { tokenShape } from "../shapes.ts";
import { CLIENT_SETTINGS } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: addOutputOptions,
  async run(call) {
    const reply = await createClient(call.config).get<{ items: TokenResource[] }>("/v1/tokens");
    printRows(call, reply.items, tokenShape, reply);
    return undefined;
  },
};
