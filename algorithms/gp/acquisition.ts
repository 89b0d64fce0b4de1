import {
  logExpectedImprovement,
  logProbabilityBelow,
  type WithGradient,
} from "../../math/expected-improvement.ts";
import type { Posterior } from "../../math/gp/model.ts";
import type { Acquisition } from "./local-search.ts";

/**
 * Acquisition functions as sums of terms: ln of the expected improvement, ln of the probability that a constraint holds.
 *
 * m: rows. d: columns. mean, std: k values, one for each output's posterior, in units of its warped targets.
 */

export interface Term {
  /** Adds the term's value at each row. */
  addValues(rows: Float64Array, m: number, out: Float64Array): void;
  /** Adds the term's gradient at one row; returns its value there. */
  addGradient(row: Float64Array, out: Float64Array): number;
}

/** Value at (mean, std); fills its derivatives where they are asked for. */
export type Criterion = (mean: Float64Array, std: Float64Array, slopes: Slopes | null) => number;

/** Derivatives of a criterion with respect to mean and std, k each. */
export interface Slopes {
  dMean: Float64Array;
  dStd: Float64Array;
}

/** The sum of the terms. `lengths`: see `Acquisition`. */
export function acquisitionOf(terms: readonly Term[], lengths: Float64Array): Acquisition {
  return {
    lengths,
    values(rows, m, out) {
      out.fill(0, 0, m);
      for (const term of terms) term.addValues(rows, m, out);
    },
    gradient(row, out) {
      out.fill(0);
      return terms.reduce((sum, term) => sum + term.addGradient(row, out), 0);
    },
  };
}

/** A criterion of the posteriors of k outputs at the same point. */
export function posteriorTerm(posteriors: readonly Posterior[], d: number, criterion: Criterion): Term {
  const k = posteriors.length;
  const mean = new Float64Array(k);
  const std = new Float64Array(k);
  const slopes: Slopes = { dMean: new Float64Array(k), dStd: new Float64Array(k) };
  const meanGradients = posteriors.map(() => new Float64Array(d));
  const varianceGradients = posteriors.map(() => new Float64Array(d));
  return {
    addValues(rows, m, out) {
      const means = posteriors.map(() => new Float64Array(m));
      const variances = posteriors.map(() => new Float64Array(m));
      for (let i = 0; i < k; i++) posteriors[i]!.predict(rows, m, means[i]!, variances[i]!);
      for (let p = 0; p < m; p++) {
        for (let i = 0; i < k; i++) {
          mean[i] = means[i]![p]!;
          std[i] = Math.sqrt(variances[i]![p]!);
        }
        out[p]! += criterion(mean, std, null);
      }
    },
    addGradient(row, out) {
      for (let i = 0; i < k; i++) {
        const at = posteriors[i]!.predictWithGradient(row, meanGradients[i]!, varianceGradients[i]!);
        mean[i] = at.mean;
        std[i] = Math.sqrt(at.variance);
      }
      const value = criterion(mean, std, slopes);
      for (let i = 0; i < k; i++) {
        const a = slopes.dMean[i]!;
        const b = slopes.dStd[i]! / (2 * std[i]!);
        for (let c = 0; c < d; c++) out[c]! += a * meanGradients[i]![c]! + b * varianceGradients[i]![c]!;
      }
      return value;
    },
  };
}

/** ln of the expected improvement on `best` (Ament et al. 2023). */
export function improvementOn(best: number): Criterion {
  return (mean, std, slopes) => settle(logExpectedImprovement(mean[0]!, std[0]!, best), slopes);
}

/** How low the value may be: `beta` deviations below its mean (GP-UCB, Srinivas et al. 2010, for minimisation). */
export function lowerBound(beta: number): Criterion {
  return (mean, std, slopes) => settle({ value: beta * std[0]! - mean[0]!, dMean: -1, dStd: beta }, slopes);
}

/** ln of the probability that the value is at most `threshold`. */
export function below(threshold: number): Criterion {
  return (mean, std, slopes) => settle(logProbabilityBelow(mean[0]!, std[0]!, threshold), slopes);
}

/** The value; its derivatives go to `slopes`. */
function settle({ value, dMean, dStd }: WithGradient, slopes: Slopes | null): number {
  if (slopes) [slopes.dMean[0], slopes.dStd[0]] = [dMean, dStd];
  return value;
}
