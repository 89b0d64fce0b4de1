/**
 * What a forest is grown on.
 *
 * n: rows. d: features. columns: d arrays of n values; NaN where a value is missing. order[f]: the rows with a value of
 * numeric feature f by that value, then those without; null for a categorical feature. present[f]: how many have one.
 */

/** `choices` 0: numeric. Otherwise categorical, with values 0 … choices - 1. */
export interface Feature {
  choices: number;
}

export interface Table {
  readonly rows: number;
  readonly features: readonly Feature[];
  readonly columns: readonly Float64Array[];
  readonly order: readonly (Int32Array | null)[];
}

/** `x`: n×d row-major values, NaN where missing. The sorting is done here, once for all trees. */
export function createTable(x: Float64Array, rows: number, features: readonly Feature[]): Table {
  const columns = features.map((_, feature) => columnOf(x, rows, features.length, feature));
  const order = features.map(({ choices }, f) => (choices > 0 ? null : sortedRows(columns[f]!)));
  return { rows, features, columns, order };
}

function columnOf(x: Float64Array, rows: number, width: number, feature: number): Float64Array {
  const column = new Float64Array(rows);
  for (let row = 0; row < rows; row++) column[row] = x[row * width + feature]!;
  return column;
}

/** Rows by value, missing ones last, ties in row order: the result is the same on every platform. */
function sortedRows(column: Float64Array): Int32Array {
  const rows = new Int32Array(column.length);
  let present = 0;
  for (let row = 0; row < column.length; row++) if (!Number.isNaN(column[row]!)) rows[present++] = row;
  rows.subarray(0, present).sort((a, b) => column[a]! - column[b]! || a - b);
  for (let row = 0; row < column.length; row++) if (Number.isNaN(column[row]!)) rows[present++] = row;
  return rows;
}
