import { expect } from "vitest";
import type { FinishCause, Point, Problem, Search, Suggestion, TrialEvent } from "../../core/algorithm.ts";
import { trialRng } from "../../core/rng.ts";

export type Ending = (
  problem: Problem,
  trial: number,
  point: Point,
) => { losses: number[] | null; cause: FinishCause };

export function same(problem: Problem, loss: number): number[] {
  return Array.from({ length: problem.objectives }, () => loss);
}

/** A bowl around 0.3, a different one for each objective. */
export const bowl: Ending = (problem, _trial, point) => ({
  losses: Array.from({ length: problem.objectives }, (_, k) =>
    point.reduce<number>((sum, x) => sum + (x === null ? 0 : (x - 0.3 - 0.2 * k) ** 2), 0),
  ),
  cause: "completed",
});

export interface Plan {
  trials: number;
  /** Trials pending at once. */
  parallel?: number;
  /** How often each suggestion is asked for. */
  asks?: number;
  ending?: Ending;
  /** Points that a user enqueued: one before each suggestion until they run out. */
  enqueued?: readonly Point[];
}

export interface Run {
  events: TrialEvent[];
  suggestions: Suggestion[];
  starts: Extract<Suggestion, { type: "start" }>[];
  /** Each question: how many events were known, and the answer. */
  asked: { trial: number; events: number; suggestion: Suggestion }[];
  /** Trials that could be had: all that were asked for, or those before exhaustion. */
  available: number;
}

/** Runs a search the way the scheduler does: ask, record `scheduled`, ask again while there is a free slot. */
export function play(search: Search, problem: Problem, plan: Plan): Run {
  const { trials, parallel = 1, asks = 1, ending = bowl } = plan;
  const run: Run = { events: [], suggestions: [], starts: [], asked: [], available: trials };
  const points = new Map<number, Point>();
  const pending: number[] = [];
  const enqueued = [...(plan.enqueued ?? [])];
  let next = 0;
  const record = (event: TrialEvent) => {
    run.events.push(event);
    search.observe(event);
  };
  const launch = (point: Point, budget: number | null) => {
    points.set(next, point);
    record({ type: "scheduled", trial: next, point, budget });
    pending.push(next++);
  };
  const finishOldest = () => {
    const trial = pending.shift()!;
    const { losses, cause } = ending(problem, trial, points.get(trial)!);
    for (const step of [1, 2])
      if (losses) record({ type: "observed", trial, step, losses: losses.map((x) => x + 1 / step) });
    const violations = Array.from({ length: problem.constraints }, (_, k) =>
      trial % 2 === 0 ? -1 : k + 0.5,
    );
    record({ type: "finished", trial, losses, violations: losses ? violations : [], cause });
  };
  while (run.starts.length < trials) {
    const foreign = enqueued.shift();
    if (foreign) launch(foreign, null);
    while (pending.length >= parallel) finishOldest();
    const events = run.events.length;
    const suggestion = search.suggest(rngOf(problem, next));
    for (let again = 1; again < asks; again++) {
      expect(search.suggest(rngOf(problem, next))).toStrictEqual(suggestion);
    }
    run.asked.push({ trial: next, events, suggestion });
    run.suggestions.push(suggestion);
    if (suggestion.type === "exhausted") {
      run.available = run.starts.length;
      break;
    }
    if (suggestion.type === "start") {
      run.starts.push(suggestion);
      launch(suggestion.point, suggestion.budget);
    } else if (suggestion.type === "resume") {
      record({
        type: "scheduled",
        trial: suggestion.trial,
        point: points.get(suggestion.trial)!,
        budget: suggestion.budget,
      });
      pending.push(suggestion.trial);
    } else {
      expect(pending.length, "waits although no trial is pending").toBeGreaterThan(0);
      finishOldest();
    }
  }
  while (pending.length > 0) finishOldest();
  return run;
}

export function rngOf(problem: Problem, trial: number) {
  return trialRng(problem.seed, trial, "suggest");
}
