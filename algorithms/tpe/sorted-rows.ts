import { grown } from "./table.ts";

/**
 * The observations of one density along one coordinate, kept sorted, and the bandwidths that follow from the gaps
 * between neighbours (Bergstra et al. 2011, section 4; without end points, as Optuna 5 has it).
 *
 * mu: coordinates by row. n: observations. order: their rows by (mu, row).
 */
export interface SortedRows {
  readonly size: number;
  /** Rows, ascending by coordinate. */
  readonly order: Int32Array;
  /** Position of the new row. */
  insert(row: number): number;
  /** Position that the row had. */
  remove(row: number): number;
  /** Replaces everything. */
  reset(rows: ArrayLike<number>): void;
  /** The larger gap to a neighbour; the first and the last look inwards only. One alone: to the further end. */
  gap(position: number): number;
}

/** `mu`: the coordinate of a row, which must not change while the row is in. */
export function createSortedRows(mu: (row: number) => number): SortedRows {
  let order = new Int32Array(64);
  let size = 0;
  const compare = (a: number, b: number) => mu(a) - mu(b) || a - b;

  const positionOf = (row: number): number => {
    const value = mu(row);
    let low = 0;
    let high = size;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = order[middle]!;
      const at = mu(other);
      if (at < value || (at === value && other < row)) low = middle + 1;
      else high = middle;
    }
    return low;
  };

  return {
    get size() {
      return size;
    },
    get order() {
      return order;
    },
    insert(row) {
      if (size === order.length) order = grown(order, 2 * size);
      const position = positionOf(row);
      order.copyWithin(position + 1, position, size);
      order[position] = row;
      size++;
      return position;
    },
    remove(row) {
      const position = positionOf(row);
      order.copyWithin(position, position + 1, size);
      size--;
      return position;
    },
    reset(rows) {
      if (rows.length > order.length) order = new Int32Array(2 * rows.length);
      size = rows.length;
      order.set(rows);
      order.subarray(0, size).sort(compare);
    },
    gap(position) {
      const here = mu(order[position]!);
      if (size === 1) return Math.max(here, 1 - here);
      const left = position === 0 ? 0 : here - mu(order[position - 1]!);
      const right = position === size - 1 ? 0 : mu(order[position + 1]!) - here;
      return Math.max(left, right);
    },
  };
}
