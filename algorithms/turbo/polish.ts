import { maskInactive } from "../../core/activity.ts";
import type { Dimension, Point, Problem } from "../../core/algorithm.ts";
import { levelAt, positionOf } from "../../core/dimension.ts";
import type { Rng } from "../../core/rng.ts";
import type { Posterior } from "../../math/gp/model.ts";
import { minimizeInBox } from "../../math/lbfgsb.ts";
import { fromUniform } from "../draw.ts";
import { type Box, intervalOf } from "./candidates.ts";
import type { Columns } from "./columns.ts";

/**
 * Candidates where the model is low, which random ones in many dimensions never meet: the lowest point of
 * mean - optimism × std that gradients lead to within the box, and crossings of it with other candidates.
 */

const CROSSINGS = 100;
const MAX_STEPS = 30;
const GRADIENT_TOLERANCE = 1e-4;
const VALUE_TOLERANCE = 1e-7;
/** Of the variance, below which a standard deviation has no gradient to speak of. */
const LEAST_VARIANCE = 1e-12;

/** `start`: an index into `points`, the candidates that the lowest point is crossed with. `optimism` >= 0. */
export function polish(
  problem: Problem,
  columns: Columns,
  box: Box,
  posterior: Posterior,
  { points, start, optimism }: { points: readonly Point[]; start: number; optimism: number },
  rng: Rng,
): Point[] {
  const from = points[start]!;
  const lowest = lowestFrom(problem, columns, box, posterior, from, optimism);
  const crossings = Array.from({ length: CROSSINGS }, (_, k) =>
    crossed(problem, lowest, points[k % points.length]!, rng),
  );
  return [lowest, ...crossings];
}

/** Moves the numeric coordinates that are active in `from`, and leaves the others. */
function lowestFrom(
  problem: Problem,
  columns: Columns,
  box: Box,
  posterior: Posterior,
  from: Point,
  optimism: number,
): Point {
  const { dimensions } = problem;
  const start = columns.row(from);
  const lower = start.slice();
  const upper = start.slice();
  for (const [column, index] of columns.of.entries()) {
    const dimension = dimensions[index]!;
    if (dimension.kind === "categorical" || from[index] === null) continue;
    const { low, high } = intervalOf(dimension, box.centre[index]!, box.side * box.shape[column]!);
    lower[column] = Math.min(start[column]!, low);
    upper[column] = Math.max(start[column]!, high);
  }
  const { x } = minimizeInBox(boundOf(posterior, optimism, start.length), start, lower, upper, {
    maxIterations: MAX_STEPS,
    gradientTolerance: GRADIENT_TOLERANCE,
    functionTolerance: VALUE_TOLERANCE,
  });
  const coordinates = from.map((coordinate, index) => coordinate ?? fromUniform(dimensions[index]!, 0.5));
  for (const [column, index] of columns.of.entries()) {
    if (from[index] !== null) coordinates[index] = snapped(dimensions[index]!, x[column]!);
  }
  return maskInactive(problem, coordinates);
}

/** mean - optimism × std and its gradient. */
function boundOf(posterior: Posterior, optimism: number, d: number) {
  const ofMean = new Float64Array(d);
  const ofVariance = new Float64Array(d);
  return (x: Float64Array, gradient: Float64Array): number => {
    const { mean, variance } = posterior.predictWithGradient(x, ofMean, ofVariance);
    const std = Math.sqrt(Math.max(LEAST_VARIANCE, variance));
    for (let i = 0; i < d; i++) gradient[i] = ofMean[i]! - (optimism * ofVariance[i]!) / (2 * std);
    return mean - optimism * std;
  };
}

function snapped(dimension: Dimension, coordinate: number): number {
  return dimension.kind === "ordered" ? positionOf(dimension, levelAt(dimension, coordinate)) : coordinate;
}

/** Each coordinate of one parent or the other, active in either of them if it can be. */
function crossed(problem: Problem, a: Point, b: Point, rng: Rng): Point {
  const coordinates = a.map((x, index) => {
    const [first, second] = rng() < 0.5 ? [x, b[index]!] : [b[index]!, x];
    return first ?? second ?? fromUniform(problem.dimensions[index]!, 0.5);
  });
  return maskInactive(problem, coordinates);
}
