import type { Dimension, Problem } from "../../core/algorithm.ts";
import { levelAt } from "../../core/dimension.ts";
import { type Rng, uniformInt } from "../../core/rng.ts";
import { directionOf } from "./direction.ts";
import { type Importance, intervalOf, type RatedTrial, runThrough } from "./importance.ts";
import { choiceShares, createParzen, type GridDensity } from "./parzen-grid.ts";
import { judge } from "./verdict.ts";

/**
 * PED-ANOVA (Watanabe, Bansal & Hutter 2023): how differently the best trials are spread over a parameter than all of
 * them, as a Pearson divergence. It asks what matters for being among the best, not for the loss as a whole.
 *
 * n: trials, best first. target: the best share of them, ties kept. p_t, p_r: densities of target and all trials on a
 * grid of cells. Importance before scaling: sum over cells of p_r (p_t / p_r - 1)²; for a conditional parameter over the
 * trials in which it is active, times (share of the target that is active)² / (share of all that is). Scaled to sum 1.
 */

export interface PedAnovaOptions {
  /** Share of the trials that counts as best. Default 0.1. */
  targetQuantile?: number;
  /** Resamples for the intervals. Default 100. */
  resamples?: number;
}

const MOST_CELLS = 50;
const FEWEST_TARGET = 5;

/** `rng` draws the resamples. O(resamples · d · n). Yields between resamples, so that a server can answer in between. */
export function* pedAnovaInSteps(
  problem: Problem,
  trials: readonly RatedTrial[],
  options: PedAnovaOptions,
  rng: Rng,
): Generator<void, Importance> {
  const { targetQuantile = 0.1, resamples = 100 } = options;
  const sorted = [...trials].sort((a, b) => a.loss - b.loss);
  const losses = Float64Array.from(sorted, ({ loss }) => loss);
  const axes = problem.dimensions.map((dimension, k) => axisOf(dimension, sorted, k));
  const sharesOf = (weights: Float64Array) =>
    scaled(axes.map((axis) => divergence(axis, weights, targetSize(losses, weights, targetQuantile))));
  const estimate = sharesOf(new Float64Array(sorted.length).fill(1));
  const drawn: number[][] = [];
  for (let resample = 0; resample < resamples && sorted.length > 0; resample++) {
    drawn.push(sharesOf(drawWeights(sorted.length, rng)));
    yield;
  }
  const parameters = axes.map((_, dimension) => ({
    dimension,
    importance: estimate[dimension]!,
    ...intervalOf(
      drawn.map((shares) => shares[dimension]!),
      estimate[dimension]!,
    ),
    direction: directionOf(problem, sorted, dimension),
  }));
  parameters.sort((a, b) => b.importance - a.importance || a.dimension - b.dimension);
  return { parameters, interactions: [], trials: sorted.length, ...judge(parameters, sorted.length) };
}

export function pedAnova(
  problem: Problem,
  trials: readonly RatedTrial[],
  options: PedAnovaOptions,
  rng: Rng,
): Importance {
  return runThrough(pedAnovaInSteps(problem, trials, options, rng));
}

interface Axis {
  cells: number;
  density: GridDensity;
  /** Cell of each trial, best first; -1 where inactive. */
  cellOf: Int32Array;
}

function axisOf(dimension: Dimension, sorted: readonly RatedTrial[], k: number): Axis {
  const cells = cellsOf(dimension);
  const cellOf = Int32Array.from(sorted, ({ point }) => {
    const coordinate = point[k]!;
    if (coordinate === null) return -1;
    if (dimension.kind === "categorical") return coordinate;
    if (dimension.kind === "ordered" && cells === dimension.levels) return levelAt(dimension, coordinate);
    return Math.min(cells - 1, Math.floor(coordinate * cells));
  });
  return { cells, density: dimension.kind === "categorical" ? choiceShares : createParzen(cells), cellOf };
}

function cellsOf(dimension: Dimension): number {
  if (dimension.kind === "categorical") return dimension.choices;
  if (dimension.kind === "continuous") return MOST_CELLS;
  if (dimension.logOffset === undefined || dimension.levels <= 2) {
    return Math.min(MOST_CELLS, dimension.levels);
  }
  // Integers on a log scale lie far apart at the lower end: a finer grid would have cells that nothing can fall into.
  return Math.min(MOST_CELLS, Math.ceil(Math.log2(dimension.levels)) + 1);
}

/** How many of the trials, best first, are the target: the share of the weight, with all that tie with the last. */
function targetSize(losses: Float64Array, weights: Float64Array, share: number): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const wanted = Math.max(1, Math.min(total, Math.max(FEWEST_TARGET, share * total)));
  let reached = 0;
  let size = 0;
  while (size < losses.length && reached < wanted) reached += weights[size++]!;
  while (size > 0 && size < losses.length && losses[size] === losses[size - 1]) size++;
  return size;
}

function divergence({ cells, density, cellOf }: Axis, weights: Float64Array, target: number): number {
  const counts = { target: new Float64Array(cells), all: new Float64Array(cells) };
  const totals = { target: 0, all: 0, activeTarget: 0, active: 0 };
  for (let trial = 0; trial < cellOf.length; trial++) {
    const weight = weights[trial]!;
    const cell = cellOf[trial]!;
    totals.all += weight;
    if (trial < target) totals.target += weight;
    if (cell < 0) continue;
    totals.active += weight;
    counts.all[cell]! += weight;
    if (trial >= target) continue;
    totals.activeTarget += weight;
    counts.target[cell]! += weight;
  }
  if (totals.active < 2 || cells < 2) return 0;
  const best = density(counts.target);
  const all = density(counts.all);
  let sum = 0;
  for (let cell = 0; cell < cells; cell++) sum += (best[cell]! - all[cell]!) ** 2 / all[cell]!;
  const regime = (totals.activeTarget / totals.target) ** 2 / (totals.active / totals.all);
  return sum * regime;
}

function scaled(values: readonly number[]): number[] {
  const sum = values.reduce((total, value) => total + value, 0);
  return values.map((value) => (sum > 0 ? value / sum : 0));
}

function drawWeights(size: number, rng: Rng): Float64Array {
  const weights = new Float64Array(size);
  for (let draw = 0; draw < size; draw++) weights[uniformInt(rng, size)]! += 1;
  return weights;
}
