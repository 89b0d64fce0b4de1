import type { TokenResource } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { addOutputOptions, printOne } from "../printing.ts";
import { tokenShape } from "../shapes.ts";
import { CLIENT_SETTINGS } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => addOutputOptions(command.argument("<id>", "as `fettle token ls` shows it")),
  async run(call) {
    const path = `/v1/tokens/${encodeURIComponent(call.args[0] as string)}`;
    printOne(call, await createClient(call.config).delete<TokenResource>(path), tokenShape);
    return undefined;
  },
};
