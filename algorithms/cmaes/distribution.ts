import { maskInactive } from "../../core/activity.ts";
import type { Point, Problem } from "../../core/algorithm.ts";
import { levelAt, positionOf } from "../../core/dimension.ts";
import type { Rng } from "../../core/rng.ts";
import { type Categories, drawChoice, updateCategories } from "./categories.ts";
import type { Constants } from "./constants.ts";
import { drawStep, type Gaussian, updateGaussian } from "./gaussian.ts";
import { type Layout, orderedAt } from "./layout.ts";
import { withMargin } from "./margin.ts";
import { recoverStep } from "./recover.ts";

/** The joint distribution over all dimensions: a normal one with margin, and one for each categorical dimension. */
export interface Distribution {
  readonly layout: Layout;
  readonly constants: Constants;
  /** Its mean is the one with margin. */
  readonly normal: Gaussian;
  readonly stretch: Float64Array;
  readonly categories: Categories;
}

/** Whole samples drawn because a continuous coordinate lay outside [0, 1], before it is clipped. */
const RESAMPLES = 100;

export function createDistribution(
  layout: Layout,
  constants: Constants,
  normal: Gaussian,
  categories: Categories,
): Distribution {
  const { mean, stretch } = withMargin(normal, layout, constants.size);
  return { layout, constants, normal: { ...normal, mean }, stretch, categories };
}

/** A point of the space. `widen` >= 1 multiplies the steps and flattens the categories: for when all near is known. */
export function samplePoint(problem: Problem, distribution: Distribution, widen: number, rng: Rng): Point {
  const { layout, categories } = distribution;
  const coordinates = new Array<number>(layout.dimensions.length).fill(0);
  for (const [index, dimension] of layout.dimensions.entries())
    if (dimension.kind === "ordered") coordinates[index] = positionOf(dimension, 0);
  const x = sampleNormal(distribution, widen, rng);
  for (const [i, dimension] of layout.normal.entries()) {
    const ordered = orderedAt(layout, i);
    coordinates[dimension] = ordered === null ? x[i]! : positionOf(ordered, levelAt(ordered, x[i]!));
  }
  for (const [i, dimension] of layout.categorical.entries())
    coordinates[dimension] = drawChoice(categories.q[i]!, 1 - 1 / widen, rng);
  return maskInactive(problem, coordinates);
}

/** Coordinates in [0, 1]. */
function sampleNormal({ normal, stretch, layout }: Distribution, widen: number, rng: Rng): Float64Array {
  const scale = normal.sigma * widen;
  for (let attempt = 0; ; attempt++) {
    const y = drawStep(normal, rng);
    let inside = true;
    for (let i = 0; i < y.length; i++) {
      const x = normal.mean[i]! + scale * stretch[i]! * y[i]!;
      if (i < layout.continuous && !(x >= 0 && x <= 1)) inside = false;
      y[i] = Math.min(1, Math.max(0, x));
    }
    if (inside || attempt === RESAMPLES) return y;
  }
}

/** One evaluated point, best first in a list of them. `rng`: of its trial. */
export interface Member {
  point: Point;
  rng: Rng;
}

/** The distribution after a generation of `constants.size` members. `weights`: one each. */
export function updateDistribution(
  before: Distribution,
  members: readonly Member[],
  weights: Float64Array,
): Distribution {
  const { layout, constants, normal, stretch } = before;
  const margined = { mean: normal.mean, stretch };
  const steps = members.map(({ point, rng }) => recoverStep(normal, layout, margined, point, rng));
  const choices = members.map(({ point }) => layout.categorical.map((dimension) => point[dimension]!));
  return createDistribution(
    layout,
    constants,
    normal.d === 0 ? normal : updateGaussian(normal, constants, steps, weights),
    updateCategories(before.categories, choices, weights),
  );
}
