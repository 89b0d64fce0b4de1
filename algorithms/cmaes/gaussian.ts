import type { Rng } from "../../core/rng.ts";
import { choleskyInPlace, solveLower } from "../../math/linear-algebra.ts";
import { normalQuantile } from "../../math/normal.ts";
import type { Constants } from "./constants.ts";

/**
 * The normal distribution that CMA-ES samples from, and its update (Hansen 2016; active, that is with negative weights).
 *
 * m: mean. σ: step size. C: covariance, d × d. L: its lower Cholesky factor. y = (x - m) / σ: a step, ~ N(0, C).
 * z = L⁻¹ y, ~ N(0, I). p_σ, p_c: evolution paths.
 *
 * L stands in for C^½ throughout (as in Krause et al. 2016, "CMA-ES with Optimal Covariance Update and Storage
 * Complexity"): |L⁻¹ y| is the same Mahalanobis length, and no eigen-decomposition is needed, which would be most of the
 * cost of a replay.
 */
export interface Gaussian {
  readonly d: number;
  /** Whether C is kept diagonal (sep-CMA-ES). */
  readonly diagonal: boolean;
  readonly mean: Float64Array;
  readonly sigma: number;
  /** d × d, row-major, symmetric. */
  readonly c: Float64Array;
  /** d × d, its lower triangle is L. */
  readonly l: Float64Array;
  readonly pSigma: Float64Array;
  readonly pC: Float64Array;
  /** Updates so far. */
  readonly generation: number;
}

/** @param c d × d, positive definite. */
export function createGaussian(
  mean: Float64Array,
  sigma: number,
  c: Float64Array,
  diagonal: boolean,
): Gaussian {
  const d = mean.length;
  const l = factorOf(c, d, diagonal) ?? identity(d);
  return {
    d,
    diagonal,
    mean,
    sigma,
    c,
    l,
    pSigma: new Float64Array(d),
    pC: new Float64Array(d),
    generation: 0,
  };
}

export function identity(d: number): Float64Array {
  const matrix = new Float64Array(d * d);
  for (let i = 0; i < d; i++) matrix[i * d + i] = 1;
  return matrix;
}

/** L z for z ~ N(0, I): a step of the distribution. */
export function drawStep({ d, l, diagonal }: Gaussian, rng: Rng): Float64Array {
  const z = new Float64Array(d);
  for (let i = 0; i < d; i++) z[i] = standardNormal(rng);
  const y = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    let sum = l[i * d + i]! * z[i]!;
    if (!diagonal) for (let k = 0; k < i; k++) sum += l[i * d + k]! * z[k]!;
    y[i] = sum;
  }
  return y;
}

/** Never infinite: a uniform of 0 is taken for the smallest positive one. */
export function standardNormal(rng: Rng): number {
  return normalQuantile(Math.max(rng(), 2 ** -54));
}

/** L⁻¹ y. */
export function whiten({ d, l, diagonal }: Gaussian, y: Float64Array): Float64Array {
  const z = y.slice();
  if (diagonal) for (let i = 0; i < d; i++) z[i] = y[i]! / l[i * d + i]!;
  else solveLower(l, d, z);
  return z;
}

/** Standard deviation of coordinate i. */
export function deviation({ sigma, c, d }: Gaussian, i: number): number {
  return sigma * Math.sqrt(c[i * d + i]!);
}

/**
 * The distribution after a generation. `steps`: y of each point, best first; `weights`: one each, positive ones first.
 * Steps longer than the distribution would make are cut (Hansen 2011): points of other origin or of an older generation
 * may lie anywhere.
 */
