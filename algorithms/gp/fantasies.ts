import { createLogImprovements, logExpectedImprovement } from "../../math/expected-improvement.ts";
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
  const logImprovements = createLogImprovements();
  const logs = new Float64Array(DRAWS);
  const meanGradient = new Float64Array(d);
  const varianceGradient = new Float64Array(d);
  const slopes = new Float64Array(DRAWS);
  const variance = new Float64Array(1);
  return {
    addValues(rows, m, out) {
      const variances = new Float64Array(m);
      const means = extended.means(weights, rows, m, variances);
      const values = new Float64Array(DRAWS * m);
      logImprovements(means, variances.map(Math.sqrt), bests, values);
      for (let p = 0; p < m; p++) {
        for (let s = 0; s < DRAWS; s++) logs[s] = values[s * m + p]!;
        out[p]! += logSumExp(logs) - Math.log(DRAWS);
      }
    },
    addGradient(row, out) {
      const means = extended.means(weights, row, 1, variance);
      const std = Math.sqrt(variance[0]!);
      const at = Array.from({ length: DRAWS }, (_, s) => logExpectedImprovement(means[s]!, std, bests[s]!));
      for (let s = 0; s < DRAWS; s++) logs[s] = at[s]!.value;
      const total = logSumExp(logs);
      // The gradient of a sum of means is that of the mean of the summed targets.
      let dStd = 0;
      for (let s = 0; s < DRAWS; s++) {
        const share = Math.exp(logs[s]! - total);
        slopes[s] = share * at[s]!.dMean;
        dStd += share * at[s]!.dStd;
      }
      extended.setTargets(mixture(vectors, slopes));
      extended.predictWithGradient(row, meanGradient, varianceGradient);
      for (let c = 0; c < d; c++) out[c]! += meanGradient[c]! + (dStd * varianceGradient[c]!) / (2 * std);
      return total - Math.log(DRAWS);
    },
  };
}

/** Σ_s shares[s] vectors[s]: S vectors in rows, four columns at a time, each in a register. */
function mixture(vectors: Float64Array, shares: Float64Array): Float64Array {
  const length = vectors.length / shares.length;
  const mixed = new Float64Array(length);
  const whole = length - (length % 4);
  for (let i = 0; i < whole; i += 4) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let s = 0, at = i; s < shares.length; s++, at += length) {
      const share = shares[s]!;
      a += share * vectors[at]!;
      b += share * vectors[at + 1]!;
      c += share * vectors[at + 2]!;
      d += share * vectors[at + 3]!;
    }
    mixed[i] = a;
    mixed[i + 1] = b;
    mixed[i + 2] = c;
    mixed[i + 3] = d;
  }
  for (let i = whole; i < length; i++)
    for (let s = 0; s < shares.length; s++) mixed[i]! += shares[s]! * vectors[s * length + i]!;
  return mixed;
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
