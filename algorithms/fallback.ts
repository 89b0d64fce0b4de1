import type { Problem, Suggestion } from "../core/algorithm.ts";
import type { AlgorithmId } from "../core/event.ts";
import type { Rng } from "../core/rng.ts";
import { createInitialDesign } from "./common/initial.ts";
import { drawFeasible } from "./random.ts";

/** Whoever answers in place of an algorithm that threw or passed its deadline. */
export const FALLBACK: AlgorithmId = { name: "fallback", version: 1 };

/**
 * An evenly spread point that depends on the trial's number alone, so that it costs no replay of a log that may be what
 * the algorithm failed at: point `trial` of a scrambled Sobol sequence, or a random one where that is infeasible.
 */
export function fallbackSuggestion(problem: Problem, trial: number, rng: Rng): Suggestion {
  const point = createInitialDesign(problem, { purpose: FALLBACK.name, centre: false })(trial);
  if (!problem.feasible(point)) return drawFeasible(problem, rng);
  const why = { rule: "sobol", inputs: { index: trial }, text: `Point ${trial} of a Sobol sequence.` };
  return { type: "start", point, budget: null, why };
}
