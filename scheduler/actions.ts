import type { Evidence } from "../core/algorithm.ts";
import type { Decision } from "../core/event.ts";

/** What `decide` wants done: a decision with its reason, or a question to the search. */
export type Action =
  | { type: "record"; body: Decision; why: Evidence }
  /** Ask the search for the point of this trial, and record what it answers. */
  | { type: "propose"; trial: number };

export function record(body: Decision, rule: string, text: string, inputs: Evidence["inputs"] = {}): Action {
  return { type: "record", body, why: { rule, text, inputs } };
}

/** "1 trial", "2 trials". */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
