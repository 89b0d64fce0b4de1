import { z } from "zod";
import type { Algorithm } from "../core/algorithm.ts";
import { createDifferentialSearch } from "./evolution/differential-search.ts";

const configSchema = z.strictObject({
  strategy: z
    .enum(["shade", "rand1bin"])
    .default("shade")
    .describe("shade: current-to-pbest with adapted F and CR; rand1bin: the classic, with fixed ones."),
  population: z
    .int()
    .min(4)
    .max(10_000)
    .nullable()
    .default(null)
    .describe("Members; null: 20, or a fifth of the trials where that is less, at least 8."),
  f: z.number().gt(0).max(2).default(0.5).describe("Length of the difference in rand1bin."),
  cr: z.number().min(0).max(1).default(0.5).describe("Share of the mutant's parameters in rand1bin."),
});
type Config = z.infer<typeof configSchema>;

/**
 * Differential evolution, asynchronous, with adaptation by success (SHADE, Tanabe & Fukunaga 2013). Feasible points win
 * against others, among those the ones that break less.
 */
export const de: Algorithm<Config> = {
  name: "de",
  version: 1,
  summary: "Differential evolution: robust, for one objective and some 500 trials or more.",
  config: configSchema,
  supports: {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: false,
    outcomeConstraints: true,
    finiteOnly: false,
  },
  create: (problem, { strategy, population, f, cr }) => {
    const { maxTrials } = problem;
    const usual = maxTrials === null ? 20 : Math.min(20, Math.max(8, Math.floor(maxTrials / 5)));
    return createDifferentialSearch(problem, { strategy, size: population ?? usual, fixed: { f, cr } });
  },
};
