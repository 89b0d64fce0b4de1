import { z } from "zod";
import { type FidelitySchedule, rungsOf } from "../../core/fidelity.ts";
import { hyperbandBrackets } from "./brackets.ts";
import { finalistsSchema } from "./finalists.ts";
import { createSynchronous } from "./synchronous.ts";

const configSchema = z.strictObject({ finalists: finalistsSchema });
type Config = z.infer<typeof configSchema>;

/**
 * Hyperband (Li et al. 2018, Algorithm 1): brackets of successive halving that start at every rung in turn, so that a study
 * whose short trainings mislead loses little. Its brackets are repeated until no more trials may start, and run beside each
 * other. With a model of its results as sampler it is BOHB (Falkner et al. 2018).
 */
export const hyperband: FidelitySchedule<Config> = {
  name: "hyperband",
  version: 1,
  summary: "Successive halving from every rung in turn: safe where short trainings may mislead.",
  config: configSchema,
  multiObjective: true,
  create(problem, { finalists }) {
    const { fidelity } = problem;
    const plans = hyperbandBrackets(rungsOf(fidelity).length, fidelity.eta);
    return createSynchronous(problem, { name: "hyperband", plans, finalists });
  },
};
