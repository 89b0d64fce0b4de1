import type { Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import { improvementOn, lowerBound, posteriorTerm, type Term } from "./acquisition.ts";
import type { Aim } from "./aim.ts";
import { isAttained } from "./aim.ts";
import { improvementBesidePending } from "./fantasies.ts";
import { believing, type Output, type Outputs } from "./outputs.ts";
import { severalAims } from "./several.ts";

/**
 * What is hoped for of the next point, apart from the limits it has to keep.
 *
 * d: columns. Targets: warped losses, mean 0 and variance 1, lower is better.
 */

/** Deviations below the mean that count as hope. */
const BETA = 1.8;
/** Expected improvement grows timid as results come in; from here on every fourth point goes by hope instead. */
const HOPE_FROM = 100;
const HOPE_SHARE = 0.25;
/** From this part of the signal variance on, noise decides which trial looks best. */
const NOISY = 0.1;

/** `pending`: rows of trials that run. `margin`: by how much the best target is to be improved on, at least. */
export function objectiveOf(
  problem: Problem,
  outputs: Outputs,
  pending: readonly Float64Array[],
  margin: number,
  rng: Rng,
): Aim {
  return problem.objectives === 1
    ? singleAim(outputs.losses[0]!, pending, margin, rng)
    : severalAims(outputs.losses, pending, rng);
}

function singleAim(loss: Output, pending: readonly Float64Array[], margin: number, rng: Rng): Aim {
  const { posterior, records, theta } = loss;
  const order = byTarget(loss);
  const attained = order.filter((index) => isAttained(records[index]!));
  const best = (attained.length > 0 ? attained : order).map((index) => records[index]!);
  if (attained.length === 0) return { name: "feasibility", term: null, best, threshold: null };
  const threshold = incumbentTarget(loss, attained) - margin;
  if (margin === 0 && records.length >= HOPE_FROM && rng() < HOPE_SHARE) {
    const term = posteriorTerm([believing(posterior, pending)], theta.length - 2, lowerBound(BETA));
    return { name: "lower-bound", term, best, threshold };
  }
  const name = margin > 0 ? "clear-improvement" : "improvement";
  return { name, term: improvement(loss, pending, threshold, rng), best, threshold };
}

function improvement(
  { posterior, theta, kept, targets }: Output,
  pending: readonly Float64Array[],
  threshold: number,
  rng: Rng,
): Term {
  const d = theta.length - 2;
  if (pending.length === 0) return posteriorTerm([posterior], d, improvementOn(threshold));
  const known = Float64Array.from(kept, (index) => targets[index]!);
  const extended = believing(posterior, pending);
  return improvementBesidePending(posterior, extended, flat(pending, d), known, threshold, rng);
}

/**
 * The lowest target of a feasible trial, or, where results are noisy, the lowest that the model believes in: the best of
 * many noisy results was lucky.
 */
function incumbentTarget({ posterior, rows, targets, theta }: Output, attained: readonly number[]): number {
  const d = theta.length - 2;
  if (Math.exp(theta[d + 1]! - theta[d]!) < NOISY) return targets[attained[0]!]!;
  const mean = new Float64Array(attained.length);
  const points = flat(
    attained.map((index) => rows[index]!),
    d,
  );
  posterior.predict(points, attained.length, mean, new Float64Array(attained.length));
  return mean.reduce((a, b) => Math.min(a, b));
}

/** Indices of the observations, lowest target first. */
function byTarget({ targets }: Output): number[] {
  return [...targets.keys()].sort((a, b) => targets[a]! - targets[b]! || a - b);
}

function flat(rows: readonly Float64Array[], d: number): Float64Array {
  const matrix = new Float64Array(rows.length * d);
  for (const [index, row] of rows.entries()) matrix.set(row, index * d);
  return matrix;
}
