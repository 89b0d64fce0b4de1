import type { Dimension, Point, Problem } from "../../core/algorithm.ts";
import { coordinateAt, indexAt } from "../../core/dimension.ts";
import type { TrialRecord } from "../common/history.ts";

/**
 * Points of all trials as one growing matrix. Rows are in the order of first scheduling, which the ramp of weights
 * needs and which makes sums the same however they came about.
 */
export interface TrialTable {
  readonly dimensions: number;
  /** Number of rows. */
  readonly size: number;
  /** rows × dimensions, row-major; NaN: inactive. Replaced when it grows. */
  readonly coordinates: Float64Array;
  /** Row of a trial, added if new. */
  put(record: TrialRecord): { row: number; moved: boolean };
  record(row: number): TrialRecord;
}

export function createTable({ dimensions }: Problem): TrialTable {
  const width = dimensions.length;
  const records: TrialRecord[] = [];
  const rowOf = new Map<number, number>();
  let coordinates = new Float64Array(64 * width);

  const write = (row: number, point: Point): boolean => {
    if ((row + 1) * width > coordinates.length) coordinates = grown(coordinates, 2 * coordinates.length);
    let changed = false;
    for (let k = 0; k < width; k++) {
      const value = canonical(dimensions[k]!, point[k] ?? null);
      const at = row * width + k;
      if (!Object.is(coordinates[at], value)) changed = true;
      coordinates[at] = value;
    }
    return changed;
  };

  return {
    dimensions: width,
    get size() {
      return records.length;
    },
    get coordinates() {
      return coordinates;
    },
    record: (row) => records[row]!,
    put(record) {
      const known = rowOf.get(record.trial);
      const row = known ?? records.length;
      const before = records[row];
      rowOf.set(record.trial, row);
      records[row] = record;
      const same = before !== undefined && before.point === record.point;
      const moved = !same && write(row, record.point) && known !== undefined;
      return { row, moved };
    },
  };
}

export function allRows({ size }: TrialTable): number[] {
  return Array.from({ length: size }, (_, row) => row);
}

/** A copy with room for `length` entries. */
export function grown<T extends Float64Array | Int32Array | Uint8Array>(array: T, length: number): T {
  const copy = new (array.constructor as new (length: number) => T)(Math.max(length, array.length));
  copy.set(array);
  return copy;
}

/** Enqueued points may lie anywhere in a level's cell. */
function canonical(dimension: Dimension, coordinate: number | null): number {
  if (coordinate === null) return Number.NaN;
  return dimension.kind === "ordered" ? coordinateAt(dimension, indexAt(dimension, coordinate)!) : coordinate;
}
