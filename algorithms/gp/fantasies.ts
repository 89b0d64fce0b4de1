import { logExpectedImprovement } from "../../math/expected-improvement.ts";
import type { Posterior } from "../../math/gp/model.ts";
import { choleskyInPlace } from "../../math/linear-algebra.ts";
import { normalQuantile } from "../../math/normal.ts";
import { logSumExp } from "../../math/normal-tails.ts";
import { createSobol, MAX_SOBOL_DIMENSIONS } from "../../math/sobol.ts";
import type { Term } from "./acquisition.ts";

/**
 * Expected improvement while other trials run: averaged over what those may turn out to be.
 *
 * q: pending points. S: joint draws of their values from the posterior (scrambled Sobol points through the normal
 * quantile, fixed while one acquisition function lives). For each draw the model is conditioned on it, and the improvement
 * is over the best of the results and the draw. The variance is the same for all draws, and means are linear in the
 * targets, so S models cost one factor and S weight vectors.
 */

const DRAWS = 32;

/**
 * `posterior`: of the results, targets set. `extended`: the same with the pending points at its end. `pending`: q rows of d
 * features. `there`: the same at the pinned budget, null without one. `targets`: of `posterior`, n. `random`: uniform in [0, 1).
 */
export function improvementBesidePending(
  posterior: Posterior,
  extended: Posterior,
  pending: Float64Array,
  there: Float64Array | null,
  targets: Float64Array,
  best: number,
  random: () => number,
): Term {
  const n = posterior.n;
  const q = extended.n - n;
  const d = pending.length / q;
  const values = jointDraws(posterior, pending, q, random);
  const vectors = new Float64Array(DRAWS * (n + q));
  for (let s = 0; s < DRAWS; s++) {
    vectors.set(targets, s * (n + q));
    vectors.set(values.subarray(s * q, s * q + q), s * (n + q) + n);
  }
  const weights = extended.solve(vectors);
  // A draw for another budget is no improvement; what it lets the model believe of the pinned one may be.
  const drawn = there === null ? values : extended.means(weights, there, q);
  const bests = Float64Array.from({ length: DRAWS }, (_, s) =>
    drawn.subarray(s * q, s * q + q).reduce((a, b) => Math.min(a, b), best),
  );
  const logs = new Float64Array(DRAWS);
  const meanGradient = new Float64Array(d);
  const varianceGradient = new Float64Array(d);
  const mixed = new Float64Array(n + q);
  const mean = new Float64Array(1);
  const variance = new Float64Array(1);
  return {
    addValues(rows, m, out) {
      const ignored = new Float64Array(m);
      const variances = new Float64Array(m);
      extended.predict(rows, m, ignored, variances);
      const means = extended.means(weights, rows, m);
      for (let p = 0; p < m; p++) {
        const std = Math.sqrt(variances[p]!);
        for (let s = 0; s < DRAWS; s++)
          logs[s] = logExpectedImprovement(means[s * m + p]!, std, bests[s]!).value;
        out[p]! += logSumExp(logs) - Math.log(DRAWS);
      }
    },
    addGradient(row, out) {
      extended.predict(row, 1, mean, variance);
      const std = Math.sqrt(variance[0]!);
      const means = extended.means(weights, row, 1);
      const at = Array.from({ length: DRAWS }, (_, s) => logExpectedImprovement(means[s]!, std, bests[s]!));
      for (let s = 0; s < DRAWS; s++) logs[s] = at[s]!.value;
      const total = logSumExp(logs);
      // The gradient of a sum of means is that of the mean of the summed targets.
      mixed.fill(0);
      let dStd = 0;
      for (let s = 0; s < DRAWS; s++) {
        const share = Math.exp(logs[s]! - total);
        const slope = share * at[s]!.dMean;
        dStd += share * at[s]!.dStd;
        for (let i = 0; i < n + q; i++) mixed[i]! += slope * vectors[s * (n + q) + i]!;
      }
      extended.setTargets(mixed);
      extended.predictWithGradient(row, meanGradient, varianceGradient);
      for (let c = 0; c < d; c++) out[c]! += meanGradient[c]! + (dStd * varianceGradient[c]!) / (2 * std);
      return total - Math.log(DRAWS);
    },
  };
}

/** S × q values, row-major, from the joint posterior of q points. */
function jointDraws(
  posterior: Posterior,
  points: Float64Array,
  q: number,
  random: () => number,
): Float64Array {
  const mean = new Float64Array(q);
  const variance = new Float64Array(q);
  posterior.predict(points, q, mean, variance);
  const factor = factorOf(posterior.covariance(points, q), q);
  const even = Math.min(q, MAX_SOBOL_DIMENSIONS);
  const sequence = createSobol(even, random);
  const values = new Float64Array(DRAWS * q);
  for (let s = 0; s < DRAWS; s++) {
    const uniforms = sequence(s);
    const normals = Float64Array.from({ length: q }, (_, i) =>
      normalQuantile(i < even ? uniforms[i]! : Math.max(random(), Number.MIN_VALUE)),
    );
    for (let i = 0; i < q; i++) {
      let value = mean[i]!;
      for (let j = 0; j <= i; j++) value += factor[i * q + j]! * normals[j]!;
      values[s * q + i] = value;
    }
  }
  return values;
}

/** A lower Cholesky factor, with as much added to the diagonal as it takes; pending points may be close together. */
function factorOf(covariance: Float64Array, q: number): Float64Array {
  let largest = 0;
  for (let i = 0; i < q; i++) largest = Math.max(largest, covariance[i * q + i]!);
  for (let jitter = 1e-10 * largest; jitter < 10 * largest; jitter *= 100) {
    const factor = covariance.slice();
    for (let i = 0; i < q; i++) factor[i * q + i]! += jitter;
    if (choleskyInPlace(factor, q)) return factor;
  }
  return new Float64Array(q * q);
}
