import type { Curve } from "../../core/stopper.ts";

/**
 * What the rules ask of a curve at a step, each in O(log n): running averages and minima are worked out once for a curve,
 * which never changes, and kept as long as it lives. A study with 10,000 trials judges each report in a millisecond.
 *
 * reports: how many of a curve's reports count, those at or before the step in question.
 */
interface Running {
  /** Entry i: mean of the first i + 1 losses. */
  readonly means: Float64Array;
  /** Entry i: the least of the first i + 1 losses. */
  readonly minima: Float64Array;
}

const known = new WeakMap<Curve, Running>();

/** How many reports lie at or before `step`. */
export function reportsUpTo({ steps }: Curve, step: number): number {
  let low = 0;
  let high = steps.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (steps[middle]! <= step) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Whether the trial has trained up to `step`, or ended before by completing: what it reported so far is all there is. */
export function hasReached({ steps, completed }: Curve, step: number): boolean {
  return completed || (steps.length > 0 && steps.at(-1)! >= step);
}

/** Mean of the first `reports` losses; `reports` >= 1. */
export function runningMean(curve: Curve, reports: number): number {
  return runningOf(curve).means[reports - 1]!;
}

/** The least of the first `reports` losses; `reports` >= 1. */
export function runningBest(curve: Curve, reports: number): number {
  return runningOf(curve).minima[reports - 1]!;
}

/** The least loss of all; Infinity when there is none. */
export function bestOf(curve: Curve): number {
  return curve.losses.length === 0 ? Number.POSITIVE_INFINITY : runningBest(curve, curve.losses.length);
}

/**
 * One loss for each peer that counts at `step`: that did not diverge, and has reached the step with at least one report
 * at or before it. `lossOf` says which loss, given the number of those reports.
 */
export function peerLosses(
  peers: readonly Curve[],
  step: number,
  lossOf: (peer: Curve, reports: number) => number,
): Float64Array {
  const losses = new Float64Array(peers.length);
  let count = 0;
  for (const peer of peers) {
    if (peer.diverged || !hasReached(peer, step)) continue;
    const reports = reportsUpTo(peer, step);
    if (reports > 0) losses[count++] = lossOf(peer, reports);
  }
  return losses.subarray(0, count);
}

function runningOf(curve: Curve): Running {
  const kept = known.get(curve);
  if (kept !== undefined) return kept;
  const running = accumulate(curve.losses);
  known.set(curve, running);
  return running;
}

function accumulate(losses: readonly number[]): Running {
  const means = new Float64Array(losses.length);
  const minima = new Float64Array(losses.length);
  let mean = 0;
  let least = Number.POSITIVE_INFINITY;
  for (const [index, loss] of losses.entries()) {
    // Not the sum divided: a sum of large losses overflows.
    mean += (loss - mean) / (index + 1);
    least = Math.min(least, loss);
    means[index] = mean;
    minima[index] = least;
  }
  return { means, minima };
}
