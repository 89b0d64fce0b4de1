import { Option } from "commander";
import type { StudyResource } from "../../core/resources.ts";
import { STUDY_STATES } from "../../core/trial.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { readPages } from "../pages.ts";
import { studiesPath } from "../paths.ts";
import { addOutputOptions, countOption, printRows } from "../printing.ts";
import { studyShape } from "../shapes.ts";
import { CLIENT_SETTINGS } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command
      .option("--filter <filter>", "for example: 'state = running AND tags:v2'")
      .addOption(new Option("--state <state>", "only these").choices(STUDY_STATES))
      .option("--tag <tag>", "only with this tag")
      .option("--limit <count>", "at most so many, newest first (default: 100)")
      .option("--all", "every one");
    addOutputOptions(command);
  },
  async run(call) {
    const { config, options } = call;
    const page = await readPages<StudyResource>(createClient(config), studiesPath(config.project), {
      query: {
        filter: options.filter as string | undefined,
        state: options.state as string | undefined,
        tag: options.tag as string | undefined,
      },
      limit: options.all === true ? Number.POSITIVE_INFINITY : (countOption(options.limit, "limit") ?? 100),
    });
    printRows(call, page.items, studyShape, page);
    return undefined;
  },
};
