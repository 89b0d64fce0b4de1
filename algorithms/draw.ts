import { maskInactive } from "../core/activity.ts";
import type { Dimension, Point, Problem } from "../core/algorithm.ts";
import { isPinned, levelAt, positionOf } from "../core/dimension.ts";
import { truncatedUnitNormalQuantile } from "../math/normal.ts";

/**
 * The point that uniform numbers stand for, under the priors of the dimensions: an even sequence of `uniforms` gives
 * an even sequence of points. `uniforms`: one a dimension, in [0, 1), also for those that turn out inactive.
 */
export function pointFromUniforms(problem: Problem, uniforms: ArrayLike<number>): Point {
  const coordinates = problem.dimensions.map((dimension, index) => fromUniform(dimension, uniforms[index]!));
  return maskInactive(problem, coordinates);
}

/** Inverse of the prior's distribution function, snapped to the dimension's own positions. `u` in [0, 1). */
export function fromUniform(dimension: Dimension, u: number): number {
  if (dimension.kind === "categorical") return choiceAt(dimension, u);
  if (isPinned(dimension)) return dimension.pinned;
  const { prior } = dimension;
  const coordinate = prior ? truncatedUnitNormalQuantile(u, prior.mean, prior.std) : u;
  return dimension.kind === "continuous" ? coordinate : positionOf(dimension, levelAt(dimension, coordinate));
}

function choiceAt({ choices, weights }: Dimension & { kind: "categorical" }, u: number): number {
  if (!weights) return Math.min(choices - 1, Math.floor(u * choices));
  let rest = u;
  for (const [choice, weight] of weights.entries()) {
    if (rest < weight) return choice;
    rest -= weight;
  }
  return choices - 1;
}
