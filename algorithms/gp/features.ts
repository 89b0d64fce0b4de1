import type { ActivityRule, Point, Problem } from "../../core/algorithm.ts";
import { indexAt, isPinned, levelAt, positionOf, sizeOf } from "../../core/dimension.ts";
import type { Pin } from "./pin.ts";

/**
 * Points as rows of numbers that a kernel compares.
 *
 * D: dimensions of the problem. d: columns. u: D full coordinates (also where inactive). row: d features.
 * A numeric dimension is one column in [0, 1]; a level stands at its own position. A categorical dimension is a column of
 * codes that are equal or not. Dimensions with one value have no column, but a pinned one has: results differ in it.
 * Conditional dimensions: an inactive numeric coordinate stands at the centre and an inactive choice is a code of its own,
 * so that trials without a parameter are all alike in it. Where the parent has more values than two, active against
 * inactive is also a column of codes, one for each group of dimensions that appear together: two branches without a
 * parameter share more than two that differ in having it.
 */

/** Where an inactive numeric coordinate stands. */
const INACTIVE = 0.5;

export interface Features {
  /** Number of columns, d >= 1. */
  readonly width: number;
  /** One entry a column: 1 for codes, 0 for numbers. */
  readonly categorical: Uint8Array;
  /** The column of each dimension, -1 for none. */
  readonly columnOf: Int32Array;
  /** The pinned dimension; null without one. */
  readonly pin: Pin | null;
  /** Writes the row of full coordinates u (any coordinate within a level's cell) to `out` from `offset` on. */
  encode(u: ArrayLike<number>, out: Float64Array, offset: number): void;
  /** Full coordinates of a point, inactive ones at a fixed place. */
  complete(point: Point): Float64Array;
}

export function createFeatures({ dimensions, activity }: Problem): Features {
  const columnOf = new Int32Array(dimensions.length).fill(-1);
  const kinds: number[] = [];
  let pin: Pin | null = null;
  for (const [index, dimension] of dimensions.entries()) {
    if (sizeOf(dimension) === 1 && !isPinned(dimension)) continue;
    if (isPinned(dimension)) pin = { dimension: index, column: kinds.length, value: dimension.pinned };
    columnOf[index] = kinds.length;
    kinds.push(dimension.kind === "categorical" ? 1 : 0);
  }
  const groups = activityGroups(activity, (parent) => sizeOf(dimensions[parent]!));
  const groupColumns = groups.map(() => kinds.push(1) - 1);
  // A space of fixed values alone still needs a row.
  const empty = kinds.length === 0;
  if (empty) kinds.push(0);
  const active = new Uint8Array(dimensions.length);

  const encode = (u: ArrayLike<number>, out: Float64Array, offset: number): void => {
    markActive(dimensions, activity, u, active);
    for (let k = 0; k < dimensions.length; k++) {
      const column = columnOf[k]!;
      if (column < 0) continue;
      const dimension = dimensions[k]!;
      out[offset + column] =
        dimension.kind === "categorical"
          ? active[k]
            ? u[k]!
            : dimension.choices
          : !active[k]
            ? INACTIVE
            : dimension.kind === "continuous"
              ? u[k]!
              : positionOf(dimension, levelAt(dimension, u[k]!));
    }
    for (let g = 0; g < groups.length; g++) out[offset + groupColumns[g]!] = active[groups[g]!]!;
  };

  return {
    width: kinds.length,
    categorical: Uint8Array.from(kinds),
    columnOf,
    pin,
    encode: (u, out, offset) => {
      if (empty) out[offset] = 0;
      encode(u, out, offset);
    },
    complete: (point) =>
      Float64Array.from(
        point,
        (coordinate, k) => coordinate ?? (dimensions[k]!.kind === "categorical" ? 0 : INACTIVE),
      ),
  };
}

/** Writes 1 for each active coordinate. `activity`: parents before children. */
function markActive(
  dimensions: Problem["dimensions"],
  activity: readonly ActivityRule[],
  u: ArrayLike<number>,
  active: Uint8Array,
): void {
  active.fill(1);
  for (const { child, parent, levels } of activity) {
    const on = active[parent] === 1 && levels.includes(indexAt(dimensions[parent]!, u[parent]!)!);
    active[child] = on ? 1 : 0;
  }
}

/** One child for each set of dimensions that appear together, where the parent's own column does not tell as much. */
function activityGroups(
  activity: readonly ActivityRule[],
  sizeOfParent: (parent: number) => number,
): number[] {
  const first = new Map<string, number>();
  for (const { child, parent, levels } of activity) {
    if (sizeOfParent(parent) <= 2) continue;
    const key = `${parent}:${[...levels].sort((a, b) => a - b).join(",")}`;
    if (!first.has(key)) first.set(key, child);
  }
  return [...first.values()];
}
