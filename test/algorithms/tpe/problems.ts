import type { Dimension, Problem } from "../../../core/algorithm.ts";

/** A problem over dimensions given directly, without conditions, constraints or a limit unless they are given. */
export function problemOf(dimensions: readonly Dimension[], more: Partial<Problem> = {}): Problem {
  return {
    dimensions,
    activity: [],
    objectives: 1,
    constraints: 0,
    fidelity: null,
    constrained: false,
    feasible: () => true,
    maxTrials: null,
    parallelism: 1,
    seed: 1,
    ...more,
  };
}
