import { type Kernel, kernel, matrixSize } from "../wasm/kernel.ts";
import { type Factor, type Resident, resident } from "./factor.ts";
import { scalePoints, transposePoints } from "./scaling.ts";

/**
 * What follows from the first n rows of a factor, computed in the kernel.
 *
 * x: m × d points, row-major. V: rows of k(x, points), one for each of a block of points. α = K⁻¹ y. Variances are not
 * floored here.
 */

/** Points whose rows of V are held at once: a megabyte at n = 1000. */
const BLOCK = 96;

/** K⁻¹ times each vector of n values. */
export function solveTargets(factor: Factor, n: number, vectors: Float64Array): Float64Array {
  const wasm = kernel();
  const { l, ld } = resident(wasm, factor);
  const [b = 0] = wasm.scratch(vectors.length);
  const solved = wasm.view(b, vectors.length);
  solved.set(vectors);
  wasm.solve(l, ld, n, b, 8 * n, vectors.length / n);
  return solved.slice();
}

export function predictAt(
  factor: Factor,
  n: number,
  alpha: Float64Array,
  x: Float64Array,
  m: number,
  mean: Float64Array,
  variance: Float64Array,
): void {
  const { signal } = factor.scaling;
  forBlocks(
    factor,
    n,
    x,
    m,
    [n, BLOCK, BLOCK],
    ({ wasm, at, from, count, v, more: [a = 0, means = 0, variances = 0] }) => {
      if (from === 0) wasm.view(a, n).set(alpha);
      wasm.predict(v, at.ld, count, at.l, at.ld, at.e, n, a, signal, means, variances);
      mean.set(wasm.view(means, count), from);
      variance.set(wasm.view(variances, count), from);
    },
  );
}

/** t × m means, one row for each weight vector of n values. Fills the variance (m values) where one is given. */
export function meansAt(
  factor: Factor,
  n: number,
  weights: Float64Array,
  x: Float64Array,
  m: number,
  variance: Float64Array | null,
): Float64Array {
  const t = weights.length / n;
  const { signal } = factor.scaling;
  const means = new Float64Array(t * m);
  forBlocks(
    factor,
    n,
    x,
    m,
    [t * n, BLOCK * t, BLOCK, BLOCK],
    ({ wasm, at, from, count, v, more: [w = 0, c = 0, unused = 0, variances = 0] }) => {
      if (from === 0) wasm.view(w, t * n).set(weights.subarray(0, t * n));
      const negated = wasm.view(c, count * t).fill(0);
      wasm.subtractProduct(c, 8 * t, v, at.ld, w, 8 * n, count, t, n, 0, 0);
      for (let p = 0; p < count; p++) {
        for (let row = 0; row < t; row++) means[row * m + from + p] = -negated[p * t + row]!;
      }
      if (variance === null) return;
      wasm.predict(v, at.ld, count, at.l, at.ld, at.e, n, w, signal, unused, variances);
      variance.set(wasm.view(variances, count), from);
    },
  );
  return means;
}

interface Block {
  wasm: Kernel;
  at: Resident;
  /** Points from … from + count - 1. */
  from: number;
  count: number;
  v: number;
  /** Scratch as asked for; what the first block puts there stays for the others. */
  more: number[];
}

function forBlocks(
  factor: Factor,
  n: number,
  x: Float64Array,
  m: number,
  doubles: number[],
  use: (block: Block) => void,
): void {
  const wasm = kernel();
  const at = resident(wasm, factor);
  const { scaling } = factor;
  const { d, numeric, signal } = scaling;
  const [v = 0, points = 0, ...more] = wasm.scratch(matrixSize(BLOCK, at.ld), BLOCK * d, ...doubles);
  for (let from = 0; from < m; from += BLOCK) {
    const count = Math.min(BLOCK, m - from);
    scalePoints(scaling, x, from, count, wasm.view(points, count * d));
    wasm.crossCovariance(v, at.ld, points, count, at.z, at.ld, n, numeric, d, at.w, signal);
    use({ wasm, at, from, count, v, more });
  }
}

/** At one point; fills the gradients with respect to the coordinates of x, 0 in categorical dimensions. */
export function gradientAt(
  factor: Factor,
  n: number,
  alpha: Float64Array,
  x: Float64Array,
  meanGradient: Float64Array,
  varianceGradient: Float64Array,
): { mean: number; variance: number } {
  const wasm = kernel();
  const { l, z, w, ld } = resident(wasm, factor);
  const { scaling } = factor;
  const { d, numeric, order, factors, signal } = scaling;
  const row = ld / 8;
  const [point = 0, a = 0, k = 0, slopes = 0, u = 0, gradients = 0, scalar = 0] = wasm.scratch(
    d,
    n,
    row,
    row,
    row,
    2 * d,
    1,
  );
  scalePoints(scaling, x, 0, 1, wasm.view(point, d));
  wasm.view(a, n).set(alpha);
  const mean = wasm.predictWithGradient(
    ...([point, z, ld, n, numeric, d, w, signal, l, ld, a, k, slopes, u, scalar, gradients] as const),
  );
  const result = wasm.view(gradients, 2 * d);
  for (let i = 0; i < d; i++) {
    meanGradient[order[i]!] = i < numeric ? result[i]! * factors[i]! : 0;
    varianceGradient[order[i]!] = i < numeric ? result[d + i]! * factors[i]! : 0;
  }
  return { mean, variance: wasm.view(scalar, 1)[0]! };
}

/** m × m, symmetric. */
export function covarianceAt(factor: Factor, n: number, x: Float64Array, m: number): Float64Array {
  const wasm = kernel();
  const { l, e, z, w, ld } = resident(wasm, factor);
  const { scaling } = factor;
  const { d, numeric, signal } = scaling;
  const stride = 8 * Math.ceil(m / 8);
  const [v = 0, points = 0, columns = 0, c = 0] = wasm.scratch(
    matrixSize(m, ld),
    m * d,
    d * stride,
    m * stride,
  );
  const scaled = wasm.view(points, m * d);
  scalePoints(scaling, x, 0, m, scaled);
  transposePoints(d, scaled, 0, m, wasm.view(columns, d * stride), stride);
  wasm.crossCovariance(v, ld, points, m, z, ld, n, numeric, d, w, signal);
  wasm.solveRows(v, ld, m, l, ld, e, n);
  const lc = 8 * stride;
  wasm.posteriorCovariance(c, lc, v, ld, points, m, columns, lc, n, numeric, d, w, signal);
  const covariance = new Float64Array(m * m);
  for (let p = 0; p < m; p++) covariance.set(wasm.view(c + p * lc, m), p * m);
  return covariance;
}

/** The diagonal of K⁻¹. */
export function precisions(factor: Factor, n: number): Float64Array {
  const wasm = kernel();
  const { l, e, ld } = resident(wasm, factor);
  const [t = 0, diagonal = 0] = wasm.scratch(matrixSize(n, ld), n);
  wasm.inverseDiagonal(l, ld, n, e, t, diagonal);
  return wasm.view(diagonal, n).slice();
}
