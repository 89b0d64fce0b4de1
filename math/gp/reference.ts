import {
  choleskyInPlace,
  dot,
  inverseFromCholesky,
  logDeterminantFromCholesky,
  NotPositiveDefiniteError,
  solveLower,
  solveLowerTransposed,
} from "../linear-algebra.ts";

import type { GpData, Posterior } from "./model.ts";

/**
 * Gaussian process regression in plain loops: what math/gp/model.ts promises, as the formulas have it. The tests compare the two.
 *
 * Symbols as in math/gp/model.ts. L: n × n, row-major, lower triangle.
 */

/** `logMarginalLikelihood` of math/gp/model.ts. */
export function referenceLogMarginalLikelihood(
  data: GpData,
  theta: Float64Array,
  gradient: Float64Array | null,
): number {
  const { n, y } = data;
  const model = covarianceFunction(data, theta);
  const l = covarianceMatrix(model, data, 0);
  gradient?.fill(0);
  if (!choleskyInPlace(l, n)) return Number.NEGATIVE_INFINITY;
  const alpha = y.slice(0, n);
  solveLower(l, n, alpha);
  const fit = dot(alpha, alpha);
  solveLowerTransposed(l, n, alpha);
  if (gradient) fillGradient(model, data, inverseFromCholesky(l, n), alpha, gradient);
  return -0.5 * (fit + logDeterminantFromCholesky(l, n) + n * LOG_TWO_PI);
}

/** `createPosterior` of math/gp/model.ts. */
export function createReferencePosterior(data: GpData, theta: Float64Array): Posterior {
  const model = covarianceFunction(data, theta);
  for (const relative of JITTERS) {
    const jitter = relative * model.signal;
    const l = covarianceMatrix(model, data, jitter);
    if (choleskyInPlace(l, data.n)) return posteriorOf(model, data, l, jitter);
  }
  throw new NotPositiveDefiniteError(`The covariance of ${data.n} points is not positive definite.`);
}

const LOG_TWO_PI = Math.log(2 * Math.PI);
/** Parts of the signal variance added to the diagonal, one after the other until K has a Cholesky factor. */
const JITTERS = [0, 1e-12, 1e-10, 1e-8, 1e-6];
const VARIANCE_FLOOR = 1e-12;

interface CovarianceFunction {
  d: number;
  categorical: Uint8Array;
  weights: Float64Array;
  signal: number;
  noise: number;
}

function covarianceFunction({ d, categorical }: GpData, theta: Float64Array): CovarianceFunction {
  const weights = theta.slice(0, d).map(Math.exp);
  return { d, categorical, weights, signal: Math.exp(theta[d]!), noise: Math.exp(theta[d + 1]!) };
}

/** D_i between point p of a and point q of b. */
function distance(
  model: CovarianceFunction,
  i: number,
  a: Float64Array,
  p: number,
  b: Float64Array,
  q: number,
) {
  const difference = a[p * model.d + i]! - b[q * model.d + i]!;
  return model.categorical[i] ? Number(difference !== 0) : difference * difference;
}

function squaredRadius(
  model: CovarianceFunction,
  a: Float64Array,
  p: number,
  b: Float64Array,
  q: number,
): number {
  let sum = 0;
  for (let i = 0; i < model.d; i++) sum += model.weights[i]! * distance(model, i, a, p, b, q);
  return sum;
}

function matern(signal: number, squaredRadius: number): number {
  const t = Math.sqrt(5 * squaredRadius);
  return signal * (1 + t + (t * t) / 3) * Math.exp(-t);
}

/** dk / d(r²). */
function maternSlope(signal: number, squaredRadius: number): number {
  const t = Math.sqrt(5 * squaredRadius);
  return (-5 / 6) * signal * (1 + t) * Math.exp(-t);
}

/** K + jitter I, its lower triangle. */
function covarianceMatrix(model: CovarianceFunction, { n, x }: GpData, jitter: number): Float64Array {
  const k = new Float64Array(n * n);
  for (let p = 0; p < n; p++) {
    for (let q = 0; q < p; q++) k[p * n + q] = matern(model.signal, squaredRadius(model, x, p, x, q));
    k[p * n + p] = model.signal + model.noise + jitter;
  }
  return k;
}

/** Rasmussen & Williams 5.9: ½ tr((αα' - K⁻¹) dK/dθ). */
function fillGradient(
  model: CovarianceFunction,
  { n, x }: GpData,
  inverse: Float64Array,
  alpha: Float64Array,
  gradient: Float64Array,
): void {
  const { d, weights, signal, noise } = model;
  for (let p = 0; p < n; p++) {
    const diagonal = alpha[p]! ** 2 - inverse[p * n + p]!;
    gradient[d]! += 0.5 * diagonal * signal;
    gradient[d + 1]! += 0.5 * diagonal * noise;
    for (let q = 0; q < p; q++) {
      const m = alpha[p]! * alpha[q]! - inverse[p * n + q]!;
      const r2 = squaredRadius(model, x, p, x, q);
      const slope = m * maternSlope(signal, r2);
      for (let i = 0; i < d; i++) gradient[i]! += slope * weights[i]! * distance(model, i, x, p, x, q);
      gradient[d]! += m * matern(signal, r2);
    }
  }
}

