import { createPosterior, type GpData, type Posterior } from "../../math/gp/model.ts";
import type { TrialRecord } from "../common/history.ts";
import { fitHyperparameters } from "./fit.ts";
import { onWarpedInputs, warpInputs } from "./input-warp.ts";
import { dataOf, isPrefix, type Observations } from "./observations.ts";
import { checkpointAt, FIT_POINTS, representatives } from "./schedule.ts";
import type { WarpName } from "./warp.ts";
import { createWarpChoice, type ModelOptions, type Warps, warpOf } from "./warps.ts";

/**
 * The model of one output (a loss, a violation) as a function of the log: hyper-parameters of the latest checkpoint, the
 * Cholesky factor made there and extended result by result since, today's targets. Kept between calls, and rebuilt along
 * the same path after a replay, so that both give the same bits.
 */

/** Results that a posterior is conditioned on, before it is extended; fewer where each trial has several. */
const MODEL_POINTS = 800;
const MODEL_POINTS_OF_BUDGETS = 500;

export interface Fitted {
  posterior: Posterior;
  theta: Float64Array;
  warp: WarpName;
  /** n losses as the log has them, and warped: targets of the posterior are those of `kept`. */
  values: Float64Array;
  targets: Float64Array;
  /** Indices of the observations that the posterior is conditioned on, in its order. */
  kept: number[];
}

export interface Surrogate {
  /** `observations`: one at least. @throws NotPositiveDefiniteError where numbers break down. */
  at(observations: Observations): Fitted;
}

interface Built {
  checkpoint: number;
  records: readonly TrialRecord[];
  theta: Float64Array;
  warps: Warps;
  kept: number[];
  posterior: Posterior;
}

export function createSurrogate(options: ModelOptions): Surrogate {
  const warpsFor = createWarpChoice(options);
  let built: Built | null = null;
  return {
    at(observations) {
      const n = observations.records.length;
      const checkpoint = checkpointAt(n);
      if (built === null || built.checkpoint !== checkpoint || !isPrefix(built.records, observations.records))
        built = build(options, observations, checkpoint, warpsFor(observations, checkpoint));
      built = extended(built, observations);
      const values = observations.values(n);
      const { theta, kept, posterior, warps } = built;
      const { targets } = warpOf(warps.output, values);
      posterior.setTargets(Float64Array.from(kept, (index) => targets[index]!));
      return { posterior, theta, kept, warp: warps.output, values, targets };
    },
  };
}

function build(
  { categorical, prior, budget }: ModelOptions,
  observations: Observations,
  checkpoint: number,
  warps: Warps,
): Built {
  const known = observations.values(checkpoint);
  const { distances } = observations;
  const { targets } = warpOf(warps.output, known);
  const dataAt = (indices: readonly number[]): GpData => {
    const data = dataOf(observations, categorical, indices, targets);
    return { ...data, x: warpInputs(warps.inputs, data.x) };
  };
  const { theta } = fitHyperparameters(dataAt(representatives(known, FIT_POINTS, distances)), prior);
  const kept = representatives(known, budget === null ? MODEL_POINTS : MODEL_POINTS_OF_BUDGETS, distances);
  const posterior = onWarpedInputs(createPosterior(dataAt(kept), theta), warps.inputs);
  return { checkpoint, records: observations.records.slice(0, checkpoint), theta, warps, kept, posterior };
}

function extended(built: Built, { records, rows }: Observations): Built {
  let { posterior } = built;
  const kept = [...built.kept];
  for (let index = built.records.length; index < records.length; index++) {
    // Targets are set afterwards.
    posterior = posterior.extend(rows[index]!, 0);
    kept.push(index);
  }
  return kept.length === built.kept.length ? built : { ...built, records, kept, posterior };
}
