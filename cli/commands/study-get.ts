import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { addOutputOptions, printOne } from "../printing.ts";
import { studyShape } from "../shapes.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => addOutputOptions(command.argument("[study]", "name or id; left out: the active one")),
  async run(call) {
    printOne(call, await findStudy(createClient(call.config), call.config.project, call.args[0]), studyShape);
    return undefined;
  },
};
