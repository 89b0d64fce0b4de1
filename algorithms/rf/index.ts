import { z } from "zod";
import type { Algorithm, Problem, Search } from "../../core/algorithm.ts";
import { createGuidedSearch } from "../common/guided-search.ts";
import { createForestModel } from "./model.ts";
import { DEFAULT_SETTINGS, type Settings } from "./settings.ts";

const configSchema = z.strictObject({
  trees: z.int().min(2).max(200).default(DEFAULT_SETTINGS.trees).describe("Trees of the forest."),
  randomShare: z
    .number()
    .min(0)
    .max(1)
    .default(DEFAULT_SETTINGS.randomShare)
    .describe("Share of suggestions that are random points, against a model that is wrong."),
});
type Config = z.infer<typeof configSchema>;

/**
 * A random forest foretells the loss, and the point of the highest expected improvement is tried next (SMAC: Hutter,
 * Hoos & Leyton-Brown 2011; Lindauer et al. 2022). Trees see conditional parameters as they are.
 */
export const rf: Algorithm<Config> = {
  name: "rf",
  version: 1,
  summary:
    "Random forest with expected improvement (SMAC). Strong on conditional spaces and thousands of trials.",
  config: configSchema,
  supports: {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: true,
    outcomeConstraints: true,
    finiteOnly: false,
  },
  create: (problem, { trees, randomShare }) =>
    createForestSearch(problem, { ...DEFAULT_SETTINGS, trees, randomShare }),
};

export function createForestSearch(problem: Problem, settings: Settings): Search {
  return createGuidedSearch(problem, { name: "rf" }, (history, distinct) =>
    createForestModel(problem, settings, history, distinct),
  );
}
