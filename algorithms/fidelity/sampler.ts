import type { Problem } from "../../core/algorithm.ts";

/** Which algorithm `auto` stands for under a fidelity schedule. */

/** Up to so many dimensions a Gaussian process learns from the trials that a study has. */
const GP_DIMENSIONS = 20;

/** With more, suggestions come too slowly for a process that has to be fitted, and most points are pending. */
const GP_WORKERS = 64;

/**
 * Shares of a sampler's points that are drawn at random instead: a model of short trainings can settle where they do well
 * and whole ones do not. A third is BOHB's (Falkner et al. 2018, section 4), whose guarantee rests on it. `rf` has its own.
 */
const RANDOM_SHARES: Readonly<Record<string, number>> = { tpe: 1 / 3, gp: 1 / 3 };

/** In [0, 1). @param name of the algorithm. */
export function randomShareOf(name: string): number {
  return RANDOM_SHARES[name] ?? 0;
}

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
