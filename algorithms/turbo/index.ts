import { z } from "zod";
import type { Algorithm } from "../../core/algorithm.ts";
import { createGuidedSearch } from "../common/guided-search.ts";
import { initialTrials } from "../common/initial.ts";
import { createTurboModel } from "./model.ts";

const configSchema = z.strictObject({
  initialTrials: z
    .int()
    .min(2)
    .max(10_000)
    .nullable()
    .default(null)
    .describe("Evenly spread trials that each region starts from; null: by parameters and budget."),
  warmStartTrials: z
    .int()
    .min(0)
    .default(0)
    .describe(
      "Trials at the study's beginning that another method proposed: the first region starts from their results.",
    ),
});
type Config = z.infer<typeof configSchema>;

/**
 * TuRBO: Thompson sampling in a trust region around the best result, which grows while it succeeds, shrinks while it
 * fails, and starts again elsewhere once it is spent. Results of whatever kind are compared by rank, so that outcome
 * constraints come before losses; inactive coordinates have a value of their own in the model.
 */
export const turbo: Algorithm<Config> = {
  name: "turbo",
  version: 1,
  summary: "Trust regions with local Gaussian processes: for twenty parameters and more and large budgets.",
  config: configSchema,
  supports: {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: false,
    outcomeConstraints: true,
    finiteOnly: false,
  },
  create: (problem, config) => {
    const initial = config.initialTrials ?? initialTrials(problem);
    const sources = Math.max(initial, config.warmStartTrials);
    return createGuidedSearch(problem, { name: "turbo", initial, minResults: 2 }, (history, distinct) =>
      createTurboModel(problem, { initial, sources }, history, distinct),
    );
  },
};
