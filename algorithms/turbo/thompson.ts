import type { Rng } from "../../core/rng.ts";
import type { Posterior } from "../../math/gp/model.ts";
import { choleskyInPlace, NotPositiveDefiniteError } from "../../math/linear-algebra.ts";
import { normalQuantile } from "../../math/normal.ts";

/**
 * One function drawn from the posterior, at m points: the values of a joint normal distribution. `x`: m × d, row-major;
 * `mean`: the posterior's there, m values.
 * @throws NotPositiveDefiniteError where rounding leaves no covariance.
 */
export function drawFunction(
  posterior: Posterior,
  x: Float64Array,
  mean: ArrayLike<number>,
  rng: Rng,
): Float64Array {
  const m = mean.length;
  const l = factorOf(posterior.covariance(x, m), m);
  const z = Float64Array.from({ length: m }, () => normalQuantile(Math.max(LEAST, rng())));
  return Float64Array.from({ length: m }, (_, i) => {
    let value = mean[i]!;
    for (let k = 0; k <= i; k++) value += l[i * m + k]! * z[k]!;
    return value;
  });
}

/** So that no quantile is infinite. */
const LEAST = 2 ** -53;

/** Parts of the largest variance that are added to the diagonal, one after the other: near points are near copies. */
const JITTERS = [1e-9, 1e-7, 1e-5, 1e-3];

/** L of the covariance, m × m. */
function factorOf(covariance: Float64Array, m: number): Float64Array {
  let largest = 0;
  for (let i = 0; i < m; i++) largest = Math.max(largest, covariance[i * m + i]!);
  // Nothing is uncertain: the function is its mean.
  if (!(largest > 0)) return new Float64Array(m * m);
  for (const jitter of JITTERS) {
    const l = covariance.slice();
    for (let i = 0; i < m; i++) l[i * m + i]! += jitter * largest;
    if (choleskyInPlace(l, m)) return l;
  }
  throw new NotPositiveDefiniteError(`The covariance of ${m} candidates is not positive definite.`);
}
