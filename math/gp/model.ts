import { NotPositiveDefiniteError } from "../linear-algebra.ts";
import { kernel, matrixSize, NB, rowStride } from "../wasm/kernel.ts";
import { append, createFactor, decompose, type Factor } from "./factor.ts";
import { covarianceAt, gradientAt, meansAt, precisions, predictAt, solveTargets } from "./prediction.ts";
import { createScaling, scalePoints, transposePoints } from "./scaling.ts";

/**
 * Gaussian process regression with mean zero (Rasmussen & Williams 2006, chapters 2 and 5).
 *
 * n: points, d: dimensions. x: n × d, row-major. y: n targets; centre and scale them first.
 * D_i(p, q): (p_i - q_i)² in a numeric dimension, 1[p_i ≠ q_i] in a categorical one.
 * r² = Σ_i w_i D_i, w_i = exp(theta_i). k(p, q) = s (1 + √5 r + 5r²/3) exp(-√5 r), Matérn 5/2; s: signal variance.
 * K: n × n, k between the points + noise variance on the diagonal. L: its lower Cholesky factor. α = K⁻¹ y.
 */

/** Observations. Values must be finite. */
export interface GpData {
  n: number;
  d: number;
  /** n × d, row-major: coordinates in numeric dimensions, codes in categorical ones (only their equality counts). */
  x: Float64Array;
  /** d flags: 1 where the dimension is categorical. */
  categorical: Uint8Array;
  /** n targets. */
  y: Float64Array;
}

/** Of the function underneath, without observation noise. It never changes, except by `setTargets`. */
export interface Posterior {
  /** Points it is conditioned on. */
  readonly n: number;
  /** What was added to the diagonal beside the noise variance for K to have a Cholesky factor; mostly 0. */
  readonly jitter: number;
  /**
   * This posterior and one more observation at x (d values), in O(n²). This one stays valid and as it was.
   * @throws NotPositiveDefiniteError where x is a copy of a point and there is next to no noise.
   */
  extend(x: Float64Array, y: number): Posterior;
  /** Replaces the targets (n values), in O(n²). */
  setTargets(y: Float64Array): void;
  /**
   * At m points x (m × d, row-major): fills mean and variance (m values each, or longer). Variances are at least
   * 1e-12 of the signal variance. Many points at once are far cheaper than one by one.
   */
  predict(x: Float64Array, m: number, mean: Float64Array, variance: Float64Array): void;
  /**
   * At one point: fills the gradients (d values each) with respect to its numeric coordinates, 0 in categorical ones.
   * The variance gradient is that of the variance before it is floored.
   */
  predictWithGradient(
    x: Float64Array,
    meanGradient: Float64Array,
    varianceGradient: Float64Array,
  ): { mean: number; variance: number };
  /** Posterior covariance between m points (m × d, row-major): m × m, symmetric, its diagonal not floored. */
  covariance(x: Float64Array, m: number): Float64Array;
  /** K⁻¹ of each of t target vectors (t × n, row-major), for `means`: t × n. In O(t n²). */
  solve(targets: Float64Array): Float64Array;
  /**
   * Posterior means at m points for each of t weight vectors from `solve`: t × m, row-major. Fills `variance` (m values)
   * as `predict` does, where it is given: cheaper than both calls.
   */
  means(weights: Float64Array, x: Float64Array, m: number, variance?: Float64Array): Float64Array;
  /** Σ ln p(y_i | all others), for choosing between models (Rasmussen & Williams 5.10-5.12). O(n³) each time. */
  looLogDensity(): number;
}

/**
 * ln p(y | x, theta), -Infinity where K is not positive definite; then `gradient` is filled with zeros.
 * `theta`: [ln w_1 … ln w_d, ln signal variance, ln noise variance]; `gradient`: as many, filled, or null.
 */