export function updateGaussian(
  before: Gaussian,
  constants: Constants,
  steps: readonly Float64Array[],
  weights: Float64Array,
): Gaussian {
  const { d } = before;
  const { cSigma, dSigma, cC, muEff, chi } = constants;
  const lengths = cutLongSteps(before, steps, constants.longestStep);
  const shift = weightedSum(steps, weights, d);
  const mean = before.mean.map((m, i) => m + before.sigma * shift[i]!);
  const white = whiten(before, shift);
  const cumulate = Math.sqrt(cSigma * (2 - cSigma) * muEff);
  const pSigma = before.pSigma.map((p, i) => (1 - cSigma) * p + cumulate * white[i]!);
  const length = norm(pSigma);
  const generation = before.generation + 1;
  const settled = length / Math.sqrt(1 - (1 - cSigma) ** (2 * generation));
  const h = settled < (1.4 + 2 / (d + 1)) * chi ? 1 : 0;
  const pathGain = h * Math.sqrt(cC * (2 - cC) * muEff);
  const pC = before.pC.map((p, i) => (1 - cC) * p + pathGain * shift[i]!);
  const c = updatedCovariance(before, constants, { steps, weights, lengths, pC, h });
  // At most a factor of e at once: a generation of injected points must not blow the step size up (Hansen 2011).
  const sigma = before.sigma * Math.exp(Math.min(1, (cSigma / dSigma) * (length / chi - 1)));
  const l = factorOf(c, d, before.diagonal);
  if (l === null) return { ...before, mean, sigma, pSigma, pC, generation };
  return { ...before, mean, sigma, c, l, pSigma, pC, generation };
}

/** Shortens the steps in place to Mahalanobis length `longest`; their lengths after it. */
function cutLongSteps(state: Gaussian, steps: readonly Float64Array[], longest: number): Float64Array {
  return Float64Array.from(steps, (y) => {
    const length = norm(whiten(state, y));
    if (length <= longest) return length;
    for (let i = 0; i < y.length; i++) y[i] = (y[i]! * longest) / length;
    return longest;
  });
}

function weightedSum(steps: readonly Float64Array[], weights: Float64Array, d: number): Float64Array {
  const sum = new Float64Array(d);
  for (const [k, y] of steps.entries()) {
    if (weights[k]! <= 0) continue;
    for (let i = 0; i < d; i++) sum[i]! += weights[k]! * y[i]!;
  }
  return sum;
}

interface Generation {
  steps: readonly Float64Array[];
  weights: Float64Array;
  lengths: Float64Array;
  pC: Float64Array;
  h: number;
}

function updatedCovariance(
  { c, d, diagonal }: Gaussian,
  { c1, cMu, cC }: Constants,
  { steps, weights, lengths, pC, h }: Generation,
): Float64Array {
  const sum = weights.reduce((total, w) => total + w, 0);
  const keep = 1 - c1 - cMu * sum + c1 * (1 - h) * cC * (2 - cC);
  // A bad step counts as if it had the length sqrt(d), so that subtracting it cannot make C indefinite.
  const factors = weights.map((w, k) => cMu * (w < 0 ? (w * d) / (lengths[k]! ** 2 + 1e-30) : w));
  const next = new Float64Array(d * d);
  for (let i = 0; i < d; i++) {
    for (let j = diagonal ? i : 0; j <= i; j++) {
      let entry = keep * c[i * d + j]! + c1 * pC[i]! * pC[j]!;
      for (let k = 0; k < factors.length; k++) entry += factors[k]! * steps[k]![i]! * steps[k]![j]!;
      next[i * d + j] = entry;
      next[j * d + i] = entry;
    }
  }
  return next;
}

/** The Cholesky factor, or null where rounding left C without one. */
function factorOf(c: Float64Array, d: number, diagonal: boolean): Float64Array | null {
  const l = c.slice();
  if (!diagonal) return choleskyInPlace(l, d) ? l : null;
  for (let i = 0; i < d; i++) {
    if (!(c[i * d + i]! > 0)) return null;
    l[i * d + i] = Math.sqrt(c[i * d + i]!);
  }
  return l;
}

export function norm(vector: Float64Array): number {
  let sum = 0;
  for (const value of vector) sum += value * value;
  return Math.sqrt(sum);
}
