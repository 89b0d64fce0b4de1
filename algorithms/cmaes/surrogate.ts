import {
  choleskyInPlace,
  logDeterminantFromCholesky,
  solveLower,
  solveLowerTransposed,
} from "../../math/linear-algebra.ts";

/**
 * A small Gaussian process of ranks near the distribution's mean, to pick the most promising of several samples (as in
 * surrogate-assisted CMA-ES, Pitra et al. 2016; Hansen 2019). In coordinates in which the distribution is the standard
 * normal one length scale does for all, because the covariance has learned the others.
 *
 * n: points. D: n × n squared distances. y: n normal scores of ranks. ℓ: length scale. k = (1 + t + t²/3) exp(-t),
 * t = √(5 D) / ℓ: Matérn 5/2. K: n × n, s k + noise · I. α = K⁻¹ y.
 */
export interface Surrogate {
  /** Expected normal score of a point from its squared distances to the n points; lower is better. */
  predict(squaredDistances: Float64Array): number;
}

/** Length scales in units of √dimensions. A long one with a large signal is close to a quadratic function. */
const SCALES = [0.7, 1.5, 3, 6, 12];
const NOISES = [1e-4, 1e-2, 1e-1];

/** The likeliest of a few settings; null when none has a Cholesky factor. `distances`: D, its lower triangle. */
export function fitSurrogate(
  distances: Float64Array,
  scores: Float64Array,
  dimensions: number,
): Surrogate | null {
  const n = scores.length;
  let best: { logLikelihood: number; alpha: Float64Array; lengthScale: number; signal: number } | null = null;
  for (const scale of SCALES) {
    const lengthScale = scale * Math.sqrt(dimensions);
    const signal = Math.max(1, scale);
    const kernel = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < i; j++) kernel[i * n + j] = signal * matern(distances[i * n + j]!, lengthScale);
    for (const noise of NOISES) {
      const l = kernel.slice();
      for (let i = 0; i < n; i++) l[i * n + i] = signal + noise;
      if (!choleskyInPlace(l, n)) continue;
      const alpha = scores.slice();
      solveLower(l, n, alpha);
      const fit = alpha.reduce((sum, v) => sum + v * v, 0);
      const logLikelihood = -0.5 * (fit + logDeterminantFromCholesky(l, n));
      if (best !== null && logLikelihood <= best.logLikelihood) continue;
      solveLowerTransposed(l, n, alpha);
      best = { logLikelihood, alpha, lengthScale, signal };
    }
  }
  if (best === null) return null;
  const { alpha, lengthScale, signal } = best;
  return {
    predict(squaredDistances) {
      let sum = 0;
      for (let i = 0; i < n; i++) sum += alpha[i]! * signal * matern(squaredDistances[i]!, lengthScale);
      return sum;
    },
  };
}

function matern(squared: number, lengthScale: number): number {
  const t = Math.sqrt(5 * squared) / lengthScale;
  return (1 + t + (t * t) / 3) * Math.exp(-t);
}
