import { minimizeInBox } from "../../../../math/lbfgsb.ts";
import {
  choleskyInPlace,
  dot,
  inverseFromCholesky,
  logDeterminantFromCholesky,
  NotPositiveDefiniteError,
  solveLower,
  solveLowerTransposed,
} from "../../../../math/linear-algebra.ts";

/**
 * Gaussian process regression on a function that changes with time (Bogunovic et al. 2016; Parker-Holder et al. 2020).
 *
 * n: rows. t: n times. Z: n × d inputs, row-major; both within [0, 1]. y: n targets, standardised.
 * k(i, j) = exp(-|z_i - z_j|² / l) (1 - eps)^(|t_i - t_j| / 2). C = k + nu I, n × n. K = s C, s: signal variance.
 * l: squared length. eps: forgetting. nu: noise relative to s. theta = [ln l, eps, ln nu]. a = C⁻¹ y.
 * s is profiled out: its maximum likelihood value given theta is y'a / n.
 */

export interface Rows {
  n: number;
  d: number;
  t: Float64Array;
  z: Float64Array;
}

export interface Prediction {
  mean: number;
  std: number;
}

export interface TimeVaryingGp {
  /** What it was fitted to, in words of the symbols above. */
  readonly theta: { squaredLength: number; forgetting: number; noise: number; signal: number };
  /**
   * Of the function underneath, at time t and input z (d values). Where gradients are given (d values each), they are
   * filled with those of mean and std with respect to z.
   */
  predict(t: number, z: Float64Array, gradients?: { mean: Float64Array; std: Float64Array }): Prediction;
}

/** As the reference implementation starts: length 1, forgetting 0.1; and noise of a tenth. */
const START = Float64Array.of(0, 0.1, Math.log(0.1));
// Beyond a squared length of 2 a row would speak for the whole unit cube, and nothing would be explored.
const LOWER = Float64Array.of(Math.log(0.01), 0, Math.log(1e-3));
const UPPER = Float64Array.of(Math.log(2), 0.5, Math.log(10));
/** One evaluation takes n³ operations, so theta is fitted to no more than the last rows. */
const FIT_ROWS = 100;
const MAX_EVALUATIONS = 30;
/** Of standardised targets; keeps ln s finite where all are equal. */
const LEAST_SIGNAL = 1e-6;
const VARIANCE_FLOOR = 1e-12;

/**
 * Fits theta by maximum likelihood to the last rows. `pending`: further rows, with results yet to come: they lower the variance as if their
 * results were those expected, and leave the mean as it is (Desautels et al. 2014).
 * @throws NotPositiveDefiniteError where C is not, which noise within its bounds keeps from happening with finite rows.
 */
export function fitTimeVaryingGp(rows: Rows, y: Float64Array, pending: Rows): TimeVaryingGp {
  const recent = lastRows(rows, FIT_ROWS);
  const targets = y.subarray(rows.n - recent.n);
  const objective = (theta: Float64Array, gradient: Float64Array) =>
    negativeLogLikelihood(recent, targets, theta, gradient);
  const { x: theta } = minimizeInBox(objective, START, LOWER, UPPER, { maxEvaluations: MAX_EVALUATIONS });
  const observed = factorOf(rows, theta);
  const weights = solve(observed, rows.n, y);
  const all = concatenate(rows, pending);
  return posteriorOf(all, weights, factorOf(all, theta), theta, signalOf(y, weights));
}

/** -ln p(y | theta) with s profiled out, up to a constant; fills its gradient. Infinity where C has no factor. */
export function negativeLogLikelihood(
  rows: Rows,
  y: Float64Array,
  theta: Float64Array,
  gradient: Float64Array,
): number {
  const { n } = rows;
  const c = covariance(rows, theta);
  const l = Float64Array.from(c);
  if (!choleskyInPlace(l, n)) return Number.POSITIVE_INFINITY;
  const a = solve(l, n, y);
  const s = signalOf(y, a);
  const inverse = inverseFromCholesky(l, n);
  const [lnLength = 0, eps = 0, lnNu = 0] = theta;
  gradient.fill(0);
  for (let i = 0; i < n; i++) {
    gradient[2]! += 0.5 * Math.exp(lnNu) * (inverse[i * n + i]! - a[i]! ** 2 / s);
    for (let j = 0; j < i; j++) {
      // Twice a half: (i, j) and (j, i) are the same.
      const slope = c[i * n + j]! * (inverse[i * n + j]! - (a[i]! * a[j]!) / s);
      gradient[0]! += (slope * squaredDistance(rows, i, rows.z, j)) / Math.exp(lnLength);
      gradient[1]! -= (slope * 0.5 * Math.abs(rows.t[i]! - rows.t[j]!)) / (1 - eps);
    }
  }
  return 0.5 * (n * Math.log(s) + dot(y, a) / s + logDeterminantFromCholesky(l, n));
}

