import { choleskyInPlace, solveLower, solveLowerTransposed } from "./linear-algebra.ts";
import { type Lu, luInPlace, solveLu } from "./lu.ts";

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
  /**
   * Overwrites r (f values) with the x of B x = r in f of the variables; false where there is none. `rows`: their rows of W,
   * f × 2k, row-major.
   */
  solve(rows: Float64Array, r: Float64Array): boolean;
}

/** Pairs with s'y at most this part of y'y say nothing but rounding (the published code's constant). */
const LEAST_CURVATURE = 2.2e-16;
const NONE: Lu = { matrix: new Float64Array(0), size: 0, order: new Int32Array(0) };

export function createQuasiNewtonMatrix(memory: number): QuasiNewtonMatrix {
  let steps: Float64Array[] = [];
  let changes: Float64Array[] = [];
  let theta = 1;
  let factor: Lu = NONE;

  function reset(): void {
    steps = [];
    changes = [];
    theta = 1;
    factor = NONE;
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
      const factored = luInPlace(middleInverse(steps, changes, theta), 2 * steps.length);
      if (factored === null) reset();
      else factor = factored;
      return factored !== null;
    },
    row(i, target) {
      const k = steps.length;
      for (let j = 0; j < k; j++) {
        target[j] = changes[j]![i]!;
        target[k + j] = theta * steps[j]![i]!;
      }
    },
    middle(v) {
      const result = v.slice();
      solveLu(factor, result);
      return result;
    },
    solve(rows, r) {
      const size = 2 * steps.length;
      return r.length <= size
        ? solveDirectly(factor, theta, rows, r)
        : solveByMiddle(middleInverse(steps, changes, theta), theta, rows, r);
    },
  };
}

/** By the f × f matrix θ I - R M R', where f is small. */
function solveDirectly(factor: Lu, theta: number, rows: Float64Array, r: Float64Array): boolean {
  const f = r.length;
  const { size } = factor;
  const matrix = new Float64Array(f * f);
  const image = new Float64Array(size);
  for (let i = 0; i < f; i++) {
    for (let c = 0; c < size; c++) image[c] = rows[i * size + c]!;
    solveLu(factor, image);
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let c = 0; c < size; c++) sum += rows[j * size + c]! * image[c]!;
      matrix[i * f + j] = (i === j ? theta : 0) - sum;
    }
  }
  if (!choleskyInPlace(matrix, f)) return false;
  solveLower(matrix, f, r);
  solveLowerTransposed(matrix, f, r);
  return r.every(Number.isFinite);
}

/**
 * By the matrix inversion lemma, where f is large: B⁻¹ r = (r + R (M⁻¹ - R'R / θ)⁻¹ R' r / θ) / θ, with M⁻¹ in `middle`,
 * which is overwritten.
 */
function solveByMiddle(middle: Float64Array, theta: number, rows: Float64Array, r: Float64Array): boolean {
  const f = r.length;
  const size = rows.length / f;
  const projected = new Float64Array(size);
  for (let k = 0; k < f; k++) {
    for (let i = 0; i < size; i++) {
      const scaled = rows[k * size + i]! / theta;
      projected[i]! += scaled * r[k]!;
      for (let j = 0; j < size; j++) middle[i * size + j]! -= scaled * rows[k * size + j]!;
    }
  }
  const factor = luInPlace(middle, size);
  if (factor === null) return false;
  solveLu(factor, projected);
  for (let k = 0; k < f; k++) {
    let sum = r[k]!;
    for (let i = 0; i < size; i++) sum += rows[k * size + i]! * projected[i]!;
    r[k] = sum / theta;
  }
  return r.every(Number.isFinite);
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
