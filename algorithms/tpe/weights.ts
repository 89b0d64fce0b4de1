/** Weights of a mixture: of the observations in the order of rows, and of the prior. They need not sum to 1. */
export interface Weights {
  observations: Float64Array;
  prior: number;
}

/** What the worst of the good trials keeps, against the best. */
const LEAST = 1e-3;

/** Older observations count less: 1 for the newest 25, and a ramp from 1 / n up for those before (Bergstra et al. 2013). */
export function rampWeights(n: number): Float64Array {
  const weights = new Float64Array(n).fill(1);
  const ramp = n - 25;
  for (let i = 0; i < ramp; i++) weights[i] = ramp === 1 ? 1 / n : 1 / n + (1 - 1 / n) * (i / (ramp - 1));
  return weights;
}

/**
 * Weights in proportion to `improvements` (>= 0), on average 1: the density of good trials then estimates expected
 * improvement and not only its probability (Watanabe 2023, arXiv 2304.11127, section 3.2). Equal where one is null or
 * nothing differs.
 */
export function improvementWeights(improvements: readonly (number | null)[]): Float64Array {
  const equal = new Float64Array(improvements.length).fill(1);
  let largest = 0;
  for (const improvement of improvements) {
    if (improvement === null) return equal;
    largest = Math.max(largest, improvement);
  }
  if (!(largest > 0)) return equal;
  const weights = Float64Array.from(improvements, (improvement) => improvement! / largest + LEAST);
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}
