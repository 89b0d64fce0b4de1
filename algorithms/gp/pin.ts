/**
 * A model of results at many budgets: one dimension is the budget, each result has its own place in it, and what is
 * proposed is proposed for one of them, the pinned one (MOBSTER: Klein et al. 2020, "Model-based asynchronous
 * hyperparameter and neural architecture search").
 */
export interface Pin {
  /** Index of the dimension, and of its column. */
  dimension: number;
  column: number;
  /** In [0, 1]: where suggestions lie. */
  value: number;
}

/** The same configuration at the pinned budget. */
export function atPin({ column, value }: Pin, row: Float64Array): Float64Array {
  const moved = row.slice();
  moved[column] = value;
  return moved;
}

/** Rows of one length, one after the other. */
export function flat(rows: readonly Float64Array[]): Float64Array {
  const d = rows[0]?.length ?? 0;
  const matrix = new Float64Array(rows.length * d);
  for (const [index, row] of rows.entries()) matrix.set(row, index * d);
  return matrix;
}
