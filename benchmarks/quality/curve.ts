import { hypervolume } from "../problems/hypervolume.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";
import type { SimulatedTrial } from "../simulation/simulate.ts";

/**
 * How a run went: the score of what a user would take home, after each finished trial at which it changed, as flat
 * pairs [finished trials, score, …]. With noise the score may rise: the trial that looked best need not be best.
 */
export type Curve = readonly number[];

/** @param trials in the order of finishing. */
export function curveOf(problem: BenchmarkProblem, trials: readonly SimulatedTrial[]): Curve {
  return problem.objectives === 1 ? incumbentCurve(problem, trials) : frontCurve(problem, trials);
}

/** Score after `finished` trials; null before the first success. */
export function scoreAt(curve: Curve, finished: number): number | null {
  let score: number | null = null;
  for (let index = 0; index < curve.length && curve[index]! <= finished; index += 2)
    score = curve[index + 1]!;
  return score;
}

function incumbentCurve(problem: BenchmarkProblem, trials: readonly SimulatedTrial[]): Curve {
  const curve: number[] = [];
  let best = Number.POSITIVE_INFINITY;
  trials.forEach(({ params, losses }, index) => {
    const loss = losses[0]!;
    if (!(loss < best)) return;
    best = loss;
    // Chosen by what was reported, judged by the truth: what a tuner does with noise is part of its quality.
    append(curve, index + 1, problem.score(problem.noiseless?.(params)[0] ?? loss));
  });
  return curve;
}

function frontCurve(problem: BenchmarkProblem, trials: readonly SimulatedTrial[]): Curve {
  const { front } = problem;
  if (front === undefined) throw new Error(`${problem.name} has several objectives but no reference point.`);
  const curve: number[] = [];
  let points: (readonly number[])[] = [];
  let volume = Number.NEGATIVE_INFINITY;
  trials.forEach(({ params, losses }, index) => {
    if (!losses.every(Number.isFinite)) return;
    const point = problem.noiseless?.(params) ?? losses;
    if (points.some((other) => other.every((value, objective) => value <= point[objective]!))) return;
    points = points.filter((other) => !point.every((value, objective) => value <= other[objective]!));
    points.push(point);
    const grown = hypervolume(points, front.reference);
    if (!(grown > volume)) return;
    volume = grown;
    append(curve, index + 1, problem.score(-volume));
  });
  return curve;
}

/** Seven digits are more than any comparison needs, and keep the committed records small. */
function append(curve: number[], finished: number, score: number): void {
  curve.push(finished, Number(score.toPrecision(7)));
}