export function logMarginalLikelihood(
  data: GpData,
  theta: Float64Array,
  gradient: Float64Array | null,
): number {
  const { n, d } = data;
  const wasm = kernel();
  const scaling = createScaling(d, data.categorical, theta);
  const ld = rowStride(n);
  const matrix = matrixSize(n, ld);
  const [z = 0, points = 0, w = 0, y = 0, alpha = 0, a = 0, e = 0, slope = 0, s = 0, t = 0] = wasm.scratch(
    ...[matrixSize(d, ld), n * d, d, n, n + 16, matrix, (n + NB) * NB, d + 2],
    ...(gradient ? [matrix, Math.max(matrix, 2 * d)] : []),
  );
  const scaled = wasm.view(points, n * d);
  scalePoints(scaling, data.x, 0, n, scaled);
  const columns = wasm.view(z, matrixSize(d, ld));
  columns.fill(0);
  transposePoints(d, scaled, 0, n, columns, ld / 8);
  wasm.view(w, scaling.weights.length).set(scaling.weights);
  wasm.view(y, n).set(data.y.subarray(0, n));
  const { numeric, signal, noise } = scaling;
  const value = wasm.logMarginalLikelihood(
    ...([
      n,
      ld,
      z,
      ld,
      points,
      numeric,
      d,
      w,
      signal,
      noise,
      y,
      alpha,
      a,
      e,
      s,
      t,
      gradient ? slope : 0,
    ] as const),
  );
  if (gradient === null) return value;
  gradient.fill(0);
  if (value === Number.NEGATIVE_INFINITY) return value;
  const slopes = wasm.view(slope, d + 2);
  for (let i = 0; i < d; i++) gradient[scaling.order[i]!] = slopes[i]!;
  gradient[d] = slopes[d]!;
  gradient[d + 1] = slopes[d + 1]!;
  return value;
}

/** @throws NotPositiveDefiniteError where K is not, even with jitter of a millionth of the signal variance. */
export function createPosterior(data: GpData, theta: Float64Array): Posterior {
  const scaling = createScaling(data.d, data.categorical, theta);
  const factor = createFactor(scaling, data.x, data.n);
  for (const relative of JITTERS) {
    if (decompose(kernel(), factor, relative * scaling.signal)) return posteriorOf(factor, data.n, data.y);
  }
  throw new NotPositiveDefiniteError(`The covariance of ${data.n} points is not positive definite.`);
}

/** Parts of the signal variance added to the diagonal, one after the other until K has a Cholesky factor. */
const JITTERS = [0, 1e-12, 1e-10, 1e-8, 1e-6];
const VARIANCE_FLOOR = 1e-12;
const LOG_TWO_PI = Math.log(2 * Math.PI);

/** The posterior of the first n rows of `factor`. */
function posteriorOf(factor: Factor, n: number, y: Float64Array): Posterior {
  const smallest = VARIANCE_FLOOR * factor.scaling.signal;
  let targets = y.slice(0, n);
  let alpha = solveTargets(factor, n, targets);
  const floor = (variance: Float64Array, m: number): void => {
    for (let p = 0; p < m; p++) variance[p] = Math.max(variance[p]!, smallest);
  };

  return {
    n,
    jitter: factor.jitter,
    extend(x, target) {
      const extended = append(kernel(), factor, n, x);
      if (extended === null) throw new NotPositiveDefiniteError("The new point is a copy of another one.");
      return posteriorOf(extended, n + 1, Float64Array.from([...targets, target]));
    },
    setTargets(y) {
      targets = y.slice(0, n);
      alpha = solveTargets(factor, n, targets);
    },
    predict(x, m, mean, variance) {
      predictAt(factor, n, alpha, x, m, mean, variance);
      floor(variance, m);
    },
    predictWithGradient(x, meanGradient, varianceGradient) {
      const { mean, variance } = gradientAt(factor, n, alpha, x, meanGradient, varianceGradient);
      return { mean, variance: Math.max(variance, smallest) };
    },
    covariance: (x, m) => covarianceAt(factor, n, x, m),
    solve: (vectors) => solveTargets(factor, n, vectors),
    means(weights, x, m, variance) {
      const means = meansAt(factor, n, weights, x, m, variance ?? null);
      if (variance) floor(variance, m);
      return means;
    },
    looLogDensity() {
      const diagonal = precisions(factor, n);
      let sum = 0;
      for (let p = 0; p < n; p++) {
        const precision = diagonal[p]!;
        sum += 0.5 * (Math.log(precision) - alpha[p]! ** 2 / precision - LOG_TWO_PI);
      }
      return sum;
    },
  };
}
