import { createPosterior, type GpData } from "../../math/gp/model.ts";
import { FAILED } from "../common/ranks.ts";
import { gpData, type LocalResults } from "./local-data.ts";
import { fitTheta } from "./local-model.ts";
import { standardised } from "./targets.ts";

/**
 * Where trials fail: regression on whether they do, with hyper-parameters of its own. Failures that have a place get
 * length scales to match; to those that come by chance the fit gives noise, and then they say nothing about any place.
 */

export interface FailureData extends GpData {
  /** Part of the trials that failed. */
  readonly share: number;
}

/** Much of whether a trial fails is chance, or looks like it, until many trials say otherwise. */
const NOISE = 0.3;

/** Estimated probabilities at m points, m × d, row-major. */
export type Failing = (x: Float64Array, m: number) => Float64Array;

/** Whether each trial failed, 0 or 1, standardised; null where none did. */
export function failureData({ ranks, rows, categorical }: LocalResults): FailureData | null {
  const failed = Float64Array.from(ranks, ([group]) => (group === FAILED ? 1 : 0));
  const share = failed.reduce((sum, flag) => sum + flag, 0) / failed.length;
  if (share === 0) return null;
  return { ...gpData(rows, standardised(failed), categorical), share };
}

/** Null where no trial has failed. */
export function fitFailures(local: LocalResults): Float64Array | null {
  const data = failureData(local);
  return data === null ? null : fitTheta(data, NOISE);
}

/** `theta`: of an earlier fit; null, or no failure among the results: nothing is known. */
export function failingAt(local: LocalResults, theta: Float64Array | null): Failing | null {
  const data = failureData(local);
  if (data === null || theta === null) return null;
  const posterior = createPosterior(data, theta);
  const spread = Math.sqrt(data.share * (1 - data.share));
  return (x, m) => {
    const mean = new Float64Array(m);
    posterior.predict(x, m, mean, new Float64Array(m));
    return mean.map((value) => Math.min(1, Math.max(0, data.share + spread * value)));
  };
}
