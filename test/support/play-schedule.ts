import type { FinishCause, Point } from "../../core/algorithm.ts";
import { type FidelityProblem, rungsOf, type ScheduleEvent, type ScheduleStep } from "../../core/fidelity.ts";
import { type Rng, trialRng } from "../../core/rng.ts";

/** A simulated service: workers, curves and everything that befalls trials, for schedules alone and with samplers. */

/** What is played: a `Schedule`, or a composed search that is asked for suggestions. */
export interface Player {
  observe(event: ScheduleEvent): void;
  /** @param canStart whether there may be new trials. */
  ask(rng: Rng, canStart: boolean): ScheduleStep;
}

export interface World {
  workers: number;
  /** Seeds everything that befalls trials. */
  seed: number;
  maxTrials: number;
  /** Probabilities, each of one stretch of training from budget to budget. */
  fails?: number;
  /** Stopped by an early stopper. */
  stopped?: number;
  /** The script ends by itself before the budget. */
  endsEarly?: number;
  /** Nothing finite was reported. */
  silent?: number;
  /** Probability that before a question a paused trial is cancelled, or a user enqueues a point. */
  cancels?: number;
  enqueues?: number;
  /** Loss of a trial at a budget, one an objective. */
  losses?(trial: number, budget: number, point: Point): readonly number[];
  /** Steps at which trials report; by default the rungs. */
  reports?: readonly number[];
  /** How often each question is asked. */
  asks?: number;
}

export interface Asked {
  /** Events known at the question. */
  events: number;
  trial: number;
  canStart: boolean;
  step: ScheduleStep;
  /** Answers to the same question asked again. */
  again: ScheduleStep[];
  /** Trials that were queued or running. */
  running: number;
}

export interface Played {
  events: ScheduleEvent[];
  asked: Asked[];
}

interface Job {
  trial: number;
  from: number;
  budget: number | null;
  ends: number;
}

/** Runs until the player is exhausted and nothing runs. */
export function playSchedule(player: Player, problem: FidelityProblem, world: World): Played {
  const sim = createSimulation(player, problem, world);
  for (;;) {
    const idle = sim.fill();
    if (sim.running() > 0) sim.finishNext();
    else if (idle === "exhausted") return sim.played;
    else throw new Error("waits although nothing is queued or running");
  }
}

function createSimulation(player: Player, problem: FidelityProblem, world: World) {
  const chance = trialRng(world.seed, 0, "world");
  const points = new Map<number, Point>();
  const reached = new Map<number, number>();
  const paused = new Set<number>();
  const jobs: Job[] = [];
  const played: Played = { events: [], asked: [] };
  let now = 0;

  const record = (event: ScheduleEvent): void => {
    played.events.push(structuredClone(event));
    player.observe(event);
  };
  const run = (trial: number, budget: number | null): void => {
    const from = reached.get(trial) ?? 0;
    const stretch = (budget ?? problem.fidelity.max) - from;
    jobs.push({ trial, from, budget, ends: now + stretch * (0.5 + chance()) });
  };
  const launch = (point: Point, budget: number | null): void => {
    const trial = points.size;
    points.set(trial, point);
    record({ type: "scheduled", trial, point, budget });
    run(trial, budget);
  };
  const end = (trial: number, cause: FinishCause, losses: readonly number[] | null): void =>
    record({ type: "finished", trial, losses, violations: [], cause });

  const ask = (): ScheduleStep => {
    const trial = points.size;
    const canStart = trial < world.maxTrials;
    const question = () => player.ask(trialRng(problem.seed, trial, "suggest"), canStart);
    const step = question();
    const again = Array.from({ length: (world.asks ?? 1) - 1 }, question);
    played.asked.push({ events: played.events.length, trial, canStart, step, again, running: jobs.length });
    return step;
  };
  const meddle = (): void => {
    const [victim] = paused;
    if (victim !== undefined && chance() < (world.cancels ?? 0)) {
      paused.delete(victim);
      end(victim, "cancelled", null);
    }
    if (points.size < world.maxTrials && chance() < (world.enqueues ?? 0))
      launch(problem.dimensions.map(chance), null);
  };
  const follow = (step: ScheduleStep): void => {
    if (step.type === "start") launch(step.point ?? problem.dimensions.map(chance), step.budget);
    else if (step.type === "resume") {
      paused.delete(step.trial);
      record({ type: "resumed", trial: step.trial, budget: step.budget });
      run(step.trial, step.budget);
    } else if (step.type === "prune") {
      paused.delete(step.trial);
      end(step.trial, "pruned", null);
    }
  };

  const arrive = ({ trial, from, budget }: Job): void => {
    const to = budget ?? problem.fidelity.max;
    const lossesAt = (at: number) =>
      (world.losses ?? curve(problem.objectives))(trial, at, points.get(trial)!);
    const report = (until: number): readonly number[] => {
      for (const step of world.reports ?? rungsOf(problem.fidelity))
        if (step > from && step <= until) record({ type: "observed", trial, step, losses: lossesAt(step) });
      return lossesAt(until);
    };
    const pause = (losses: readonly number[] | null): void => {
      reached.set(trial, to);
      paused.add(trial);
      record({ type: "paused", trial, budget: to, losses, violations: [] });
    };
    const middle = from + (to - from) / 2;
    switch (fateOf(world, chance())) {
      case "fails":
        end(trial, "failed", null);
        break;
      case "stopped":
        end(trial, "pruned", report(middle));
        break;
      case "endsEarly":
        end(trial, "completed", report(middle));
        break;
      case "silent":
        if (to < problem.fidelity.max) pause(null);
        else end(trial, "completed", null);
        break;
      case "arrives":
        if (to < problem.fidelity.max) pause(report(to));
        else end(trial, "completed", report(to));
    }
  };

  return {
    played,
    running: () => jobs.length,
    /** Gives every free worker something to do; why the rest have none. */
    fill(): "busy" | "wait" | "exhausted" {
      for (;;) {
        meddle();
        if (jobs.length >= world.workers) return "busy";
        const step = ask();
        if (step.type === "wait" || step.type === "exhausted") return step.type;
        follow(step);
      }
    },
    finishNext(): void {
      jobs.sort((a, b) => a.ends - b.ends || a.trial - b.trial);
      const job = jobs.shift()!;
      now = job.ends;
      arrive(job);
    },
  };
}

type Fate = "fails" | "stopped" | "endsEarly" | "silent" | "arrives";

function fateOf(world: World, chance: number): Fate {
  let rest = chance;
  for (const fate of ["fails", "stopped", "endsEarly", "silent"] as const) {
    const probability = world[fate] ?? 0;
    if (rest < probability) return fate;
    rest -= probability;
  }
  return "arrives";
}

/** Falls with the budget towards a level of the trial's own; an early ranking is much like the final one. */
export function curve(objectives: number) {
  return (trial: number, budget: number): number[] =>
    Array.from({ length: objectives }, (_, k) => {
      const rng = trialRng(trial, k, "curve");
      return rng() + (0.5 + rng()) / Math.sqrt(budget);
    });
}
