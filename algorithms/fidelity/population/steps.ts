import type { Evidence } from "../../../core/algorithm.ts";
import type { ScheduleStep } from "../../../core/fidelity.ts";
import type { Explored } from "./explore.ts";
import { latestOf, type Result, type Run } from "./members.ts";
import type { Exploit } from "./standing.ts";

/** The steps of a population with their evidence, in sentences that a user understands. */

export const WAIT: ScheduleStep = {
  type: "wait",
  why: evidence("population-wait", {}, "Every member is training."),
};

export const EXHAUSTED: ScheduleStep = {
  type: "exhausted",
  why: evidence("population-done", {}, "Every member has trained to the end, or cannot be replaced."),
};

export function whyBegin(member: number, budget: number): Evidence {
  return evidence("population-begin", { member }, `Member ${member} begins, up to budget ${show(budget)}.`);
}

/** @param gone the trial whose place is vacant. */
export function whyBeginAnew(member: number, gone: Run): Evidence {
  const text = `Member ${member} begins anew after trial ${gone.trial}: there is no other to copy yet.`;
  return evidence("population-begin-anew", { member, replaces: gone.trial }, text);
}

/** @param last whether it goes on to the end of the training, since there may be no more copies. */
export function resumeStep(member: number, head: Run, budget: number, last: boolean): ScheduleStep {
  const { step, loss } = latestOf(head)!;
  const reason = last ? ", since there may be no more copies" : "";
  const text = `Member ${member} goes on from budget ${show(step)} to ${show(budget)}${reason}.`;
  const rule = last ? "population-finish" : "population-go-on";
  return { type: "resume", trial: head.trial, budget, why: evidence(rule, { member, step, loss }, text) };
}

export function exploitStep(member: number, head: Run, exploit: Exploit, quantile: number): ScheduleStep {
  const { loser, winner, rank, compared } = exploit;
  const { step, loss } = loser;
  const text =
    `Member ${member}: ${inWords(loser)} is in the bottom ${percent(quantile)} at budget ${show(step)}; ` +
    `replaced by a copy of trial ${winner.trial} (${inWords(latestOf(winner)!)}).`;
  const inputs = { member, step, loss, rank, compared, winner: winner.trial };
  return { type: "prune", trial: head.trial, why: evidence("population-exploit", inputs, text) };
}

/** @param gone the trial whose place the copy takes. */
export function copyStep(
  member: number,
  gone: Run,
  winner: Run,
  { point, text: how, inputs: explored }: Explored,
  budget: number,
): ScheduleStep {
  const from = latestOf(winner)!;
  const { step, loss } = from;
  const text =
    `Member ${member} goes on as a copy of trial ${winner.trial} (${inWords(from)}), ${how}, ` +
    `from budget ${show(step)} to ${show(budget)}.`;
  const inputs = { member, replaces: gone.trial, parent: winner.trial, step, loss, ...explored };
  const why = evidence("population-explore", inputs, text);
  return { type: "start", budget, point, parent: winner.trial, why };
}

/** For a trial that failed, was replaced, and was then run again by its user up to its budget. */
export function pruneOrphanStep({ trial }: Run): ScheduleStep {
  const text = `Another trial has taken the place of trial ${trial} meanwhile.`;
  return { type: "prune", trial, why: evidence("population-replaced", {}, text) };
}

function inWords({ loss, violations }: Result): string {
  if (loss === null) return "no loss";
  const broken = violations.some((violation) => violation > 0) ? ", a constraint broken" : "";
  return `loss ${show(loss)}${broken}`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

/** A number without the digits that arithmetic leaves. */
function show(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function evidence(rule: string, inputs: Evidence["inputs"], text: string): Evidence {
  return { rule, inputs, text };
}
