import { maskInactive } from "../../core/activity.ts";
import type { Dimension } from "../../core/algorithm.ts";
import { createEncoder } from "../../core/encode.ts";
import { type Rng, studyRng, uniformInt } from "../../core/rng.ts";
import type { Params, SearchSpace } from "../../core/space.ts";
import { standardNormal } from "./chance.ts";

/** Climbers of the first round; each round keeps the better half. A power of two. */
const CLIMBERS = 64;
/** Share of the coordinates that a step moves, one at least. */
const MOVED = 0.3;
/** Steps in a coordinate are normal, of a width that is drawn log-uniformly between these. */
const WIDTHS = [1e-4, 0.5] as const;

interface Climber {
  /** One coordinate a dimension, inactive ones too: a branch that is entered again is as it was left. */
  point: number[];
  score: number;
}

/**
 * The lowest score that a search of about `evaluations` evaluations finds: many climbers from the best of random points,
 * then fewer and fewer that climb longer. Far longer than any tuner is given, and none of Fettle's. A pure function of
 * its arguments.
 */
export function longSearch(
  name: string,
  space: SearchSpace,
  score: (params: Params) => number,
  evaluations: number,
): number {
  const { dimensions, activity, decode, feasible } = createEncoder(space);
  const rng = studyRng(0, `${name}/long search`);
  const rounds = 1 + Math.log2(CLIMBERS);
  const each = Math.floor(evaluations / (rounds + 1));
  const climber = (coordinates: number[]): Climber => {
    const point = maskInactive({ dimensions, activity }, coordinates);
    return { point: coordinates, score: feasible(point) ? score(decode(point)) : Number.POSITIVE_INFINITY };
  };
  const drawn = Array.from({ length: each }, () => climber(dimensions.map((d) => draw(d, rng))));
  let climbers = best(drawn, CLIMBERS);
  for (let round = 0; round < rounds; round++) {
    const steps = Math.floor(each / climbers.length);
    climbers = climbers.map((start) => {
      let at = start;
      for (let step = 0; step < steps; step++) {
        const next = climber(moved(at.point, dimensions, rng));
        if (next.score <= at.score) at = next;
      }
      return at;
    });
    climbers = best(climbers, Math.ceil(climbers.length / 2));
  }
  return climbers[0]!.score;
}

function best(climbers: readonly Climber[], count: number): Climber[] {
  return climbers.toSorted((a, b) => a.score - b.score).slice(0, count);
}

function draw(dimension: Dimension, rng: Rng): number {
  return dimension.kind === "categorical" ? uniformInt(rng, dimension.choices) : rng();
}

function moved(point: readonly number[], dimensions: readonly Dimension[], rng: Rng): number[] {
  const always = uniformInt(rng, point.length);
  const width = WIDTHS[0] * (WIDTHS[1] / WIDTHS[0]) ** rng();
  return point.map((coordinate, index) => {
    if (index !== always && rng() >= MOVED) return coordinate;
    const dimension = dimensions[index]!;
    if (dimension.kind === "categorical") return draw(dimension, rng);
    return Math.min(1, Math.max(0, coordinate + width * standardNormal(rng)));
  });
}
