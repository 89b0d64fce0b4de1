import type { Dimension, Point, Problem } from "../../core/algorithm.ts";
import { coordinateAt, type Finite, isPinned, positionOf } from "../../core/dimension.ts";
import { createPosterior, type GpData } from "../../math/gp/model.ts";
import { createFeatures, type Features } from "../gp/features.ts";
import { fitHyperparameters } from "../gp/fit.ts";
import { DEFAULT_PRIOR } from "../gp/prior.ts";
import type { RatedTrial } from "./importance.ts";

/**
 * A picture of the loss over two dimensions: the mean and the standard deviation of a Gaussian process on a grid, every
 * other dimension held where the best trial has it.
 *
 * n: trials, d: columns of the features, gx × gy: grid. y: losses, those far above the rest held at a fence, then centred
 * and scaled.
 */

export interface LossSurface {
  /** Coordinates of the grid along each of the two dimensions. */
  x: number[];
  y: number[];
  /** gy × gx, row-major, in the unit of the losses. */
  mean: Float64Array;
  std: Float64Array;
}

/** Losses further above the upper quartile than so many interquartile ranges would flatten everything else. */
const FENCE = 3;

/**
 * `trials`: one at least; a few hundred take some tenths of a second. `x`, `y`: two different dimensions with numbers.
 * @throws NotPositiveDefiniteError where numbers break down.
 */
export function lossSurface(
  problem: Problem,
  trials: readonly RatedTrial[],
  [x, y]: readonly [number, number],
  resolution: number,
): LossSurface {
  const features = createFeatures(problem);
  const { targets, centre, scale } = standardised(trials.map(({ loss }) => loss));
  const rows = new Float64Array(trials.length * features.width);
  for (const [index, { point }] of trials.entries())
    features.encode(features.complete(point), rows, index * features.width);
  const { categorical, width: d } = features;
  const data: GpData = { n: trials.length, d, x: rows, categorical, y: targets };
  const posterior = createPosterior(data, fitHyperparameters(data, DEFAULT_PRIOR).theta);
  const best = trials.reduce((a, b) => (b.loss < a.loss ? b : a));
  const axes = [x, y].map((dimension) => gridOf(problem.dimensions[dimension]!, resolution)) as [
    number[],
    number[],
  ];
  const grid = gridRows(problem, features, best.point, [x, y], axes);
  const count = axes[0].length * axes[1].length;
  const mean = new Float64Array(count);
  const variance = new Float64Array(count);
  posterior.predict(grid, count, mean, variance);
  return {
    x: axes[0],
    y: axes[1],
    mean: mean.map((value) => centre + scale * value),
    std: variance.map((value) => scale * Math.sqrt(value)),
  };
}

function standardised(losses: readonly number[]): { targets: Float64Array; centre: number; scale: number } {
  const sorted = [...losses].sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!;
  const fence = quantile(0.75) + FENCE * (quantile(0.75) - quantile(0.25));
  const held = losses.map((loss) => Math.min(loss, fence));
  const centre = held.reduce((sum, loss) => sum + loss / held.length, 0);
  const spread = Math.sqrt(held.reduce((sum, loss) => sum + (loss - centre) ** 2 / held.length, 0));
  const scale = spread > 0 ? spread : 1;
  return { targets: Float64Array.from(held, (loss) => (loss - centre) / scale), centre, scale };
}

/** Evenly spread coordinates: of a dimension with fewer levels than `resolution` all of them. */
function gridOf(dimension: Dimension, resolution: number): number[] {
  if (dimension.kind !== "ordered" || isPinned(dimension))
    return Array.from({ length: resolution }, (_, index) => index / (resolution - 1));
  const count = Math.min(resolution, dimension.levels);
  const stride = count > 1 ? (dimension.levels - 1) / (count - 1) : 0;
  return Array.from({ length: count }, (_, index) => positionOf(dimension, Math.round(index * stride)));
}

/** Rows of features of the grid's points, row by row of y. */
function gridRows(
  problem: Problem,
  features: Features,
  best: Point,
  [x, y]: readonly [number, number],
  [along, up]: readonly [number[], number[]],
): Float64Array {
  const base = features.complete(best);
  for (const dimension of [x, y]) activate(problem, base, dimension);
  const rows = new Float64Array(along.length * up.length * features.width);
  let offset = 0;
  for (const second of up) {
    for (const first of along) {
      base[x] = first;
      base[y] = second;
      features.encode(base, rows, offset);
      offset += features.width;
    }
  }
  return rows;
}

/** Sets the parents of a dimension that the best trial lacks to a level under which it is there. */
function activate(problem: Problem, base: Float64Array, dimension: number): void {
  const rule = problem.activity.find(({ child }) => child === dimension);
  if (rule === undefined) return;
  const parent = problem.dimensions[rule.parent]! as Finite;
  const coordinates = rule.levels.map((level) => coordinateAt(parent, level));
  if (!coordinates.includes(base[rule.parent]!)) base[rule.parent] = coordinates[0]!;
  activate(problem, base, rule.parent);
}
