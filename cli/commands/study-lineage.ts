import { drawFamilies } from "../../core/lineage.ts";
import type { TrialResource } from "../../core/resources.ts";
import { createClient } from "../client.ts";
import type { CommandModule } from "../command.ts";
import { shortNumber } from "../numbers.ts";
import { readPages } from "../pages.ts";
import { trialsPath } from "../paths.ts";
import { CLIENT_SETTINGS, findStudy } from "../targets.ts";

export const command: CommandModule = {
  settings: CLIENT_SETTINGS,
  define: (command) => {
    command.argument("[study]", "name or id; left out: the active one");
  },
  async run(call) {
    const { config, args, io } = call;
    const client = createClient(config);
    const { name } = await findStudy(client, config.project, args[0]);
    const limit = Number.POSITIVE_INFINITY;
    const { items } = await readPages<TrialResource>(client, trialsPath(config.project, name), {
      query: {},
      limit,
    });
    const trials = new Map(items.map((trial) => [trial.number, trial]));
    io.out.write(`${drawFamilies(items, (number) => labelOf(trials.get(number)!))}\n`);
    return undefined;
  },
};

/** "0.93 at 20, pruned". */
function labelOf({ values, budget, state }: TrialResource): string {
  const value = values.map(shortNumber).join(" ");
  const reached = budget === null ? "" : ` at ${shortNumber(budget)}`;
  return `${value}${reached}, ${state}`;
}
