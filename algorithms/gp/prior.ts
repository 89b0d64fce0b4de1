/**
 * Hyper-priors of the Gaussian process, over the logarithms that are optimised.
 *
 * theta: [ln w_1 … ln w_d, ln s, ln n]: inverse squared length scales, signal variance, noise variance; targets have
 * variance 1.
 * Length scales: ln l ~ Normal(LENGTH_MEAN + ln(d) / 2, LENGTH_STD): distances grow with √d, and so must the scales, or
 * a model of many dimensions knows nothing between its points (Hvarfner et al. 2024, "Vanilla Bayesian optimization
 * performs great in high dimensions").
 */

export interface HyperPrior {
  /** Of ln l at d = 1, and its standard deviation. */
  lengthMean: number;
  lengthStd: number;
  /** Of ln s. */
  signalMean: number;
  signalStd: number;
  /** Of ln n. */
  noiseMean: number;
  noiseStd: number;
  noiseFloor: number;
  /** The column of the budget and its own prior of ln l; null without one. */
  budget: { column: number; lengthMean: number; lengthStd: number } | null;
}

const SHORTEST_LENGTH = 0.01;

export const DEFAULT_PRIOR: HyperPrior = {
  lengthMean: Math.SQRT2 - 2,
  lengthStd: Math.sqrt(3),
  signalMean: 0,
  signalStd: 1,
  noiseMean: -8,
  noiseStd: 3,
  noiseFloor: 1e-6,
  budget: null,
};

/**
 * Results of one configuration at several budgets go together, or there would be no use in the small ones: the budget
 * reaches further than the whole range, and only data can say otherwise.
 */
export function withBudget(prior: HyperPrior, column: number): HyperPrior {
  return { ...prior, budget: { column, lengthMean: Math.log(2), lengthStd: 1 } };
}

/** Adds -ln prior(theta), up to a constant, to `gradient` (d + 2 values) and returns it. */
export function addPenalty(
  prior: HyperPrior,
  theta: Float64Array,
  d: number,
  gradient: Float64Array,
): number {
  let penalty = 0;
  // ln l = -ln(w) / 2.
  for (let i = 0; i < d; i++) {
    const { mean, std } = lengthPrior(prior, i, d);
    const z = (-0.5 * theta[i]! - mean) / std;
    penalty += 0.5 * z * z;
    gradient[i]! += (-0.5 * z) / std;
  }
  const signal = (theta[d]! - prior.signalMean) / prior.signalStd;
  gradient[d]! += signal / prior.signalStd;
  const noise = (theta[d + 1]! - prior.noiseMean) / prior.noiseStd;
  gradient[d + 1]! += noise / prior.noiseStd;
  return penalty + 0.5 * signal * signal + 0.5 * noise * noise;
}

/** The centre of the prior. */
export function priorMode(prior: HyperPrior, d: number): Float64Array {
  const theta = new Float64Array(d + 2);
  for (let i = 0; i < d; i++) theta[i] = -2 * lengthPrior(prior, i, d).mean;
  theta[d] = prior.signalMean;
  theta[d + 1] = Math.max(prior.noiseMean, Math.log(prior.noiseFloor));
  return theta;
}

/** Of ln l_i. */
function lengthPrior(prior: HyperPrior, i: number, d: number): { mean: number; std: number } {
  const { budget, lengthMean, lengthStd } = prior;
  if (budget?.column === i) return { mean: budget.lengthMean, std: budget.lengthStd };
  return { mean: lengthMean + 0.5 * Math.log(d), std: lengthStd };
}

/** The box that fits of `n` results in `d` columns are kept in. */
export function priorBounds(
  prior: HyperPrior,
  d: number,
  n: number,
): { lower: Float64Array; upper: Float64Array } {
  const lower = new Float64Array(d + 2).fill(Math.log(1e-6), 0, d);
  const upper = new Float64Array(d + 2).fill(logPrecisionBound(prior, d, n), 0, d);
  lower[d] = Math.log(1e-2);
  upper[d] = Math.log(1e2);
  lower[d + 1] = Math.log(prior.noiseFloor);
  upper[d + 1] = Math.log(2);
  return { lower, upper };
}

/**
 * The largest log inverse squared length, of the shortest length that a column may have as a part of its range. A few
 * noisy results are otherwise explained by lengths of a hundredth and no noise at all, and the search crowds around a
 * lucky trial. Of one column or two, enough results can show finer structure: as fine as the distance between them. With
 * a budget, results at small ones are many, and a higher bound than a hundredth is no gain: mean rank of `asha` with `gp`
 * among 17 schedules 2.4 with it, 1.8 without (`npm run bench:fidelity -- --full`).
 */
function logPrecisionBound({ budget }: HyperPrior, d: number, n: number): number {
  if (budget !== null) return Math.log(1e4);
  return -2 * Math.log(Math.max(SHORTEST_LENGTH, Math.min(0.1, n ** (-1 / d))));
}
