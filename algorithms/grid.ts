import { z } from "zod";
import type { Algorithm, Dimension, Point, Problem, Search, Suggestion } from "../core/algorithm.ts";
import { coordinateAt, indexAt, sizeOf } from "../core/dimension.ts";
import { FettleError } from "../core/errors.ts";
import { createLattice, type Lattice } from "../core/lattice.ts";
import { studyRng } from "../core/rng.ts";
import { createPermutation } from "../math/permutation.ts";

const configSchema = z.strictObject({
  points: z
    .int()
    .min(1)
    .max(1_000_000)
    .optional()
    .describe(
      "Values of each float without a step, evenly spaced in its scale, ends included. 1: the middle.",
    ),
  order: z
    .enum(["sequential", "shuffled"])
    .default("sequential")
    .describe(
      "sequential: the last parameter changes fastest. shuffled: a random order derived from the seed.",
    ),
});
type Config = z.infer<typeof configSchema>;

/** Grid points passed over in one suggestion because they break a constraint or were tried already. */
const MAX_SKIPS = 200_000;
/** Finer than the largest `points`, coarser than the rounding of a value and its coordinate. */
const COORDINATE_DIGITS = 9;

/**
 * Every combination of values once, both ends of every range included. Values of inactive parameters are no
 * combinations of their own, points that break a constraint or that were enqueued by hand are passed over, and the end
 * is announced. The grid is numbered, never built, so its size costs nothing.
 */
export const grid: Algorithm<Config> = {
  name: "grid",
  version: 1,
  summary: "Every combination of values exactly once, then stops.",
  config: configSchema,
  supports: {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: true,
    outcomeConstraints: true,
    finiteOnly: false,
  },
  capacity: (problem, config) => latticeOf(problem, config).size,
  create: createGrid,
};

function createGrid(problem: Problem, config: Config): Search {
  const lattice = latticeOf(problem, config);
  const place = placement(problem, config, lattice.size);
  const pointAt = (position: number) => gridPoint(problem.dimensions, config, lattice.at(place(position)));
  const scheduled = new Set<string>();
  const usable = (point: Point) =>
    !scheduled.has(keyOf(problem.dimensions, point)) && problem.feasible(point);
  // Position after the last suggestion that was scheduled, and the first usable one from there once it was looked for.
  let start = 0;
  let next: Candidate | null = null;
  const peek = () => {
    next ??= firstUsable(lattice.size, pointAt, usable, start);
    return next;
  };
  return {
    observe: (event) => {
      if (event.type !== "scheduled") return;
      const { position, point } = peek();
      const key = keyOf(problem.dimensions, event.point);
      scheduled.add(key);
      if (point === null || keyOf(problem.dimensions, point) !== key) return;
      start = position + 1;
      next = null;
    },
    suggest: () => toSuggestion(peek(), lattice.size),
  };
}

/** `point` null: nothing usable before `position`. */
interface Candidate {
  position: number;
  point: Point | null;
}

function firstUsable(
  size: number,
  pointAt: (position: number) => Point,
  usable: (point: Point) => boolean,
  start: number,
): Candidate {
  const end = Math.min(size, start + MAX_SKIPS);
  for (let position = start; position < end; position++) {
    const point = pointAt(position);
    if (usable(point)) return { position, point };
  }
  return { position: end, point: null };
}

function latticeOf(problem: Problem, config: Config): Lattice {
  const sizes = problem.dimensions.map((dimension) =>
    dimension.kind === "continuous" ? (config.points ?? missingPoints()) : sizeOf(dimension),
  );
  return createLattice(sizes, problem.activity);
}

function placement(problem: Problem, config: Config, size: number): (position: number) => number {
  if (config.order === "sequential") return (position) => position;
  if (!Number.isSafeInteger(size)) throw tooLargeToShuffle(size);
  return createPermutation(size, studyRng(problem.seed, "grid"));
}

function gridPoint(
  dimensions: readonly Dimension[],
  { points = 1 }: Config,
  levels: readonly (number | null)[],
): Point {
  return levels.map((level, index) => {
    const dimension = dimensions[index]!;
    if (level === null) return null;
    if (dimension.kind !== "continuous") return coordinateAt(dimension, level);
    return points === 1 ? 0.5 : level / (points - 1);
  });
}

/** Equal for points of the same grid position; a value that a user typed differs in the last bits of its coordinate. */
function keyOf(dimensions: readonly Dimension[], point: Point): string {
  const parts = point.map((coordinate, index) => {
    if (coordinate === null) return "";
    return indexAt(dimensions[index]!, coordinate) ?? coordinate.toFixed(COORDINATE_DIGITS);
  });
  return parts.join(",");
}

function toSuggestion({ position, point }: Candidate, size: number): Suggestion {
  if (point !== null) {
    const text = `Grid point ${position + 1} of ${size}.`;
    return { type: "start", point, budget: null, why: { rule: "grid", inputs: { position, size }, text } };
  }
  if (position >= size) {
    const text = `All ${size} grid points were tried or break a constraint.`;
    return { type: "exhausted", why: { rule: "grid-exhausted", inputs: { size }, text } };
  }
  const text = `${MAX_SKIPS} grid points in a row up to ${position} of ${size} break a constraint; the search ends here.`;
  return {
    type: "exhausted",
    why: { rule: "grid-no-feasible", inputs: { position, size, skips: MAX_SKIPS }, text },
  };
}

function missingPoints(): never {
  const message = "grid needs a step for every float, or the number of points.";
  const hint =
    "Add `step` to the floats, list values as ordinal, or set algorithm.config.points, for example 5.";
  const field = { pointer: "/algorithm/config/points", code: "grid-without-steps", message, hint };
  throw new FettleError("invalid-study", message, { fields: [field] });
}

function tooLargeToShuffle(size: number): FettleError {
  const message = `A grid of ${size} points is too large to shuffle.`;
  const field = {
    pointer: "/algorithm/config/order",
    code: "grid-size",
    message,
    hint: "Use random or sobol.",
  };
  return new FettleError("invalid-study", message, { fields: [field] });
}
