import type { Dimension, Fidelity, FinishCause } from "../../core/algorithm.ts";
import type { FidelityProblem, Schedule, ScheduleEvent, ScheduleStep } from "../../core/fidelity.ts";

/** Problems with a fidelity, and the words of a log: each makes one event. */

export function problemOf(
  fidelity: Fidelity,
  objectives = 1,
  parallelism = 1,
  dimensions: readonly Dimension[] = [{ kind: "continuous" }],
): FidelityProblem {
  return {
    dimensions,
    activity: [],
    objectives,
    constraints: 0,
    fidelity,
    constrained: false,
    feasible: () => true,
    maxTrials: null,
    parallelism,
    seed: 5,
  };
}

export function starts(trial: number, budget: number | null, point = [trial / 100]): ScheduleEvent {
  return { type: "scheduled", trial, point, budget };
}

export function reports(trial: number, step: number, ...losses: number[]): ScheduleEvent {
  return { type: "observed", trial, step, losses };
}

/** Without losses: it reported nothing finite. */
export function pauses(trial: number, budget: number, ...losses: number[]): ScheduleEvent {
  return { type: "paused", trial, budget, losses: losses.length > 0 ? losses : null, violations: [] };
}

export function resumes(trial: number, budget: number): ScheduleEvent {
  return { type: "resumed", trial, budget };
}

export function ends(trial: number, cause: FinishCause, ...losses: number[]): ScheduleEvent {
  return { type: "finished", trial, losses: losses.length > 0 ? losses : null, violations: [], cause };
}

export function fold(schedule: Schedule, ...events: ScheduleEvent[]): Schedule {
  for (const event of events) schedule.observe(event);
  return schedule;
}

/** The next step without its evidence. */
export function stepOf(schedule: Schedule, canStart = true): Partial<ScheduleStep> {
  const { why: _why, ...step } = schedule.next(() => 0.5, canStart);
  return step;
}
