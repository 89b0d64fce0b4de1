import type { Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import { improvementOn, lowerBound, posteriorTerm, type Term } from "./acquisition.ts";
import type { Aim } from "./aim.ts";
import { isAttained } from "./aim.ts";
import { type Attained, attainedAt } from "./attained.ts";
import { improvementBesidePending } from "./fantasies.ts";
import type { Features } from "./features.ts";
import { believing, type Output, type Outputs } from "./outputs.ts";
import { atPin, flat, type Pin } from "./pin.ts";
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
/**
 * Beside running trials it is timid earlier where most parameters are unordered choices. NAS-Bench-201, two tables, 8
 * workers, regret after 50 trials: 0.053 and 0.142 instead of 0.096 and 0.196 (24 seeds), and no worse after 100.
 */
const HOPE_SHARE_OF_CHOICES = 0.5;
/** From this part of the signal variance on, noise decides which trial looks best. */
const NOISY = 0.1;

/** `pending`: rows of trials that run. `margin`: by how much the best target is to be improved on, at least. */
export function objectiveOf(
  problem: Problem,
  features: Features,
  outputs: Outputs,
  pending: readonly Float64Array[],
  margin: number,
  rng: Rng,
): Aim {
  return problem.objectives === 1
    ? singleAim(outputs.losses[0]!, features, pending, margin, rng)
    : severalAims(outputs.losses, features.pin, pending, rng);
}

function singleAim(
  loss: Output,
  { pin, categorical }: Features,
  pending: readonly Float64Array[],
  margin: number,
  rng: Rng,
): Aim {
  const { posterior, theta } = loss;
  const known = attainedAt(pin, loss);
  const { records } = known;
  const order = byTarget(known);
  const attained = order.filter((index) => isAttained(records[index]!));
  const best = (attained.length > 0 ? attained : order).map((index) => records[index]!);
  if (attained.length === 0) return { name: "feasibility", term: null, best, threshold: null };
  const threshold = incumbentTarget(loss, known, attained) - margin;
  const hopes = margin === 0 ? shareOfHope(records.length, pending.length, categorical) : 0;
  if (hopes > 0 && rng() < hopes) {
    const term = posteriorTerm([believing(posterior, pending)], theta.length - 2, lowerBound(BETA));
    return { name: "lower-bound", term, best, threshold };
  }
  const name = margin > 0 ? "clear-improvement" : "improvement";
  return { name, term: improvement(loss, pin, pending, threshold, rng), best, threshold };
}

/** Of the suggestions; n: results. */
function shareOfHope(n: number, pending: number, categorical: Uint8Array): number {
  const codes = categorical.reduce((sum, flag) => sum + flag, 0);
  if (pending > 0 && 2 * codes > categorical.length) return HOPE_SHARE_OF_CHOICES;
  return n >= HOPE_FROM ? HOPE_SHARE : 0;
}

function improvement(
  { posterior, theta, kept, targets }: Output,
  pin: Pin | null,
  pending: readonly Float64Array[],
  threshold: number,
  rng: Rng,
): Term {
  const d = theta.length - 2;
  if (pending.length === 0) return posteriorTerm([posterior], d, improvementOn(threshold));
  const known = Float64Array.from(kept, (index) => targets[index]!);
  const extended = believing(posterior, pending);
  const there = pin && flat(pending.map((row) => atPin(pin, row)));
  return improvementBesidePending(posterior, extended, flat(pending), there, known, threshold, rng);
}

/**
 * The lowest target of a feasible trial, or, where results are noisy, the lowest that the model believes in: the best of
 * many noisy results was lucky.
 */
function incumbentTarget(
  { posterior, theta }: Output,
  { rows, targets }: Attained,
  attained: readonly number[],
): number {
  const d = theta.length - 2;
  if (Math.exp(theta[d + 1]! - theta[d]!) < NOISY) return targets[attained[0]!]!;
  const mean = new Float64Array(attained.length);
  const points = flat(attained.map((index) => rows[index]!));
  posterior.predict(points, attained.length, mean, new Float64Array(attained.length));
  return mean.reduce((a, b) => Math.min(a, b));
}

/** Indices of what is known, lowest target first. */
function byTarget({ targets }: Attained): number[] {
  return [...targets.keys()].sort((a, b) => targets[a]! - targets[b]! || a - b);
}
