import { maskInactive } from "../../../core/activity.ts";
import type { Dimension, Point, Problem } from "../../../core/algorithm.ts";
import { levelAt, type Ordered, positionOf } from "../../../core/dimension.ts";
import type { Rng } from "../../../core/rng.ts";
import { fromUniform } from "../../draw.ts";
import type { Members, Run } from "./members.ts";

/**
 * How the parameters of a copy come from those of the trial that is copied.
 *
 * u: coordinate in [0, 1]. f: one of two factors.
 */

export interface Explored {
  point: Point;
  /** How, as the rest of a sentence: "perturbed". */
  text: string;
  /** What it was derived from, as plain JSON. */
  inputs: Readonly<Record<string, unknown>>;
}

export type Explore = (winner: Run, members: Members, rng: Rng) => Explored;

export interface Perturbation {
  resampleProbability: number;
  factors: readonly [number, number];
}

/** Attempts at a point that satisfies the study's constraints, before the winner's own is taken. */
const ATTEMPTS = 100;

/**
 * Random exploration (Jaderberg et al. 2017, section 4.1.2; by type): each parameter is drawn anew from its prior with
 * the resample probability. Otherwise a numeric one moves by the logarithm of a factor, an ordered one at least to the
 * neighbouring level, and a categorical one is kept.
 */
export function perturb(problem: Problem, winner: Point, options: Perturbation, rng: Rng): Explored {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const point = perturbOnce(problem, winner, options, rng);
    if (problem.feasible(point)) return { point, text: "perturbed", inputs: { attempt } };
  }
  const text = `with the same parameters, since ${ATTEMPTS} changed ones broke a constraint`;
  return { point: winner, text, inputs: { attempt: ATTEMPTS } };
}

function perturbOnce(problem: Problem, winner: Point, options: Perturbation, rng: Rng): Point {
  const coordinates = problem.dimensions.map((dimension, k) => {
    const u = winner[k] ?? null;
    const drawn = fromUniform(dimension, rng());
    // What was inactive in the winner may become active by another's change; it has no value to be changed.
    const anew = rng() < options.resampleProbability || u === null;
    const factor = options.factors[rng() < 0.5 ? 0 : 1];
    return anew ? drawn : scale(dimension, u, factor);
  });
  return maskInactive(problem, coordinates);
}

/**
 * Exactly v · f for v on a log scale of one decade, where u = log10(v / low). Taken for every scale: a problem has neither
 * units nor scales any more, and a step in [0, 1] is what they were mapped for.
 */
function scale(dimension: Dimension, u: number, factor: number): number {
  if (dimension.kind === "categorical") return u;
  const moved = Math.min(1, Math.max(0, u + Math.log10(factor)));
  return dimension.kind === "continuous" ? moved : anotherLevel(dimension, u, moved);
}

/** The level that u moved to, at least the next one in that direction; at the end of the range it stays. */
function anotherLevel(dimension: Ordered, u: number, moved: number): number {
  const level = levelAt(dimension, u);
  const reached = levelAt(dimension, moved);
  const next = reached === level ? level + Math.sign(moved - u) : reached;
  return positionOf(dimension, Math.min(dimension.levels - 1, Math.max(0, next)));
}
