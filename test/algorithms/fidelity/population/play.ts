import { expect } from "vitest";
import { drawFeasible } from "../../../../algorithms/random.ts";
import type { FinishCause, Point } from "../../../../core/algorithm.ts";
import type {
  FidelityProblem,
  FidelitySchedule,
  Schedule,
  ScheduleEvent,
  ScheduleStep,
} from "../../../../core/fidelity.ts";
import { createProblem } from "../../../../core/problem.ts";
import { type Rng, studyRng, trialRng, uniformInt } from "../../../../core/rng.ts";
import type { SearchSpace } from "../../../../core/space.ts";

/** A training that can be copied: what its checkpoint holds, and how it goes on from there. */
export interface Training<State> {
  begin(): State;
  /** The state at step `to`, given that at `from`. */
  train(state: State, point: Point, from: number, to: number, rng: Rng): State;
  /** Null: it reported nothing finite. */
  loss(state: State): number | null;
}

export interface World {
  maxTrials: number;
  parallelism: number;
  seed: number;
  max: number;
  /** Probability that a run ends badly instead of reaching its budget. */
  failures?: number;
  /** Probability, at each end of a run, that a paused trial is cancelled. */
  cancels?: number;
}

export interface Life {
  number: number;
  point: Point;
  parent: number | null;
  /** Budgets that it was given, in their order. */
  budgets: number[];
  /** Steps at which it paused or completed. */
  reached: number[];
  cause: FinishCause | null;
  loss: number | null;
}

export interface Played {
  problem: FidelityProblem;
  events: ScheduleEvent[];
  /** What was asked and answered: how many events were known then. */
  asked: { events: number; number: number; canStart: boolean; step: ScheduleStep }[];
  lives: Life[];
  /** The schedule at the end. */
  schedule: Schedule;
}

export function problemIn(space: SearchSpace, { maxTrials, parallelism, seed, max }: World): FidelityProblem {
  const fidelity = { min: 1, max, eta: 3 };
  const options = { objectives: 1, constraints: 0, maxTrials, parallelism, seed, fidelity };
  return { ...createProblem(space, options), fidelity };
}

/** Runs a schedule the way the scheduler does, until it is exhausted and nothing runs; runs end in random order. */
export function play<Config, State>(
  entry: FidelitySchedule<Config>,
  config: unknown,
  space: SearchSpace,
  training: Training<State>,
  world: World,
): Played {
  const problem = problemIn(space, world);
  const schedule = entry.create(problem, entry.config.parse(config));
  const chance = studyRng(world.seed, "world");
  const played: Played = { problem, events: [], asked: [], lives: [], schedule };
  const { lives } = played;
  const states: State[] = [];
  const running: number[] = [];

  const record = (event: ScheduleEvent) => {
    played.events.push(event);
    schedule.observe(event);
  };
  const finish = (life: Life, cause: FinishCause) => {
    life.cause = cause;
    const losses = cause === "completed" && life.loss !== null ? [life.loss] : null;
    record({ type: "finished", trial: life.number, losses, violations: [], cause });
  };
  const start = (step: ScheduleStep & { type: "start" }, rng: Rng) => {
    const number = lives.length;
    const drawn = drawFeasible(problem, rng) as { point: Point };
    const { budget, parent, point = drawn.point } = step;
    const from = parent === undefined ? [] : [lives[parent]!.reached.at(-1)!];
    states.push(parent === undefined ? training.begin() : states[parent]!);
    const life = { number, point, parent: parent ?? null, budgets: [budget], cause: null, loss: null };
    lives.push({ ...life, reached: from });
    running.push(number);
    record({ type: "scheduled", trial: number, point, budget, ...(parent === undefined ? {} : { parent }) });
  };
  /** False: nothing more can be had now. */
  const act = (): boolean => {
    const canStart = lives.length < world.maxTrials;
    const rng = () => trialRng(world.seed, lives.length, "suggest");
    const step = schedule.next(rng(), canStart);
    played.asked.push({ events: played.events.length, number: lives.length, canStart, step });
    if (step.type === "start") start(step, rng());
    if (step.type === "prune") finish(lives[step.trial]!, "pruned");
    if (step.type === "resume") {
      lives[step.trial]!.budgets.push(step.budget);
      running.push(step.trial);
      record({ type: "resumed", trial: step.trial, budget: step.budget });
    }
    if (step.type === "wait") expect(running.length, "waits although nothing runs").toBeGreaterThan(0);
    return step.type !== "wait" && step.type !== "exhausted";
  };
  const endOne = () => {
    const number = running.splice(uniformInt(chance, running.length), 1)[0]!;
    const life = lives[number]!;
    if (chance() < (world.failures ?? 0)) return finish(life, chance() < 0.5 ? "failed" : "pruned");
    const budget = life.budgets.at(-1)!;
    states[number] = training.train(states[number]!, life.point, life.reached.at(-1) ?? 0, budget, chance);
    life.loss = training.loss(states[number]!);
    life.reached.push(budget);
    if (budget >= world.max) return finish(life, "completed");
    const losses = life.loss === null ? null : [life.loss];
    record({ type: "paused", trial: number, budget, losses, violations: [] });
  };
  const cancelOne = () => {
    const paused = lives.find(
      ({ cause, reached, number }) => cause === null && reached.length > 0 && !running.includes(number),
    );
    if (paused && chance() < (world.cancels ?? 0)) finish(paused, "cancelled");
  };

  for (;;) {
    while (running.length < world.parallelism && act());
    if (running.length === 0) return played;
    endOne();
    cancelOne();
  }
}

/** The lowest loss of a trial that trained to the end. */
export function bestLoss({ lives }: Played): number {
  return Math.min(
    ...lives.flatMap(({ cause, loss }) => (cause === "completed" && loss !== null ? [loss] : [])),
  );
}
