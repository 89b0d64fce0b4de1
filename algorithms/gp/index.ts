import type { Algorithm, Problem } from "../../core/algorithm.ts";
import { createGuidedSearch } from "../common/guided-search.ts";
import { freeDimensions, initialTrials } from "../common/initial.ts";
import { configSchema, type GpConfig } from "./config.ts";
import { createGpModel } from "./model.ts";

/**
 * Bayesian optimisation with a Gaussian process: the point with the largest expected improvement under a model of all
 * results so far (Jones et al. 1998; in logarithms, Ament et al. 2023).
 */
export const gp: Algorithm<GpConfig> = {
  name: "gp",
  version: 3,
  summary: "Gaussian process with expected improvement. Learns most from few results; for expensive trials.",
  config: configSchema,
  supports: {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: true,
    outcomeConstraints: true,
    finiteOnly: false,
    pinned: true,
  },
  create: (problem, config) =>
    createGuidedSearch(problem, { name: "gp", initial: initialPoints(problem) }, (history, distinct) =>
      createGpModel(problem, config, history, distinct),
    ),
};

/** Fewer than others need: the model is of use from a handful of results on. */
function initialPoints(problem: Problem): number {
  return Math.min(initialTrials(problem), 4 + Math.ceil(freeDimensions(problem) / 2), 10);
}