function posteriorOf(model: CovarianceFunction, data: GpData, l: Float64Array, jitter: number): Posterior {
  const { n, d, x } = data;
  const { signal } = model;
  let targets = data.y.slice(0, n);
  let alpha = solve(targets);

  function solve(vectors: Float64Array): Float64Array {
    const solved = vectors.slice();
    for (let start = 0; start < solved.length; start += n) {
      solveLower(l, n, solved.subarray(start, start + n));
      solveLowerTransposed(l, n, solved.subarray(start, start + n));
    }
    return solved;
  }

  function crossCovariance(points: Float64Array, p: number): Float64Array {
    return Float64Array.from({ length: n }, (_, q) => matern(signal, squaredRadius(model, points, p, x, q)));
  }

  /** L⁻¹ k(x, points), one row for each point. */
  function whitened(points: Float64Array, m: number): Float64Array[] {
    return Array.from({ length: m }, (_, p) => {
      const row = crossCovariance(points, p);
      solveLower(l, n, row);
      return row;
    });
  }

  const floored = (variance: number) => Math.max(variance, VARIANCE_FLOOR * signal);
  const fillVariance = (points: Float64Array, m: number, variance: Float64Array): void => {
    for (const [p, row] of whitened(points, m).entries()) variance[p] = floored(signal - dot(row, row));
  };

  return {
    n,
    jitter,
    extend(point, target) {
      const row = whitened(point, 1)[0]!;
      const pivot = signal + model.noise + jitter - dot(row, row);
      if (!(pivot > 0)) throw new NotPositiveDefiniteError("The new point is a copy of another one.");
      const extended = new Float64Array((n + 1) * (n + 1));
      for (let p = 0; p < n; p++) extended.set(l.subarray(p * n, p * n + n), p * (n + 1));
      extended.set(row, n * (n + 1));
      extended[(n + 1) * (n + 1) - 1] = Math.sqrt(pivot);
      const more: GpData = { ...data, n: n + 1, x: append(x, n * d, point), y: append(targets, n, [target]) };
      return posteriorOf(model, more, extended, jitter);
    },
    setTargets(y) {
      targets = y.slice(0, n);
      alpha = solve(targets);
    },
    predict(points, m, mean, variance) {
      for (let p = 0; p < m; p++) mean[p] = dot(crossCovariance(points, p), alpha);
      fillVariance(points, m, variance);
    },
    predictWithGradient(point, meanGradient, varianceGradient) {
      const k = crossCovariance(point, 0);
      const weights = solve(k);
      meanGradient.fill(0);
      varianceGradient.fill(0);
      for (let q = 0; q < n; q++) {
        const slope = maternSlope(signal, squaredRadius(model, point, 0, x, q));
        for (let i = 0; i < d; i++) {
          if (model.categorical[i]) continue;
          const change = 2 * slope * model.weights[i]! * (point[i]! - x[q * d + i]!);
          meanGradient[i]! += alpha[q]! * change;
          varianceGradient[i]! -= 2 * weights[q]! * change;
        }
      }
      return { mean: dot(k, alpha), variance: floored(signal - dot(k, weights)) };
    },
    covariance(points, m) {
      const rows = whitened(points, m);
      const result = new Float64Array(m * m);
      for (let p = 0; p < m; p++) {
        for (let q = 0; q < m; q++) {
          const prior = matern(signal, squaredRadius(model, points, p, points, q));
          result[p * m + q] = prior - dot(rows[p]!, rows[q]!);
        }
      }
      return result;
    },
    solve,
    means(weights, points, m, variance) {
      if (variance) fillVariance(points, m, variance);
      const vectors = weights.length / n;
      const result = new Float64Array(vectors * m);
      for (let p = 0; p < m; p++) {
        const k = crossCovariance(points, p);
        for (let t = 0; t < vectors; t++) result[t * m + p] = dot(weights.subarray(t * n, t * n + n), k);
      }
      return result;
    },
    looLogDensity() {
      const inverse = inverseFromCholesky(l, n);
      let sum = 0;
      for (let p = 0; p < n; p++) {
        const precision = inverse[p * n + p]!;
        sum += 0.5 * (Math.log(precision) - alpha[p]! ** 2 / precision - LOG_TWO_PI);
      }
      return sum;
    },
  };
}

/** The first `length` values of `values`, then `more`. */
function append(values: Float64Array, length: number, more: ArrayLike<number>): Float64Array {
  const result = new Float64Array(length + more.length);
  result.set(values.subarray(0, length));
  result.set(more, length);
  return result;
}
