import type { TrialRecord } from "../common/history.ts";
import { chooseWarp } from "./choose-warp.ts";
import { fitHyperparameters } from "./fit.ts";
import { chooseInputWarps, type InputWarps } from "./input-warp.ts";
import { dataOf, isPrefix, type Observations } from "./observations.ts";
import type { HyperPrior } from "./prior.ts";
import { FIT_POINTS, representatives, warpCheckpointAt } from "./schedule.ts";
import { type Warped, type WarpName, warp } from "./warp.ts";

/** The warps of a surrogate, chosen by its observations and kept for a while. */

/** How an output is modelled. */
export interface ModelOptions {
  categorical: Uint8Array;
  prior: HyperPrior;
  /** The column of the budget; null without one. */
  budget: number | null;
  /** Of the outputs; "auto": chosen by the data. */
  warp: WarpName | "auto";
  /** Whether the data may choose warps of the inputs. */
  inputWarp: boolean;
}

export interface Warps {
  output: WarpName;
  inputs: InputWarps;
}

/** The warps for the first `count` observations: those of their latest checkpoint, which is remembered. */
export function createWarpChoice(
  options: ModelOptions,
): (observations: Observations, count: number) => Warps {
  let chosen: { records: readonly TrialRecord[]; warps: Warps } | null = null;
  return (observations, count) => {
    const checkpoint = warpCheckpointAt(count);
    if (checkpoint === 0) return { output: defaultOf(options), inputs: unwarped(options) };
    if (chosen?.records.length !== checkpoint || !isPrefix(chosen.records, observations.records)) {
      const records = observations.records.slice(0, checkpoint);
      chosen = { records, warps: choose(options, observations, checkpoint) };
    }
    return chosen.warps;
  };
}

function choose(options: ModelOptions, observations: Observations, checkpoint: number): Warps {
  const { categorical, prior, budget, warp: wanted, inputWarp } = options;
  const values = observations.values(checkpoint);
  const indices = representatives(values, FIT_POINTS, observations.distances);
  const data = (targets: Float64Array) => dataOf(observations, categorical, indices, targets);
  const output = wanted === "auto" ? chooseOutput(options, observations, values) : wanted;
  if (!inputWarp) return { output, inputs: unwarped(options) };
  const fitted = data(warpOf(output, values).targets);
  return { output, inputs: chooseInputWarps(fitted, fitHyperparameters(fitted, prior).theta, budget) };
}

function chooseOutput(options: ModelOptions, observations: Observations, values: Float64Array): WarpName {
  const { categorical, prior, budget } = options;
  const known = representatives(values, FIT_POINTS, observations.distances);
  const data = (indices: readonly number[], targets: Float64Array) =>
    dataOf(observations, categorical, indices, targets);
  const { targets } = warpOf("half-rank", values);
  const { theta } = fitHyperparameters(data(known, targets), prior);
  const apart = farApart(known, observations.rows, values, categorical, withoutWeight(theta, budget));
  return apart.length < FEWEST_APART
    ? "half-rank"
    : chooseWarp((warped) => data(apart, warped), apart, values, prior);
}

/**
 * Those of the observations that are not next to a better one. A search ends in a crowd around its best point, whose
 * members foretell each other under any warp, and under the one that stretches them most would seem foretold best.
 */
function farApart(
  indices: readonly number[],
  rows: readonly Float64Array[],
  values: Float64Array,
  categorical: Uint8Array,
  theta: Float64Array,
): number[] {
  const kept: number[] = [];
  for (const index of [...indices].sort((a, b) => values[a]! - values[b]! || a - b)) {
    const near = kept.some((other) => squaredDistance(rows[index]!, rows[other]!, categorical, theta) < NEAR);
    if (!near) kept.push(index);
  }
  return kept.sort((a, b) => a - b);
}

/** One configuration at two budgets is one point: either foretells the other. */
function withoutWeight(theta: Float64Array, column: number | null): Float64Array {
  const weights = theta.slice();
  if (column !== null) weights[column] = Number.NEGATIVE_INFINITY;
  return weights;
}

/** Of length scales; the correlation is then 0.99. */
const NEAR = 0.0125;
const FEWEST_APART = 8;

/** r² as in math/gp/model.ts. */
function squaredDistance(
  a: Float64Array,
  b: Float64Array,
  categorical: Uint8Array,
  theta: Float64Array,
): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = a[i]! - b[i]!;
    sum += Math.exp(theta[i]!) * (categorical[i] ? (difference === 0 ? 0 : 1) : difference * difference);
  }
  return sum;
}

/** The chosen warp, or half-rank where today's losses have no such warp any more. */
export function warpOf(name: WarpName, values: Float64Array): Warped {
  return warp(name, values) ?? warp("half-rank", values)!;
}

function defaultOf({ warp: wanted }: ModelOptions): WarpName {
  return wanted === "auto" ? "half-rank" : wanted;
}

function unwarped({ categorical }: ModelOptions): InputWarps {
  return new Uint8Array(categorical.length);
}
