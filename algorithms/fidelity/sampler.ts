import type { Problem } from "../../core/algorithm.ts";

/** Which algorithm `auto` stands for under a fidelity schedule. */

/** Up to so many dimensions a Gaussian process learns from the trials that a study has. */
const GP_DIMENSIONS = 20;

/** With more, suggestions come too slowly for a process that has to be fitted, and most points are pending. */
const GP_WORKERS = 64;

export interface SamplerChoice {
  name: string;
  /** Why, for people. */
  explanation: string;
}

/** The name of the algorithm that proposes points: the one that the study names, or the choice for its space. */
export function samplerName(name: string, problem: Problem): string {
  return name === "auto" ? chooseSampler(problem).name : name;
}

/**
 * Not `auto` itself: it changes its engine by the number of results, and here a few results of long trainings outweigh many
 * of short ones. The Gaussian process models all rungs together and so learns from the short trainings about the long ones;
 * with conditional parameters, many dimensions or several objectives its model of the budget is the weaker part, and
 * densities of the results at one rung serve better.
 */
export function chooseSampler({ dimensions, activity, objectives, parallelism }: Problem): SamplerChoice {
  const reasons = [
    activity.length > 0 ? "conditional parameters" : "",
    dimensions.length > GP_DIMENSIONS ? `more than ${GP_DIMENSIONS} parameters` : "",
    objectives > 1 ? "several objectives" : "",
    parallelism > GP_WORKERS ? `more than ${GP_WORKERS} workers` : "",
  ].filter(Boolean);
  if (reasons.length > 0) {
    const why = `for ${reasons.join(" and ")}: TPE, from the results at the highest rung with enough of them.`;
    return { name: "tpe", explanation: `New trials are placed ${why}` };
  }
  const explanation =
    "New trials are placed by a Gaussian process that learns from the results of all rungs together.";
  return { name: "gp", explanation };
}
