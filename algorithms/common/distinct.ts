import type { Point, Problem } from "../../core/algorithm.ts";
import { coordinateAt, type Finite, indexAt, sizeOf } from "../../core/dimension.ts";
import { createLattice } from "../../core/lattice.ts";
import { type Rng, uniformInt } from "../../core/rng.ts";
import { pointFromUniforms } from "../draw.ts";

/**
 * Points that were proposed before. A deterministic objective learns nothing from a point twice, so a finite space is
 * never searched with duplicates until it is exhausted.
 */

/** Random draws before the space is looked through in order. */
const DRAWS = 300;
/** Points of a finite space that are looked through for one that is new. */
const MAX_LOOKED_AT = 100_000;
/** Draws in a space too large to be looked through, where constraints leave little. */
const MAX_DRAWS = 100_000;

export interface Distinct {
  /** Number of different points that were added. */
  readonly size: number;
  add(point: Point): void;
  has(point: Point): boolean;
  /** A feasible point that was not added yet, near-uniform under the prior; null when none can be found. */
  draw(rng: Rng): Point | null;
}

export function createDistinct(problem: Problem): Distinct {
  const seen = new Set<string>();
  const has = (point: Point) => seen.has(pointKey(problem, point));
  const usable = (point: Point) => problem.feasible(point) && !has(point);
  const size = sizeOfSpace(problem);
  return {
    get size() {
      return seen.size;
    },
    add: (point) => {
      seen.add(pointKey(problem, point));
    },
    has,
    draw: (rng) => {
      const draws = size <= MAX_LOOKED_AT ? DRAWS : MAX_DRAWS;
      for (let draw = 0; draw < draws; draw++) {
        const point = pointFromUniforms(problem, problem.dimensions.map(rng));
        if (usable(point)) return point;
      }
      return size <= MAX_LOOKED_AT ? lookThrough(problem, size, usable, rng) : null;
    },
  };
}

/** Number of points of the space, Infinity when a dimension is continuous; constraints are not counted. */
export function sizeOfSpace({ dimensions, activity }: Problem): number {
  const sizes = dimensions.map(sizeOf);
  return sizes.includes(Number.POSITIVE_INFINITY)
    ? Number.POSITIVE_INFINITY
    : createLattice(sizes, activity).size;
}

/**
 * Equal for equal points, whatever coordinate within its cell a level was given by, and whatever the coordinate in a
 * pinned dimension: a configuration that was tried at one budget is not new at another.
 */
export function pointKey({ dimensions }: Problem, point: Point): string {
  const parts = point.map((coordinate, index) =>
    coordinate === null ? "" : (indexAt(dimensions[index]!, coordinate) ?? coordinate),
  );
  return parts.join(",");
}

function lookThrough(
  { dimensions, activity }: Problem,
  size: number,
  usable: (point: Point) => boolean,
  rng: Rng,
): Point | null {
  const lattice = createLattice(dimensions.map(sizeOf), activity);
  const start = uniformInt(rng, size);
  for (let step = 0; step < size; step++) {
    const levels = lattice.at((start + step) % size);
    const point = levels.map((level, index) =>
      level === null ? null : coordinateAt(dimensions[index] as Finite, level),
    );
    if (usable(point)) return point;
  }
  return null;
}
