import { z } from "zod";
import type { Algorithm } from "../../core/algorithm.ts";
import { createGuidedSearch } from "../common/guided-search.ts";
import { createCmaesModel } from "./model.ts";

const configSchema = z.strictObject({
  restarts: z
    .enum(["none", "ipop", "bipop"])
    .default("bipop")
    .describe(
      "What follows a run that has converged: nothing, larger ones, or larger and smaller ones in turn.",
    ),
  populationSize: z
    .int()
    .min(4)
    .max(10_000)
    .nullable()
    .default(null)
    .describe("Results of a generation; null: 4 + 3 ln(parameters)."),
  initialTrials: z
    .int()
    .min(1)
    .max(10_000)
    .nullable()
    .default(null)
    .describe("Evenly spread trials, the best of which is the first mean."),
  stepSize: z
    .number()
    .min(0.001)
    .max(1)
    .default(0.17)
    .describe("Standard deviation at the start, in parts of each parameter's range."),
  candidates: z
    .int()
    .min(1)
    .max(100)
    .default(8)
    .describe("Samples from which a model of the nearby results chooses; 1: plain CMA-ES."),
  warmStartTrials: z
    .int()
    .min(0)
    .default(0)
    .describe(
      "Trials at the study's beginning that another method proposed: the search starts from the best tenth of them.",
    ),
});
type Config = z.infer<typeof configSchema>;

/**
 * Active CMA-ES with margin, asynchronous, with restarts. Categorical dimensions are searched jointly, in the way of
 * CatCMA; inactive coordinates are drawn from the distribution, so that they tell nothing; points that break a
 * constraint between parameters are drawn again; outcome constraints come before losses.
 */
export const cmaes: Algorithm<Config> = {
  name: "cmaes",
  version: 1,
  summary:
    "Covariance matrix adaptation: for numeric parameters that depend on each other, from some 150 trials on.",
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
    const initial = config.initialTrials ?? 1;
    const options = { name: "cmaes", initial, minResults: 1 };
    return createGuidedSearch(problem, options, (history, distinct) =>
      createCmaesModel(
        problem,
        {
          sources: Math.max(initial, config.warmStartTrials),
          sigma: config.stepSize,
          size: config.populationSize,
          restarts: config.restarts,
          candidates: config.candidates,
        },
        history,
        distinct,
      ),
    );
  },
};
