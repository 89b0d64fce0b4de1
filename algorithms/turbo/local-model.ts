import { type GpData, logMarginalLikelihood } from "../../math/gp/model.ts";
import { minimizeInBox } from "../../math/lbfgsb.ts";

/**
 * Hyper-parameters of a trust region's Gaussian process.
 *
 * d: columns. theta: [ln w_1 … ln w_d, ln s, ln n], w = 1 / l²; see math/gp/model.ts. Prior over length scales:
 * ln l ~ Normal(ln 0.3 + ln(d) / 2, 1), because distances grow with √d.
 */

const LENGTH = 0.3;
const LENGTH_STD = 1;
const NOISE_STD = 2;
const SIGNAL_STD = 1;
const MAX_STEPS = 40;

/**
 * The hyper-parameters with the largest posterior density, from one fixed start. `noise`: the median of the prior over the
 * noise variance.
 */
export function fitTheta(data: GpData, noise: number): Float64Array {
  const { d } = data;
  const centre = -2 * (Math.log(LENGTH) + 0.5 * Math.log(d));
  const start = new Float64Array(d + 2).fill(centre);
  const noiseMean = Math.log(noise);
  start[d] = 0;
  start[d + 1] = noiseMean;
  const lower = new Float64Array(d + 2).fill(-2 * Math.log(50));
  const upper = new Float64Array(d + 2).fill(-2 * Math.log(0.005));
  lower[d] = Math.log(0.05);
  upper[d] = Math.log(20);
  lower[d + 1] = Math.log(1e-6);
  upper[d + 1] = 0;
  const likelihood = new Float64Array(d + 2);
  const objective = (theta: Float64Array, gradient: Float64Array): number => {
    const value = logMarginalLikelihood(data, theta, likelihood);
    let penalty = 0;
    for (let i = 0; i < d + 2; i++) {
      const [mean, std] =
        i < d ? [centre, 2 * LENGTH_STD] : i === d ? [0, SIGNAL_STD] : [noiseMean, NOISE_STD];
      const z = (theta[i]! - mean) / std;
      penalty += 0.5 * z * z;
      gradient[i] = z / std - likelihood[i]!;
    }
    return penalty - value;
  };
  const { x } = minimizeInBox(objective, start, lower, upper, {
    maxIterations: MAX_STEPS,
    gradientTolerance: 0.05,
    functionTolerance: 1e-5,
  });
  return x;
}

/** A side of the box is at most so many times as long, or short, as the mean. */
const MOST_STRETCH = 4;

/**
 * The shape of the box: length scales of the numeric columns relative to their geometric mean, within bounds, so that a
 * column that seems not to matter does not make the others too narrow to move in. 1 for categorical ones.
 */
export function boxShape(theta: Float64Array, categorical: Uint8Array): Float64Array {
  const logs = Array.from(categorical, (flag, i) => (flag ? null : -0.5 * theta[i]!));
  const numeric = logs.filter((value) => value !== null);
  const mean = numeric.reduce((sum, value) => sum + value, 0) / Math.max(1, numeric.length);
  return Float64Array.from(logs, (value) =>
    value === null ? 1 : Math.min(MOST_STRETCH, Math.max(1 / MOST_STRETCH, Math.exp(value - mean))),
  );
}
