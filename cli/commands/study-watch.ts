import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";
import { watchStudy } from "../watch-study.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) =>
    void command
      .argument("[study]", "name or id; left out: the active one")
      .option("--events", "print the log, one JSON event a line, as it does in a pipe"),
  async run(call) {
    const client = createClient(call.config);
    const { name } = await findStudy(client, call.config.project, call.args[0]);
    return watchStudy(client, name, call);
  },
};
