import type { Point, Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import { normalQuantile } from "../../math/normal.ts";
import { type Distinct, pointKey } from "../common/distinct.ts";
import { drawCandidates } from "./candidates.ts";
import type { Columns } from "./columns.ts";
import type { EvenPoints } from "./even-points.ts";
import { stack } from "./local-data.ts";
import { polish } from "./polish.ts";
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

/**
 * Candidates among which the function is drawn jointly: those with the lowest mean - 2 std, since the lowest of the
 * function is hardly ever elsewhere.
 */
const DRAWN = 256;
const OPTIMISM = 2;

/** Candidates that fail with a larger probability are chosen only where there are no others. */
const LIKELY = 0.5;

interface Candidate {
  point: Point;
  row: Float64Array;
  mean: number;
  std: number;
  fails: boolean;
}

/** Null where every candidate is infeasible or was tried before. `side`: of the box around the surrogate's centre. */
export function choose(
  problem: Problem,
  columns: Columns,
  { surrogate, centre, side }: { surrogate: Surrogate; centre: Point; side: number },
  even: EvenPoints,
  distinct: Distinct,
  rng: Rng,
): Choice | null {
  const { posterior, shape } = surrogate;
  const box = { centre, side, shape };
  const points = drawCandidates(problem, columns, box, even, rng);
  const random = judged(points, columns, surrogate);
  // Now and then the lowest mean, now and then where the model is unsure: as a drawn function would have it.
  const optimism = Math.abs(normalQuantile(Math.max(2 ** -53, rng())));
  const start = lowestBound(random, optimism);
  const refined = polish(problem, columns, box, posterior, { points, start, optimism }, rng);
  const candidates = [...random, ...judged(refined, columns, surrogate)];
  const likely = promising(
    problem,
    candidates.filter(({ fails }) => !fails),
    distinct,
  );
  const usable = likely.length > 0 ? likely : promising(problem, candidates, distinct);
  if (usable.length === 0) return null;
  const rows = usable.map(({ row }) => row);
  const means = usable.map(({ mean }) => mean);
  const drawn = drawFunction(posterior, stack(rows, columns.of.length), means, rng);
  const lowest = drawn.indexOf(Math.min(...drawn));
  const { point, mean, std } = usable[lowest]!;
  return { point, mean, std, drawn: drawn[lowest]!, candidates: candidates.length };
}

function judged(points: readonly Point[], columns: Columns, { posterior, failing }: Surrogate): Candidate[] {
  const rows = points.map(columns.row);
  const mean = new Float64Array(points.length);
  const variance = new Float64Array(points.length);
  const x = stack(rows, columns.of.length);
  posterior.predict(x, points.length, mean, variance);
  const probabilities = failing?.(x, points.length);
  return points.map((point, k) => ({
    point,
    row: rows[k]!,
    mean: mean[k]!,
    std: Math.sqrt(variance[k]!),
    fails: (probabilities?.[k] ?? 0) > LIKELY,
  }));
}

function lowestBound(candidates: readonly Candidate[], optimism: number): number {
  const bounds = candidates.map(({ mean, std }) => mean - optimism * std);
  return bounds.indexOf(Math.min(...bounds));
}

/** Up to `DRAWN` of the candidates that are feasible, new and different from each other. */
function promising(problem: Problem, candidates: readonly Candidate[], distinct: Distinct): Candidate[] {
  const bound = ({ mean, std }: Candidate) => mean - OPTIMISM * std;
  const taken = new Set<string>();
  const usable: Candidate[] = [];
  for (const candidate of candidates.toSorted((a, b) => bound(a) - bound(b))) {
    const { point } = candidate;
    const key = pointKey(problem, point);
    if (taken.has(key) || !problem.feasible(point) || distinct.has(point)) continue;
    taken.add(key);
    usable.push(candidate);
    if (usable.length === DRAWN) break;
  }
  return usable;
}
