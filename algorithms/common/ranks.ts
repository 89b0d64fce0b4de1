import { totalViolation } from "../../core/ranking.ts";
import type { TrialRecord } from "./history.ts";

/**
 * What the order of a generation goes by: feasible results by loss, then infeasible ones by how much they break, then
 * pruned ones, those that came farthest first, then those that failed or have no number. Null: the trial says nothing.
 */
export type Rank = readonly [group: number, first: number, second: number];

export const FAILED = 3;

export function rankOf(record: TrialRecord): Rank | null {
  const { status, losses, violations, last } = record;
  if (status === "pending" || status === "cancelled") return null;
  if (status === "pruned" && last !== null && Number.isFinite(last.losses[0]))
    return [2, -last.step, last.losses[0]!];
  if (status !== "completed" || losses === null) return [FAILED, 0, 0];
  const violation = totalViolation(violations);
  return violation === 0 ? [0, losses[0]!, 0] : [1, violation, losses[0]!];
}

/** Not a difference: infinite violations would make it NaN. */
export function compareRanks(a: Rank, b: Rank): number {
  for (let k = 0; k < 3; k++) {
    if (a[k]! < b[k]!) return -1;
    if (a[k]! > b[k]!) return 1;
  }
  return 0;
}

/** The weights in rank order; members that rank the same share theirs evenly. `ranks` is sorted. */
export function sharedWeights(weights: Float64Array, ranks: readonly Rank[]): Float64Array {
  const shared = weights.slice();
  for (let start = 0; start < ranks.length; ) {
    let end = start + 1;
    while (end < ranks.length && compareRanks(ranks[start]!, ranks[end]!) === 0) end++;
    const mean = weights.subarray(start, end).reduce((sum, w) => sum + w, 0) / (end - start);
    shared.fill(mean, start, end);
    start = end;
  }
  return shared;
}
