/**
 * The limited-memory BFGS matrix in its compact form (Byrd, Nocedal & Schnabel 1994; Byrd, Lu, Nocedal & Zhu 1995, 3.1):
 *
 * B = θ I - W M W'. W = [Y θS]: n × 2k. M = [[-D, L'], [L, θ S'S]]⁻¹: 2k × 2k. D: the diagonal, L: the strictly lower
 * part of S'Y. s = x_new - x_old, y: the same of gradients, one column for each of the last k pairs.
 */
export interface QuasiNewtonMatrix {
  readonly theta: number;
  /** 2k. */
  readonly size: number;
  /** Takes in a step; false, and nothing changes, where its curvature is not positive. */
  update(s: Float64Array, y: Float64Array): boolean;
  /** Back to B = I. */
  reset(): void;
  /** Writes row i of W to `target`. */
  row(i: number, target: Float64Array): void;
  /** M v, for 2k values. */
  middle(v: Float64Array): Float64Array;
}

/** Pairs with s'y at most this part of y'y say nothing but rounding (the published code's constant). */
const LEAST_CURVATURE = 2.2e-16;

export function createQuasiNewtonMatrix(memory: number): QuasiNewtonMatrix {
  let steps: Float64Array[] = [];
  let changes: Float64Array[] = [];
  let theta = 1;
  let inverse: Float64Array = new Float64Array(0);

  function reset(): void {
    steps = [];
    changes = [];
    theta = 1;
    inverse = new Float64Array(0);
  }

  return {
    get theta() {
      return theta;
    },
    get size() {
      return 2 * steps.length;
    },
    reset,
    update(s, y) {
      const curvature = inner(s, y);
      const change = inner(y, y);
      if (!(curvature > LEAST_CURVATURE * change)) return false;
      steps = [...steps, s].slice(-memory);
      changes = [...changes, y].slice(-memory);
      theta = change / curvature;
      const inverted = invert(middleInverse(steps, changes, theta), 2 * steps.length);
      if (inverted === null) reset();
      else inverse = inverted;
      return inverted !== null;
    },
    row(i, target) {
      const k = steps.length;
      for (let j = 0; j < k; j++) {
        target[j] = changes[j]![i]!;
        target[k + j] = theta * steps[j]![i]!;
      }
    },
    middle(v) {
      const size = 2 * steps.length;
      const result = new Float64Array(size);
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let j = 0; j < size; j++) sum += inverse[i * size + j]! * v[j]!;
        result[i] = sum;
      }
      return result;
    },
  };
}

function middleInverse(steps: Float64Array[], changes: Float64Array[], theta: number): Float64Array {
  const k = steps.length;
  const size = 2 * k;
  const matrix = new Float64Array(size * size);
  for (let i = 0; i < k; i++) {
    matrix[i * size + i] = -inner(steps[i]!, changes[i]!);
    for (let j = 0; j < k; j++) {
      matrix[(k + i) * size + k + j] = theta * inner(steps[i]!, steps[j]!);
      if (j >= i) continue;
      const lower = inner(steps[i]!, changes[j]!);
      matrix[(k + i) * size + j] = lower;
      matrix[j * size + k + i] = lower;
    }
  }
  return matrix;
}

export function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

/** The inverse of a square matrix by Gauss-Jordan elimination with row exchanges; null where it is singular. */
export function invert(matrix: Float64Array, size: number): Float64Array | null {
  const a = matrix.slice();
  const inverse = new Float64Array(size * size);
  for (let i = 0; i < size; i++) inverse[i * size + i] = 1;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let i = column + 1; i < size; i++) {
      if (Math.abs(a[i * size + column]!) > Math.abs(a[pivot * size + column]!)) pivot = i;
    }
    const value = a[pivot * size + column]!;
    if (value === 0 || !Number.isFinite(value)) return null;
    for (const rows of [a, inverse]) {
      exchange(rows, size, pivot, column);
      for (let j = 0; j < size; j++) rows[column * size + j]! /= value;
    }
    for (let i = 0; i < size; i++) {
      const factor = a[i * size + column]!;
      if (i === column || factor === 0) continue;
      for (const rows of [a, inverse]) {
        for (let j = 0; j < size; j++) rows[i * size + j]! -= factor * rows[column * size + j]!;
      }
    }
  }
  return inverse.every(Number.isFinite) ? inverse : null;
}

function exchange(rows: Float64Array, size: number, i: number, j: number): void {
  if (i === j) return;
  for (let k = 0; k < size; k++) {
    const value = rows[i * size + k]!;
    rows[i * size + k] = rows[j * size + k]!;
    rows[j * size + k] = value;
  }
}
