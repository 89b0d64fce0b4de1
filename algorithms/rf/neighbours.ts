import { maskInactive } from "../../core/activity.ts";
import type { Dimension, Point, Problem } from "../../core/algorithm.ts";
import { levelAt, type Ordered, positionOf } from "../../core/dimension.ts";
import { type Rng, uniformInt } from "../../core/rng.ts";
import { truncatedUnitNormalQuantile } from "../../math/normal.ts";
import { pointFromUniforms } from "../draw.ts";

/**
 * The points that differ from a point in one active coordinate (Hutter, Hoos & Leyton-Brown 2011): every other choice,
 * and for a number a few steps of normal length. Where a parent changes, what it activates is drawn from the prior.
 */

/** Choices of one dimension that are tried at most; of more, a random sample. */
const MOST_CHOICES = 12;
/** Draws of what a parent's new value activates. */
const CHILD_DRAWS = 3;

export type Neighbourhood = (point: Point, rng: Rng) => Point[];

export function createNeighbourhood(problem: Problem, steps: readonly number[]): Neighbourhood {
  const { dimensions, activity } = problem;
  const parents = new Set(activity.map(({ parent }) => parent));
  const unmasked: Problem = { ...problem, activity: [] };

  return (point, rng) => {
    const neighbours: Point[] = [];
    for (const [k, dimension] of dimensions.entries()) {
      const coordinate = point[k]!;
      if (coordinate === null) continue;
      for (const value of otherValues(dimension, coordinate, steps, rng)) {
        if (!parents.has(k)) neighbours.push(point.with(k, value));
        else neighbours.push(...withParent(unmasked, problem, point, k, value, rng));
      }
    }
    return neighbours;
  };
}

function withParent(
  unmasked: Problem,
  problem: Problem,
  point: Point,
  parent: number,
  value: number,
  rng: Rng,
): Point[] {
  const made: Point[] = [];
  for (let draw = 0; draw < CHILD_DRAWS; draw++) {
    const fresh = pointFromUniforms(unmasked, problem.dimensions.map(rng));
    const full = fresh.map((coordinate, k) => (k === parent ? value : (point[k] ?? coordinate!)));
    const neighbour = maskInactive(problem, full);
    made.push(neighbour);
    // Nothing was activated: every draw would be the same.
    if (neighbour.every((coordinate, k) => coordinate === null || point[k] !== null)) break;
  }
  return made;
}

function otherValues(dimension: Dimension, coordinate: number, steps: readonly number[], rng: Rng): number[] {
  if (dimension.kind === "categorical") return otherChoices(dimension.choices, coordinate, rng);
  const moved = steps.map((step) => truncatedUnitNormalQuantile(rng(), coordinate, step));
  if (dimension.kind === "continuous") return moved;
  const level = levelAt(dimension, coordinate);
  const levels = moved.map((value) => otherLevel(dimension, level, levelAt(dimension, value), rng));
  return [...new Set(levels)].filter((next) => next !== level).map((next) => positionOf(dimension, next));
}

/** A step that ends in its own cell goes to one of the two beside it. */
function otherLevel({ levels }: Ordered, from: number, to: number, rng: Rng): number {
  if (to !== from) return to;
  const up = rng() < 0.5;
  return Math.min(levels - 1, Math.max(0, from + (up ? 1 : -1)));
}

function otherChoices(choices: number, choice: number, rng: Rng): number[] {
  const others = Array.from({ length: choices - 1 }, (_, index) => (index < choice ? index : index + 1));
  for (let kept = 0; others.length > MOST_CHOICES && kept < MOST_CHOICES; kept++) {
    const other = kept + uniformInt(rng, others.length - kept);
    [others[kept], others[other]] = [others[other]!, others[kept]!];
  }
  return others.slice(0, MOST_CHOICES);
}
