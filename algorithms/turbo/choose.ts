import type { Point, Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import { type Distinct, pointKey } from "../common/distinct.ts";
import { drawCandidates } from "./candidates.ts";
import type { Columns } from "./columns.ts";
import { stack } from "./local-data.ts";
import type { Surrogate } from "./surrogate.ts";
import { drawFunction } from "./thompson.ts";

/** Thompson sampling: the candidate that is lowest in one function drawn from the model. */

export interface Choice {
  point: Point;
  /** Of the targets at the point. */
  mean: number;
  std: number;
  /** What the drawn function has there. */
  drawn: number;
  /** Candidates that it was chosen from. */
  candidates: number;
}

const CANDIDATES = 2000;
/**
 * Candidates among which the function is drawn jointly: those with the lowest mean - 2 std, since the lowest of the
 * function is hardly ever elsewhere.
 */
const DRAWN = 256;
const OPTIMISM = 2;

/** Null where every candidate is infeasible or was tried before. `side`: of the box around the surrogate's centre. */
export function choose(
  problem: Problem,
  columns: Columns,
  { surrogate, centre, side }: { surrogate: Surrogate; centre: Point; side: number },
  distinct: Distinct,
  rng: Rng,
): Choice | null {
  const { posterior, shape } = surrogate;
  const d = columns.of.length;
  const points = drawCandidates(problem, columns, { centre, side, shape }, CANDIDATES, rng);
  const rows = points.map(columns.row);
  const mean = new Float64Array(points.length);
  const variance = new Float64Array(points.length);
  posterior.predict(stack(rows, d), points.length, mean, variance);
  const bound = mean.map((value, k) => value - OPTIMISM * Math.sqrt(variance[k]!));
  const order = Array.from(points.keys()).sort((a, b) => bound[a]! - bound[b]! || a - b);
  const usable = firstUsable(problem, points, order, distinct);
  if (usable.length === 0) return null;
  const x = stack(
    usable.map((k) => rows[k]!),
    d,
  );
  const means = usable.map((k) => mean[k]!);
  const drawn = drawFunction(posterior, x, means, rng);
  const lowest = drawn.indexOf(Math.min(...drawn));
  const k = usable[lowest]!;
  return {
    point: points[k]!,
    mean: mean[k]!,
    std: Math.sqrt(variance[k]!),
    drawn: drawn[lowest]!,
    candidates: points.length,
  };
}

/** Up to `DRAWN` of `order` that are feasible, new and different from each other. */
function firstUsable(
  problem: Problem,
  points: readonly Point[],
  order: readonly number[],
  distinct: Distinct,
): number[] {
  const taken = new Set<string>();
  const usable: number[] = [];
  for (const k of order) {
    const point = points[k]!;
    const key = pointKey(problem, point);
    if (taken.has(key) || !problem.feasible(point) || distinct.has(point)) continue;
    taken.add(key);
    usable.push(k);
    if (usable.length === DRAWN) break;
  }
  return usable;
}
