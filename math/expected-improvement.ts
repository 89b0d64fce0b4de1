import { logNormalCdf, logNormalPdf, millsRatio } from "./normal-tails.ts";

/**
 * Acquisition values of a normal posterior in the log domain, with derivatives (Ament et al. 2023, "Unexpected
 * improvements to expected improvement"). Everything minimises.
 *
 * u = (best - mean) / std. h(u) = phi(u) + u Phi(u), so that EI = std h(u); h' = Phi.
 * x = -u where u is negative. M: Mills ratio. Since M = 1 / (x + K) with the continued fraction
 * K = 1 / (x + 2 / (x + 3 / …)), h = phi (1 - x M) = phi K M: no cancellation, however large x is.
 */

/** A value and its derivatives with respect to the posterior's mean and standard deviation. */
export interface WithGradient {
  value: number;
  dMean: number;
  dStd: number;
}

/** Below it 1 - x M has lost less than two digits to cancellation; above it the continued fraction is short. */
const FRACTION_FROM = 5;
const FRACTION_TERMS = 40;

/**
 * ln E[max(0, best - Y)] for Y ~ Normal(mean, std²), finite to millions of deviations. Where std = 0: the logarithm of
 * the improvement, -Infinity with derivatives 0 where there is none.
 */
export function logExpectedImprovement(mean: number, std: number, best: number): WithGradient {
  if (!(std > 0)) return certainImprovement(mean, best);
  const u = (best - mean) / std;
  if (u < -1) return unlikelyImprovement(-u, std);
  const density = Math.exp(logNormalPdf(u));
  const probability = Math.exp(logNormalCdf(u));
  const h = density + u * probability;
  return { value: Math.log(std) + Math.log(h), dMean: -probability / (std * h), dStd: density / (std * h) };
}

/** ln P(Y <= threshold) for Y ~ Normal(mean, std²). Where std = 0: 0 or -Infinity, with derivatives 0. */
export function logProbabilityBelow(mean: number, std: number, threshold: number): WithGradient {
  if (!(std > 0)) {
    return { value: mean <= threshold ? 0 : Number.NEGATIVE_INFINITY, dMean: 0, dStd: 0 };
  }
  const u = (threshold - mean) / std;
  const value = logNormalCdf(u);
  // phi(u) / Phi(u), the derivative of ln Phi.
  const slope = u < 0 ? 1 / millsRatio(-u) : Math.exp(logNormalPdf(u) - value);
  return { value, dMean: -slope / std, dStd: slope === 0 ? 0 : (-slope * u) / std };
}

function certainImprovement(mean: number, best: number): WithGradient {
  const improvement = best - mean;
  if (!(improvement > 0)) return { value: Number.NEGATIVE_INFINITY, dMean: 0, dStd: 0 };
  return { value: Math.log(improvement), dMean: -1 / improvement, dStd: 0 };
}

/** For x = -u > 1. */
function unlikelyImprovement(x: number, std: number): WithGradient {
  // Phi / h and phi / h in terms of K and M alone.
  const mills = millsRatio(x);
  const k = x < FRACTION_FROM ? 1 / mills - x : continuedFraction(x);
  const value = Math.log(std) + logNormalPdf(x) + Math.log(k) + Math.log(mills);
  return { value, dMean: -1 / (std * k), dStd: 1 / (std * k * mills) };
}

/** K = 1 / (x + 2 / (x + 3 / …)). */
function continuedFraction(x: number): number {
  let fraction = x;
  for (let k = FRACTION_TERMS; k >= 2; k--) fraction = x + k / fraction;
  return 1 / fraction;
}
