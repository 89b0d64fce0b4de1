import { maskInactive } from "../../core/activity.ts";
import type { Dimension, Point, Problem } from "../../core/algorithm.ts";
import { levelAt, type Ordered, positionOf, sizeOf } from "../../core/dimension.ts";
import { type Rng, uniformInt } from "../../core/rng.ts";
import { pointFromUniforms } from "../draw.ts";

/**
 * What makes a child of two points.
 *
 * Genotype: one coordinate for every dimension, also for those that are inactive in the child, so that a coordinate which
 * a mutation activates has a value: its parent's, where that is inactive the other parent's, else a draw from the prior.
 * Ordered coordinates vary as continuous ones and are snapped to their levels.
 *
 * eta: distribution index; a child is the nearer to its parents the larger it is. u: uniform in [0, 1).
 */

export interface VariationOptions {
  /** Probability that two parents are crossed; otherwise the first is only mutated. */
  crossover: number;
  crossoverEta: number;
  mutationEta: number;
  /** Probability that an active coordinate mutates; null: one of the child's on average. */
  mutation: number | null;
}

export interface Child {
  point: Point;
  crossed: boolean;
  /** Indices of the dimensions that mutated. */
  mutated: readonly number[];
}

/** A child of `first` and `second`, and then `again(child)`: another mutation of it, for one that exists already. */
export function makeChild(
  problem: Problem,
  [first, second]: readonly [Point, Point],
  options: VariationOptions,
  rng: Rng,
): Child & { again(): Child } {
  const mother = completeGenotype(problem, [first, second], rng);
  const crossed = rng() < options.crossover;
  const father = crossed ? completeGenotype(problem, [second, first], rng) : mother;
  const genotype = mother.map((x, k) => crossCoordinate(problem.dimensions[k]!, x, father[k]!, options, rng));
  const finish = (least: number): Child => {
    const mutated = mutate(problem, genotype, options, rng, least);
    return { point: maskInactive(problem, genotype), crossed, mutated };
  };
  return { ...finish(0), again: () => finish(1) };
}

/** One coordinate a dimension: of the first point in which it is active, else drawn from the prior. */
export function completeGenotype(problem: Problem, points: readonly Point[], rng: Rng): number[] {
  const missing = problem.dimensions.some((_, k) => points.every((point) => point[k] === null));
  // Drawn as if every coordinate were active.
  const drawn = missing
    ? pointFromUniforms({ ...problem, activity: [] }, problem.dimensions.map(rng))
    : points[0]!;
  return problem.dimensions.map((dimension, k) => {
    const coordinate = points.find((point) => point[k] !== null)?.[k] ?? drawn[k]!;
    // A point of other origin may give any coordinate of a level's cell.
    return snap(dimension, coordinate);
  });
}

/** Mutates active coordinates of a genotype in place, at least so many; their indices. */
export function mutate(
  problem: Problem,
  genotype: number[],
  options: Pick<VariationOptions, "mutation" | "mutationEta">,
  rng: Rng,
  least = 0,
): number[] {
  const point = maskInactive(problem, genotype);
  const movable = problem.dimensions.flatMap((dimension, k) =>
    point[k] !== null && sizeOf(dimension) > 1 ? [k] : [],
  );
  const probability = options.mutation ?? 1 / movable.length;
  const mutated = movable.filter(() => rng() < probability);
  if (mutated.length < least && movable.length > 0) mutated.push(movable[uniformInt(rng, movable.length)]!);
  for (const k of mutated) {
    genotype[k] = mutateCoordinate(problem.dimensions[k]!, genotype[k]!, options.mutationEta, rng);
  }
  return mutated;
}

/** The nearest coordinate that the dimension has. */
export function snap(dimension: Dimension, x: number): number {
  return dimension.kind === "ordered" ? positionOf(dimension, levelAt(dimension, x)) : x;
}

/** A choice other than `current`, by the prior's weights; choices of weight 0 only where there is no other. */
export function otherChoice(
  { choices, weights }: Dimension & { kind: "categorical" },
  current: number,
  rng: Rng,
): number {
  const chances = Array.from({ length: choices }, (_, choice) =>
    choice === current ? 0 : (weights?.[choice] ?? 1),
  );
  const total = chances.reduce((sum, chance) => sum + chance, 0);
  if (total === 0) return (current + 1 + uniformInt(rng, choices - 1)) % choices;
  let rest = rng() * total;
  for (const [choice, chance] of chances.entries()) {
    if (rest < chance) return choice;
    rest -= chance;
  }
  return chances.findLastIndex((chance) => chance > 0);
}

/** Half of the coordinates are crossed, as in Deb's implementation; the others stay the first parent's. */
function crossCoordinate(
  dimension: Dimension,
  a: number,
  b: number,
  { crossoverEta }: VariationOptions,
  rng: Rng,
): number {
  if (a === b) return a;
  if (rng() < 0.5) return a;
  if (dimension.kind === "categorical") return rng() < 0.5 ? a : b;
  return snap(dimension, simulatedBinary(a, b, crossoverEta, rng));
}

/**
 * Simulated binary crossover within [0, 1] (Deb & Agrawal 1995; the bounded form of Deb's NSGA-II): one of its two
 * children, spread around the parents as single-point crossover of binary numbers spreads them.
 */
export function simulatedBinary(a: number, b: number, eta: number, rng: Rng): number {
  const low = Math.min(a, b);
  const high = Math.max(a, b);
  const upper = rng() < 0.5;
  const room = 1 + (2 * (upper ? 1 - high : low)) / (high - low);
  const alpha = 2 - room ** -(eta + 1);
  const u = rng();
  const base = u <= 1 / alpha ? u * alpha : 1 / (2 - u * alpha);
  const beta = base ** (1 / (eta + 1));
  const middle = 0.5 * (low + high);
  const reach = 0.5 * beta * (high - low);
  return clampUnit(upper ? middle + reach : middle - reach);
}

function mutateCoordinate(dimension: Dimension, x: number, eta: number, rng: Rng): number {
  if (dimension.kind === "categorical") return otherChoice(dimension, x, rng);
  const moved = polynomial(x, eta, rng);
  return dimension.kind === "continuous" ? moved : anotherLevel(dimension, x, moved);
}

/** Polynomial mutation within [0, 1] (Deb & Goyal 1996). */
function polynomial(x: number, eta: number, rng: Rng): number {
  const u = rng();
  const power = 1 / (eta + 1);
  const change =
    u < 0.5
      ? (2 * u + (1 - 2 * u) * (1 - x) ** (eta + 1)) ** power - 1
      : 1 - (2 * (1 - u) + (2 * u - 1) * x ** (eta + 1)) ** power;
  return clampUnit(x + change);
}

/** The level that x moved to; where that is its own, the next one on that side, so that few levels mutate too. */
function anotherLevel(dimension: Ordered, x: number, moved: number): number {
  const level = levelAt(dimension, x);
  const reached = levelAt(dimension, moved);
  if (reached !== level) return positionOf(dimension, reached);
  const step = moved >= x ? 1 : -1;
  const next = level + step < 0 || level + step >= dimension.levels ? level - step : level + step;
  return positionOf(dimension, next);
}

function clampUnit(x: number): number {
  return Math.min(1, Math.max(0, x));
}
