import type { GpData } from "../../math/gp/model.ts";
import type { History } from "../common/history.ts";
import type { Columns } from "./columns.ts";
import type { RegionResult } from "./region.ts";
import { targetsOf } from "./targets.ts";

/** Results of a region as its model takes them. */
export interface LocalData extends GpData {
  /** The trial of each row. */
  readonly trials: readonly number[];
}

/**
 * The results nearest to `incumbent`, a trial of theirs: at most `size`, in the order in which they came. Of a trial that
 * was run again its last result counts.
 */
export function localData(
  results: readonly RegionResult[],
  incumbent: number,
  columns: Columns,
  history: History,
  size: number,
): LocalData {
  const rowOf = (trial: number) => columns.row(history.record(trial)!.point);
  const rankOf = new Map(results.map(({ trial, rank }) => [trial, rank]));
  const centre = rowOf(incumbent);
  const all = [...rankOf].map(([trial, rank], order) => {
    const row = rowOf(trial);
    return { trial, rank, order, row, distance: distanceBetween(row, centre, columns.categorical) };
  });
  const near = all.sort((a, b) => a.distance - b.distance || a.order - b.order).slice(0, size);
  near.sort((a, b) => a.order - b.order);
  const d = columns.of.length;
  return {
    n: near.length,
    d,
    x: stack(
      near.map(({ row }) => row),
      d,
    ),
    y: targetsOf(near.map(({ rank }) => rank)),
    categorical: columns.categorical,
    trials: near.map(({ trial }) => trial),
  };
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