/** `weights`: those of the first rows, which have results. `l`: the factor of C of all rows. */
function posteriorOf(
  rows: Rows,
  weights: Float64Array,
  l: Float64Array,
  theta: Float64Array,
  signal: number,
): TimeVaryingGp {
  const { n, d } = rows;
  const [lnLength = 0, forgetting = 0, lnNu = 0] = theta;
  const squaredLength = Math.exp(lnLength);
  return {
    theta: { squaredLength, forgetting, noise: Math.exp(lnNu), signal },
    predict(t, z, gradients) {
      const k = new Float64Array(n);
      for (let i = 0; i < n; i++) k[i] = correlation(rows, i, t, z, squaredLength, forgetting);
      const mean = dot(weights, k);
      const v = solve(l, n, k);
      const std = Math.sqrt(signal * Math.max(VARIANCE_FLOOR, 1 - dot(k, v)));
      if (gradients === undefined) return { mean, std };
      for (let c = 0; c < d; c++) {
        let ofMean = 0;
        let ofReduction = 0;
        for (let i = 0; i < n; i++) {
          const slope = (-2 * k[i]! * (z[c]! - rows.z[i * d + c]!)) / squaredLength;
          if (i < weights.length) ofMean += weights[i]! * slope;
          ofReduction += 2 * v[i]! * slope;
        }
        gradients.mean[c] = ofMean;
        gradients.std[c] = (-0.5 * signal * ofReduction) / std;
      }
      return { mean, std };
    },
  };
}

/** C of all rows, n × n. */
function covariance(rows: Rows, theta: Float64Array): Float64Array {
  const { n, d, t, z } = rows;
  const [lnLength = 0, eps = 0, lnNu = 0] = theta;
  const c = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    const point = z.subarray(i * d, (i + 1) * d);
    for (let j = 0; j <= i; j++) {
      const value = correlation(rows, j, t[i]!, point, Math.exp(lnLength), eps);
      c[i * n + j] = value;
      c[j * n + i] = value;
    }
    c[i * n + i]! += Math.exp(lnNu);
  }
  return c;
}

function factorOf(rows: Rows, theta: Float64Array): Float64Array {
  const c = covariance(rows, theta);
  if (choleskyInPlace(c, rows.n)) return c;
  throw new NotPositiveDefiniteError(`The covariance of ${rows.n} rows is not positive definite.`);
}

/** k between row i and another place. */
function correlation(rows: Rows, i: number, t: number, z: Float64Array, length: number, eps: number): number {
  return Math.exp(-squaredDistance(rows, i, z, 0) / length) * (1 - eps) ** (0.5 * Math.abs(rows.t[i]! - t));
}

/** |z_i - other|², where `other` is row `index` of `others`. */
function squaredDistance({ d, z }: Rows, i: number, others: Float64Array, index: number): number {
  let sum = 0;
  for (let c = 0; c < d; c++) sum += (z[i * d + c]! - others[index * d + c]!) ** 2;
  return sum;
}

function solve(l: Float64Array, n: number, b: Float64Array): Float64Array {
  const x = b.slice(0, n);
  solveLower(l, n, x);
  solveLowerTransposed(l, n, x);
  return x;
}

function signalOf(y: Float64Array, a: Float64Array): number {
  return Math.max(LEAST_SIGNAL, dot(y, a) / y.length);
}

function lastRows({ n, d, t, z }: Rows, most: number): Rows {
  const from = Math.max(0, n - most);
  return { n: n - from, d, t: t.subarray(from), z: z.subarray(from * d) };
}

function concatenate(a: Rows, b: Rows): Rows {
  return {
    n: a.n + b.n,
    d: a.d,
    t: Float64Array.from([...a.t, ...b.t]),
    z: Float64Array.from([...a.z, ...b.z]),
  };
}
