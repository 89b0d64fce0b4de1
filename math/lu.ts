/**
 * Linear systems by elimination with row exchanges, for small matrices that need not be symmetric or definite.
 *
 * A: n × n, row-major. P A = L U: P orders the rows, L has a unit diagonal and shares its storage with U.
 */
export interface Lu {
  /** L below the diagonal, U on it and above. */
  matrix: Float64Array;
  /** n. */
  size: number;
  /** For each step of the elimination, the row that was exchanged with it. */
  order: Int32Array;
}

/** Overwrites `matrix` with its factors; null where it is singular or not finite. */
export function luInPlace(matrix: Float64Array, size: number): Lu | null {
  const order = new Int32Array(size);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) {
      if (Math.abs(matrix[i * size + column]!) > Math.abs(matrix[pivot * size + column]!)) pivot = i;
    }
    const value = matrix[pivot * size + column]!;
    if (value === 0 || !Number.isFinite(value)) return null;
    order[column] = pivot;
    if (pivot !== column) exchangeRows(matrix, size, pivot, column);
    for (let i = column + 1; i < size; i++) {
      const factor = matrix[i * size + column]! / value;
      matrix[i * size + column] = factor;
      if (factor === 0) continue;
      for (let j = column + 1; j < size; j++) matrix[i * size + j]! -= factor * matrix[column * size + j]!;
    }
  }
  return { matrix, size, order };
}

/** Overwrites b (n values) with the x of A x = b. */
export function solveLu({ matrix, size, order }: Lu, b: Float64Array): void {
  for (let i = 0; i < size; i++) {
    const pivot = order[i]!;
    if (pivot !== i) [b[i], b[pivot]] = [b[pivot]!, b[i]!];
  }
  for (let i = 0; i < size; i++) {
    let sum = b[i]!;
    for (let j = 0; j < i; j++) sum -= matrix[i * size + j]! * b[j]!;
    b[i] = sum;
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = b[i]!;
    for (let j = i + 1; j < size; j++) sum -= matrix[i * size + j]! * b[j]!;
    b[i] = sum / matrix[i * size + i]!;
  }
}

function exchangeRows(matrix: Float64Array, size: number, i: number, j: number): void {
  for (let k = 0; k < size; k++) {
    const value = matrix[i * size + k]!;
    matrix[i * size + k] = matrix[j * size + k]!;
    matrix[j * size + k] = value;
  }
}
