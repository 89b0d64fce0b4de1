import { maskInactive } from "../../../../core/activity.ts";
import type { Point, Problem } from "../../../../core/algorithm.ts";
import type { Rng } from "../../../../core/rng.ts";
import { completeGenotype, snap } from "../../../evolution/variation.ts";
import { type Explored, type Perturbation, perturb } from "../explore.ts";
import { latestOf, type Members, type Run } from "../members.ts";
import { createFrame, type Frame, standardisedGains } from "./frame.ts";
import { highestPoints } from "./maximise.ts";
import { pendingStarts, rewardRows, type Start } from "./reward-rows.ts";
import { fitTimeVaryingGp, type TimeVaryingGp } from "./time-varying-gp.ts";

/**
 * Exploration by a time-varying bandit (Parker-Holder et al. 2020): numeric parameters where the gain per step of the next
 * interval has the highest upper confidence bound, given the step and the loss of the checkpoint that is copied.
 *
 * ucb(z) = mean(z) + kappa std(z), kappa = √(0.2 ln(0.4 n)), n: rows; the published code has the variance in place of std.
 */

/** With fewer rows there is nothing to fit: parameters are perturbed. */
const LEAST_ROWS = 5;
/** The last rows by step; older ones speak of another time, and a model takes n³ operations. */
const MOST_ROWS = 200;

export function exploreByBandit(
  problem: Problem,
  winner: Run,
  members: Members,
  options: Perturbation,
  rng: Rng,
): Explored {
  const rows = rewardRows(members).slice(-MOST_ROWS);
  // Categorical parameters are drawn anew or kept, as without a model.
  const base = perturb(problem, winner.point, options, rng);
  const { step, loss } = latestOf(winner)!;
  const free = freeDimensions(problem, base.point);
  if (rows.length < LEAST_ROWS || free.length === 0 || loss === null) return base;

  const start: Start = { step, loss, point: keepingNumbers(problem, base.point, winner.point) };
  const pending = pendingStarts(members);
  const frame = createFrame(problem, [...rows, ...pending, start]);
  const gp = fitTimeVaryingGp(frame.rows(rows), standardisedGains(rows), frame.rows(pending));
  const kappa = Math.sqrt(Math.max(0, 0.2 * Math.log(0.4 * rows.length)));
  const coordinates = completeGenotype(problem, [base.point, winner.point], rng);
  const best = highestAllowed(problem, frame, { gp, kappa, start, coordinates, free }, rng);
  if (best === null) return base;
  const inputs = { rows: rows.length, pending: pending.length, kappa, ...gp.theta };
  return { point: best, text: `tuned by a model of ${rows.length} intervals`, inputs };
}

interface Bound {
  gp: TimeVaryingGp;
  kappa: number;
  start: Start;
  /** One a dimension; those of `free` are to be chosen. */
  coordinates: readonly number[];
  free: readonly number[];
}

/** The feasible point with the highest bound that was found. */
function highestAllowed(problem: Problem, frame: Frame, bound: Bound, rng: Rng): Point | null {
  const { gp, kappa, start, coordinates, free } = bound;
  const { t, z: row } = frame.rows([start]);
  const columns = free.map((dimension) => 1 + frame.numeric.indexOf(dimension));
  const slopes = { mean: new Float64Array(row.length), std: new Float64Array(row.length) };
  const criterion = (x: Float64Array, gradient?: Float64Array): number => {
    const z = Float64Array.from(row);
    for (const [index, column] of columns.entries()) z[column] = x[index]!;
    const { mean, std } = gp.predict(t[0]!, z, gradient && slopes);
    for (const [index, column] of columns.entries()) {
      if (gradient) gradient[index] = slopes.mean[column]! + kappa * slopes.std[column]!;
    }
    return mean + kappa * std;
  };
  const known = Float64Array.from(columns, (column) => row[column]!);
  for (const x of highestPoints(criterion, known, rng)) {
    const full = [...coordinates];
    for (const [index, dimension] of free.entries()) {
      full[dimension] = snap(problem.dimensions[dimension]!, x[index]!);
    }
    const point = maskInactive(problem, full);
    if (problem.feasible(point)) return point;
  }
  return null;
}

/** Numeric dimensions that are active at a point. */
function freeDimensions({ dimensions }: Problem, point: Point): number[] {
  return dimensions.flatMap(({ kind }, k) => (kind !== "categorical" && point[k] !== null ? [k] : []));
}

/** A point with the winner's numbers, where it has them: what the model's inputs start from. */
function keepingNumbers({ dimensions }: Problem, point: Point, winner: Point): Point {
  return point.map((coordinate, k) =>
    coordinate === null || dimensions[k]!.kind === "categorical" ? coordinate : (winner[k] ?? coordinate),
  );
}
