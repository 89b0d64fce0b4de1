import type { Evidence } from "../../core/algorithm.ts";
import type { ScheduleStep } from "../../core/fidelity.ts";

/** The steps of schedules with their evidence, in sentences that a user understands. */

/** A place in the order of a rung. */
export interface Place {
  trial: number;
  /** The budget of the rung. */
  at: number;
  /** 1: the best. */
  position: number;
  /** Trials that reached the rung. */
  of: number;
}

/** @param goOn how many of those at the rung go on in all. */
export function resumeStep(schedule: string, place: Place, goOn: number, budget: number): ScheduleStep {
  const { trial, at, position, of } = place;
  const text = `At rung ${show(at)} (${goOn} of ${of} go on) trial ${trial} is ${ordinal(position)} of ${of}: resumed to ${show(budget)}.`;
  const inputs = { rung: at, position, of, goOn, budget };
  return { type: "resume", trial, budget, why: { rule: `${schedule}-promote`, inputs, text } };
}

export function finalistStep(schedule: string, place: Place, budget: number): ScheduleStep {
  const { trial, at, position, of } = place;
  const text = `No more trials can start, and trial ${trial} (${ordinal(position)} of ${of} at rung ${show(at)}) is the best that waits: resumed to ${show(budget)}, so that the study ends with a trial that is fully trained.`;
  const inputs = { rung: at, position, of, budget };
  return { type: "resume", trial, budget, why: { rule: `${schedule}-finalist`, inputs, text } };
}

export function pruneStep(schedule: string, place: Place, goOn: number): ScheduleStep {
  const { trial, at, position, of } = place;
  const text = `At rung ${show(at)} (${goOn} of ${of} go on) trial ${trial} is ${ordinal(position)} of ${of}: given up.`;
  return {
    type: "prune",
    trial,
    why: { rule: `${schedule}-prune`, inputs: { rung: at, position, of, goOn }, text },
  };
}

/** @param reason why it starts, as the beginning of a sentence. */
export function startStep(
  schedule: string,
  budget: number,
  reason: string,
  inputs: Evidence["inputs"],
): ScheduleStep {
  const text = `${reason}: a new trial starts, up to ${show(budget)}.`;
  return { type: "start", budget, why: { rule: `${schedule}-start`, inputs: { ...inputs, budget }, text } };
}

export function waitStep(schedule: string, pending: number): ScheduleStep {
  const text =
    pending === 1 ? "Waits for the trial that runs." : `Waits for one of the ${pending} trials that run.`;
  return { type: "wait", why: { rule: `${schedule}-wait`, inputs: { pending }, text } };
}

export function exhaustedStep(schedule: string, trained: number): ScheduleStep {
  const trials = trained === 1 ? "1 trial is" : `${trained} trials are`;
  const text = `No more trials can start and none that waits goes on; ${trials} fully trained.`;
  return { type: "exhausted", why: { rule: `${schedule}-exhausted`, inputs: { trained }, text } };
}

/** A budget without the digits that a division leaves. */
function show(budget: number): string {
  return String(Number(budget.toPrecision(6)));
}

/** 1st, 2nd, 3rd, 4th, 11th, 21st. */
function ordinal(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  const ending = teen ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}
