import type { CurveProblem } from "./problems/problem.ts";
import { simulate } from "./simulate.ts";
import { createStudyTuner, specOf } from "./study-tuner.ts";

/** What an early stopper saves of whole trainings, and what it costs: a fixed number of random trials, each stopped or not. */
export interface Saving {
  stopper: string;
  /** Of its code. */
  version: string;
  problem: string;
  seed: number;
  /** Share of the steps of whole trainings that were not trained. */
  saved: number;
  /** Whether the trial that would have ended best was stopped. */
  lostBest: boolean;
}

/** Trials of each study. */
export const SAVING_TRIALS = 60;
const WORKERS = 8;

export type SavingKey = Pick<Saving, "stopper" | "version" | "seed">;

export async function measureSaving(
  problem: CurveProblem,
  { stopper, version, seed }: SavingKey,
): Promise<Saving> {
  const choice = { algorithm: "random", stopping: { name: stopper } };
  const spec = specOf(problem, choice, { workers: WORKERS, seed, trials: SAVING_TRIALS });
  // Far beyond the end of the slowest: the study ends by itself.
  const horizon = 100 * SAVING_TRIALS * problem.meanSeconds;
  const tuner = createStudyTuner(problem, spec, "steps");
  const run = await simulate(problem, tuner, { workers: WORKERS, seed, horizon });
  const reached = new Map<number, number>();
  for (const { trial, step } of run.observations) reached.set(trial, Math.max(step, reached.get(trial) ?? 0));
  const steps = [...reached.values()].reduce((sum, step) => sum + step, 0);
  return {
    ...{ stopper, version, problem: problem.name, seed },
    saved: Number((1 - steps / (SAVING_TRIALS * problem.max)).toPrecision(4)),
    lostBest: !run.completed.has(bestOf(problem, run.trainings)),
  };
}

function bestOf(
  problem: CurveProblem,
  trainings: ReadonlyMap<number, { lossAt(step: number): number }>,
): number {
  let best = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const [trial, training] of trainings) {
    const loss = training.lossAt(problem.max);
    if (!(loss < least)) continue;
    least = loss;
    best = trial;
  }
  return best;
}
