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

/** means: S × m, row-major. stds: m. bests: S. Fills S × m values. */
export type LogImprovements = (
  means: Float64Array,
  stds: Float64Array,
  bests: Float64Array,
  values: Float64Array,
) => void;

/**
 * `logExpectedImprovement(...).value` to the bit, of S means at each of m points: several times as fast where improvement
 * is unlikely. What is made here keeps its scratch between calls.
 */
export function createLogImprovements(): LogImprovements {
  let x = new Float64Array(64);
  let unlikely = new Int32Array(64);
  return (means, stds, bests, values) => {
    if (x.length < means.length) {
      x = new Float64Array(4 * means.length);
      unlikely = new Int32Array(4 * means.length);
    }
    const m = stds.length;
    let count = 0;
    for (let s = 0, i = 0; s < bests.length; s++) {
      const best = bests[s]!;
      for (let p = 0; p < m; p++, i++) {
        const std = stds[p]!;
        const u = (best - means[i]!) / std;
        if (std > 0 && u <= -FRACTION_FROM) {
          x[count] = -u;
          unlikely[count++] = i;
        } else {
          values[i] = logExpectedImprovement(means[i]!, std, best).value;
        }
      }
    }
    for (let from = 0; from < count; from += 4) {
      const fractions = continuedFractions(x, from);
      for (let j = 0; j < Math.min(4, count - from); j++) {
        const [i, at] = [unlikely[from + j]!, x[from + j]!];
        values[i] = logUnlikely(at, Math.log(stds[i % m]!), fractions[j]!, millsRatio(at));
      }
    }
  };
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
  const value = logUnlikely(x, Math.log(std), k, mills);
  return { value, dMean: -1 / (std * k), dStd: 1 / (std * k * mills) };
}

function logUnlikely(x: number, logStd: number, k: number, mills: number): number {
  return logStd + logNormalPdf(x) + Math.log(k) + Math.log(mills);
}

/** K = 1 / (x + 2 / (x + 3 / …)). */
function continuedFraction(x: number): number {
  let fraction = x;
  for (let k = FRACTION_TERMS; k >= 2; k--) fraction = x + k / fraction;
  return 1 / fraction;
}

/** K at four x: a processor divides for one while another's division is under way. */
function continuedFractions(x: Float64Array, from: number): readonly number[] {
  const [x0, x1, x2, x3] = [x[from]!, x[from + 1]!, x[from + 2]!, x[from + 3]!];
  let [f0, f1, f2, f3] = [x0, x1, x2, x3];
  for (let k = FRACTION_TERMS; k >= 2; k--) {
    f0 = x0 + k / f0;
    f1 = x1 + k / f1;
    f2 = x2 + k / f2;
    f3 = x3 + k / f3;
  }
  return [1 / f0, 1 / f1, 1 / f2, 1 / f3];
}
