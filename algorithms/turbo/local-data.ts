import type { GpData } from "../../math/gp/model.ts";
import type { History } from "../common/history.ts";
import { FAILED, type Rank } from "../common/ranks.ts";
import type { Columns } from "./columns.ts";
import type { RegionResult } from "./region.ts";
import { targetsOf } from "./targets.ts";

/** Results of a region as its models take them, in the order in which they came. */
export interface LocalResults {
  readonly trials: readonly number[];
  readonly ranks: readonly Rank[];
  readonly rows: readonly Float64Array[];
  readonly categorical: Uint8Array;
}

/**
 * The results nearest to `incumbent`, a trial of theirs: at most `size`. Of a trial that was run again its last result
 * counts.
 */
export function localResults(
  results: readonly RegionResult[],
  incumbent: number,
  columns: Columns,
  history: History,
  size: number,
): LocalResults {
  const rowOf = (trial: number) => columns.row(history.record(trial)!.point);
  const rankOf = new Map(results.map(({ trial, rank }) => [trial, rank]));
  const centre = rowOf(incumbent);
  const all = [...rankOf].map(([trial, rank], order) => {
    const row = rowOf(trial);
    return { trial, rank, order, row, distance: distanceBetween(row, centre, columns.categorical) };
  });
  const near = all.sort((a, b) => a.distance - b.distance || a.order - b.order).slice(0, size);
  near.sort((a, b) => a.order - b.order);
  return {
    trials: near.map(({ trial }) => trial),
    ranks: near.map(({ rank }) => rank),
    rows: near.map(({ row }) => row),
    categorical: columns.categorical,
  };
}

/** The results that have a rank of their own; `trials`: of each row. */
export function lossData({ trials, ranks, rows, categorical }: LocalResults): GpData & { trials: number[] } {
  const kept = Array.from(ranks.keys()).filter((k) => ranks[k]![0] !== FAILED);
  const x = kept.map((k) => rows[k]!);
  const y = targetsOf(kept.map((k) => ranks[k]!));
  return { ...gpData(x, y, categorical), trials: kept.map((k) => trials[k]!) };
}

/** Of the model: n rows and their targets. */
export function gpData(rows: readonly Float64Array[], y: Float64Array, categorical: Uint8Array): GpData {
  const d = categorical.length;
  return { n: rows.length, d, x: stack(rows, d), y, categorical };
}

/** Rows of d values, one after the other. */
export function stack(rows: readonly Float64Array[], d: number): Float64Array {
  const x = new Float64Array(rows.length * d);
  for (const [k, row] of rows.entries()) x.set(row, k * d);
  return x;
}

/** Squared; a different choice counts as the whole range. */
export function distanceBetween(a: Float64Array, b: Float64Array, categorical: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    if (!categorical[i]) sum += (a[i]! - b[i]!) ** 2;
    else if (a[i] !== b[i]) sum += 1;
  }
  return sum;
}
