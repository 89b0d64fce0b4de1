import type { Point, Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import type { Distinct } from "../common/distinct.ts";
import { pointFromUniforms } from "../draw.ts";
import { createNeighbourhood } from "./neighbours.ts";
import { rowsOf } from "./rows.ts";
import type { Settings } from "./settings.ts";
import type { Surrogate } from "./surrogate.ts";

/**
 * The points of the highest acquisition value: random ones, and where local search leads from the best of them and from
 * the best finished trials (SMAC3, LocalAndSortedRandomSearch).
 */

export interface Candidate {
  point: Point;
  acquisition: number;
  mean: number;
  std: number;
  /** How it was found. */
  from: "local search" | "random draw";
}

/** Proposals that are handed on, best first; the frame takes the first that is feasible and new. */
const HANDED_ON = 30;

export function maximise(
  problem: Problem,
  surrogate: Surrogate,
  incumbents: readonly Point[],
  distinct: Distinct,
  settings: Settings,
  rng: Rng,
): Candidate[] {
  const usable = (point: Point) => !distinct.has(point) && problem.feasible(point);
  const judge = (points: Point[], from: Candidate["from"]): Candidate[] => {
    const { acquisition, mean, std } = surrogate.judge(rowsOf(points, problem.dimensions.length));
    return points.map((point, k) => ({
      point,
      acquisition: acquisition[k]!,
      mean: mean[k]!,
      std: std[k]!,
      from,
    }));
  };
  const draws = Array.from({ length: settings.candidates }, () =>
    pointFromUniforms(problem, problem.dimensions.map(rng)),
  );
  const random = firstUsable(bestFirst(judge(draws, "random draw"), rng), HANDED_ON, usable);
  const starts = [...judge([...incumbents], "local search"), ...random.slice(0, settings.randomStarts)];
  const neighbours = createNeighbourhood(problem, settings.steps);
  const reached = climb(starts, (point) => neighbours(point, rng), judge, usable, settings, rng);
  // The starts are finished trials, which are known already.
  return bestFirst([...reached, ...random], rng).slice(0, HANDED_ON);
}

/** Steepest ascent from all starts at once, so that each step is one batch. */
function climb(
  starts: Candidate[],
  neighbours: (point: Point) => Point[],
  judge: (points: Point[], from: Candidate["from"]) => Candidate[],
  usable: (point: Point) => boolean,
  settings: Settings,
  rng: Rng,
): Candidate[] {
  let live = starts;
  const reached: Candidate[] = [];
  for (let step = 0; step < settings.climbs && live.length > 0; step++) {
    const around = live.map(({ point }) => neighbours(point));
    const judged = judge(around.flat(), "local search");
    let first = 0;
    const moved: Candidate[] = [];
    for (const [k, start] of live.entries()) {
      const own = judged.slice(first, first + around[k]!.length);
      first += around[k]!.length;
      const better = own.filter(({ acquisition }) => acquisition > start.acquisition);
      const [next] = firstUsable(bestFirst(better, rng), 1, usable);
      if (next) moved.push(next);
      else if (step > 0) reached.push(start);
    }
    live = moved;
  }
  return [...reached, ...live];
}

/** By acquisition value; equal ones, of which a forest gives many, in random order. */
function bestFirst(candidates: Candidate[], rng: Rng): Candidate[] {
  const keyed = candidates.map((candidate) => ({ candidate, key: rng() }));
  keyed.sort((a, b) => compare(b.candidate.acquisition, a.candidate.acquisition) || a.key - b.key);
  return keyed.map(({ candidate }) => candidate);
}

// Not a - b: -Infinity - -Infinity is NaN.
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function firstUsable(
  candidates: readonly Candidate[],
  count: number,
  usable: (point: Point) => boolean,
): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    if (kept.length === count) break;
    if (usable(candidate.point)) kept.push(candidate);
  }
  return kept;
}
