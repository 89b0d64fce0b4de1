import { parse } from "yaml";
import { FettleError } from "../../core/errors.ts";
import type { TrialResource } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { trialsPath } from "../paths.ts";
import { addOutputOptions, isForPeople, printOne } from "../printing.ts";
import { trialShape } from "../shapes.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command
      .argument("<study>", "name or id")
      .argument("<params...>", "the point, as in lr=0.01 optimizer=adam; declared defaults may be left out");
    addOutputOptions(command);
  },
  async run(call) {
    const { config, args, io } = call;
    const client = createClient(config);
    const { name } = await findStudy(client, config.project, args[0]);
    const params = paramsOf((args[1] ?? []) as unknown as string[]);
    const trial = await client.post<TrialResource>(trialsPath(config.project, name), { params });
    printOne(call, trial, trialShape);
    if (isForPeople(call)) io.err.write(`  Its output:  fettle trial logs -f ${name}/${trial.number}\n`);
    return undefined;
  },
};

/** `name=value` words; values as in YAML, so that 0.1 is a number and adam a text. */
function paramsOf(words: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at > 0) return [word.slice(0, at), parse(word.slice(at + 1)) as unknown];
      throw new FettleError("invalid-input", `"${word}" is no parameter.`, { hint: "Write lr=0.01." });
    }),
  );
}
