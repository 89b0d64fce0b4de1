import type { StudyResource } from "../core/resources.ts";
import { createClient } from "./client.ts";
import type { CommandModule } from "./command.ts";
import { studyPath } from "./paths.ts";
import { addOutputOptions, printOne } from "./printing.ts";
import { studyShape } from "./shapes.ts";
import { CLIENT_SETTINGS, findStudy } from "./targets.ts";

/** A command that does one thing to a study and prints what it then is. */
export function studyAction(action: "pause" | "resume" | "stop"): CommandModule {
  return {
    settings: CLIENT_SETTINGS,
    define: (command) =>
      addOutputOptions(command.argument("[study]", "name or id; left out: the active one")),
    async run(call) {
      const { project } = call.config;
      const client = createClient(call.config);
      const { name } = await findStudy(client, project, call.args[0]);
      printOne(call, await client.post<StudyResource>(`${studyPath(project, name)}/${action}`), studyShape);
      return undefined;
    },
  };
}
