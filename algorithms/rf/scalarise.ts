import type { Rng } from "../../core/rng.ts";
import type { TrialRecord } from "../common/history.ts";

/** One number from the losses of a trial, to be minimised. */
export type LossOf = (losses: readonly number[]) => number;

/** Share of the plain weighted sum, which tells points of equal largest loss apart (Knowles 2006). */
const SUM_SHARE = 0.05;

/** How often a single objective has all the weight. */
const END_SHARE = 0.25;

/**
 * ParEGO (Knowles 2006): the augmented Tchebycheff norm of the losses, each scaled to [0, 1] over `completed`, with
 * weights drawn uniformly from the simplex, or from its corners. Another suggestion draws others and so goes for another part of the front.
 */
export function drawScalarisation(completed: readonly TrialRecord[], rng: Rng): LossOf {
  const objectives = completed[0]?.losses?.length ?? 1;
  const ranges = Array.from({ length: objectives }, (_, k) => rangeOf(completed, k));
  // Exponential draws over their sum are uniform on the simplex.
  const draws = ranges.map(() => -Math.log(1 - rng()));
  // The ends of the front are points of no measure among the weights, and what the others are scaled by.
  if (rng() < END_SHARE) draws.fill(0).splice(Math.floor(rng() * objectives), 1, 1);
  const sum = draws.reduce((total, draw) => total + draw, 0) || 1;
  return (losses) => {
    let largest = Number.NEGATIVE_INFINITY;
    let total = 0;
    for (const [k, { low, width }] of ranges.entries()) {
      const weighted = (draws[k]! / sum) * ((losses[k]! - low) / width);
      largest = Math.max(largest, weighted);
      total += weighted;
    }
    return largest + SUM_SHARE * total;
  };
}

function rangeOf(completed: readonly TrialRecord[], k: number): { low: number; width: number } {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { losses } of completed) {
    low = Math.min(low, losses![k]!);
    high = Math.max(high, losses![k]!);
  }
  const width = high - low;
  return { low, width: width > 0 && Number.isFinite(width) ? width : 1 };
}
