import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { confirm } from "../confirm.ts";
import { EXIT_CODES } from "../failure.ts";
import { studyPath } from "../paths.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => void command.argument("<study>", "name or id").option("--yes", "do not ask"),
  async run(call) {
    const { project } = call.config;
    const client = createClient(call.config);
    const { name, created } = await findStudy(client, project, call.args[0]);
    if (!(await confirm(call, `Delete study ${name} with its ${created} trials, metrics and logs?`))) {
      call.io.err.write("Nothing was deleted.\n");
      return EXIT_CODES.failed.code;
    }
    await client.delete(studyPath(project, name));
    call.io.err.write(`Deleted ${name}.\n`);
    return undefined;
  },
};
