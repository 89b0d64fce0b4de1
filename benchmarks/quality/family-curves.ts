import { studyRng } from "../../core/rng.ts";
import { chooseRuns, normalisedRegret, type RunIndex } from "./comparison.ts";
import { scoreAt } from "./curve.ts";
import type { ProblemFacts } from "./problem-facts.ts";
import { bootstrap, type Interval, median } from "./statistics.ts";

/** How a method's regret falls over the trials of a family. */
export interface FamilyCurve {
  method: string;
  /** Seeds of the poorest problem. */
  seeds: number;
  points: readonly (Interval & { trials: number })[];
}

const REPETITIONS = 100;

/**
 * The median over problems of the median over seeds of normalised regrets after each of `trials`, with what the seeds
 * leave open; of every method that has a run on each of the problems. A method's curve ends where its budget does.
 */
export function familyCurves(
  index: RunIndex,
  problems: readonly ProblemFacts[],
  { methods, workers, trials }: { methods: readonly string[]; workers: number; trials: readonly number[] },
): FamilyCurve[] {
  return methods.flatMap((method) => {
    const points = trials.flatMap((at) => {
      const runs = problems.map((problem) => chooseRuns(index.runs(method, problem, workers), at));
      if (runs.some((cell) => cell.length === 0)) return [];
      const regrets = runs.map((cell, position) =>
        cell.map(({ curve }) => normalisedRegret(scoreAt(curve, at), problems[position]!)),
      );
      const rng = studyRng(0, `curve/${method}/${at}`);
      const [interval] = bootstrap(regrets, "median", (medians) => [median(medians)], rng, REPETITIONS);
      return [{ trials: at, seeds: Math.min(...runs.map((cell) => cell.length)), ...interval! }];
    });
    if (points.length === 0) return [];
    return [{ method, seeds: Math.min(...points.map(({ seeds }) => seeds)), points }];
  });
}
