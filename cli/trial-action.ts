import type { TrialResource } from "../core/resources.ts";
import { createClient } from "./client.ts";
import type { CommandModule } from "./command.ts";
import { trialPath } from "./paths.ts";
import { addOutputOptions, printOne } from "./printing.ts";
import { trialShape } from "./shapes.ts";
import { CLIENT_SETTINGS, findTrialStudy, parseTrial } from "./targets.ts";

/** A command that does one thing to a trial and prints what it then is. */
export function trialAction(action: "stop" | "retry"): CommandModule {
  return {
    settings: CLIENT_SETTINGS,
    define: (command) => addOutputOptions(command.argument("<trial>", "STUDY/NUMBER, as in digits/42")),
    async run(call) {
      const { project } = call.config;
      const client = createClient(call.config);
      const target = parseTrial(call.args[0]);
      const path = trialPath(project, await findTrialStudy(client, project, target), target.number);
      printOne(call, await client.post<TrialResource>(`${path}/${action}`), trialShape);
      return undefined;
    },
  };
}
