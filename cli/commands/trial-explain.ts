import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { explainTrial } from "../explain-trial.ts";
import { addOutputOptions } from "../printing.ts";
import { CLIENT_SETTINGS, findTrialStudy, parseTrial } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => addOutputOptions(command.argument("<trial>", "STUDY/NUMBER, as in digits/42")),
  async run(call) {
    const client = createClient(call.config);
    const target = parseTrial(call.args[0]);
    await explainTrial(
      call,
      client,
      await findTrialStudy(client, call.config.project, target),
      target.number,
    );
    return undefined;
  },
};
