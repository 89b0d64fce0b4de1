import { trialRng, uniformInt } from "../../core/rng.ts";
import type { Params } from "../../core/space.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";

/** Whoever proposes points and is told their losses, one at a time: Fettle's scheduler, or a peer. */
export interface Tuner {
  /** The next trial; null: nothing as long as no running trial finishes, or nothing ever again when none runs. */
  ask(): Promise<Proposal | null>;
  /** `losses`: one per objective, minimised; not all finite: training diverged. */
  tell(id: number, losses: readonly number[]): Promise<void>;
}

export interface Proposal {
  id: number;
  /** The active parameters only. */
  params: Params;
}

export interface SimulationOptions {
  /** Trials in all. */
  trials: number;
  /** Trials that run at the same time. */
  workers: number;
  /** Picks the noise of each trial's outcome: the n-th trial of a seed sees the same noise whatever tuner asked for it. */
  seed: number;
}

export interface SimulatedTrial {
  /** In the order of starting, from 0. */
  number: number;
  params: Params;
  losses: readonly number[];
  /** Simulated seconds since the study began. */
  startedAt: number;
  finishedAt: number;
}

export interface Simulation {
  /** In the order of finishing. */
  trials: SimulatedTrial[];
  /** Simulated seconds from the start to the last trial's end. */
  clock: number;
  /** Fewer trials than asked for, because the tuner had nothing more to propose. */
  exhausted: boolean;
}

interface Running extends SimulatedTrial {
  id: number;
}

/**
 * Runs a tuner on a problem with a simulated clock: each worker takes the next trial as soon as it is free, and its
 * training takes the problem's seconds. The time that tuners think is not on this clock; it is reported beside it.
 */
export async function simulate(
  problem: BenchmarkProblem,
  tuner: Tuner,
  options: SimulationOptions,
): Promise<Simulation> {
  const running: Running[] = [];
  const trials: SimulatedTrial[] = [];
  let clock = 0;
  let started = 0;

  const start = async (): Promise<boolean> => {
    const proposal = await tuner.ask();
    if (proposal === null) return false;
    const number = started++;
    const { id, params } = proposal;
    const outcome = problem.evaluate(params, repetitionOf(options.seed, number));
    const finishedAt = clock + outcome.seconds;
    running.push({ id, number, params, losses: outcome.losses, startedAt: clock, finishedAt });
    return true;
  };

  for (;;) {
    while (started < options.trials && running.length < options.workers) if (!(await start())) break;
    const first = takeFirst(running);
    if (first === null) return { trials, clock, exhausted: started < options.trials };
    const { id, ...trial } = first;
    clock = trial.finishedAt;
    trials.push(trial);
    await tuner.tell(id, trial.losses);
  }
}

/** Removes the trial that finishes first; among equals the one that started first. */
function takeFirst(running: Running[]): Running | null {
  let first = 0;
  for (let index = 1; index < running.length; index++) {
    if (running[index]!.finishedAt < running[first]!.finishedAt) first = index;
  }
  return running.splice(first, 1)[0] ?? null;
}

function repetitionOf(seed: number, number: number): number {
  return uniformInt(trialRng(seed, number, "repetition"), 2 ** 31);
}
