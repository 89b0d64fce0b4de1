import { type GpData, logMarginalLikelihood } from "../../math/gp/model.ts";
import { minimizeInBox } from "../../math/lbfgsb.ts";
import { addPenalty, type HyperPrior, priorBounds, priorMode } from "./prior.ts";

/**
 * Hyper-parameters with the largest posterior density, ln p(y | x, theta) + ln p(theta), from fixed starts: what an
 * earlier fit found plays no part, so that a fit depends on its data alone.
 */

const MAX_STEPS = 60;
const GRADIENT_TOLERANCE = 0.02;
const VALUE_TOLERANCE = 1e-7;

export interface Fit {
  theta: Float64Array;
  /** ln p(y | x, theta) + ln p(theta), up to a constant. */
  logPosterior: number;
}

export function fitHyperparameters(data: GpData, prior: HyperPrior, starts?: readonly Float64Array[]): Fit {
  const { lower, upper } = priorBounds(prior, data.d, data.n);
  const gradient = new Float64Array(data.d + 2);
  const objective = (theta: Float64Array, out: Float64Array): number => {
    const likelihood = logMarginalLikelihood(data, theta, gradient);
    for (let i = 0; i < gradient.length; i++) out[i] = -gradient[i]!;
    return addPenalty(prior, theta, data.d, out) - likelihood;
  };
  let best: Fit | null = null;
  for (const start of starts ?? [priorMode(prior, data.d)]) {
    const { x, value } = minimizeInBox(objective, start, lower, upper, {
      maxIterations: MAX_STEPS,
      gradientTolerance: GRADIENT_TOLERANCE,
      functionTolerance: VALUE_TOLERANCE,
    });
    if (Number.isFinite(value) && (best === null || -value > best.logPosterior))
      best = { theta: x, logPosterior: -value };
  }
  return best ?? { theta: priorMode(prior, data.d), logPosterior: Number.NEGATIVE_INFINITY };
}
