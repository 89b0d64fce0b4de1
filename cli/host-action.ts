import type { AgentResource } from "../core/resources.ts";
import { createClient } from "./client.ts";
import type { CommandModule } from "./command.ts";
import { addOutputOptions, printOne } from "./printing.ts";
import { agentShape } from "./shapes.ts";
import { CLIENT_SETTINGS } from "./targets.ts";

/** A command that tells a host to take nothing new, or to take trials again. */
export function hostAction(action: "drain" | "undrain"): CommandModule {
  return {
    settings: CLIENT_SETTINGS,
    define: (command) => addOutputOptions(command.argument("<host>", "name or id")),
    async run(call) {
      const path = `/v1/agents/${encodeURIComponent(call.args[0] as string)}/${action}`;
      printOne(call, await createClient(call.config).post<AgentResource>(path), agentShape);
      return undefined;
    },
  };
}
