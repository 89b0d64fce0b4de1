import type { Point } from "../../../core/algorithm.ts";
import type { ScheduleEvent } from "../../../core/fidelity.ts";

/**
 * Who the population is: a fold over the log.
 *
 * A member is a place in the population. It is headed by one trial at a time; when that one is replaced, by a copy of
 * another member's or by a fresh one, the newcomer heads it. The log does not say whose place a newcomer takes, so it is
 * a rule: it takes the place that has been vacant longest, and opens a new one where none is vacant. A place falls vacant
 * when the trial that heads it ends in any way but by completing. Trials without a budget, which a user enqueued, are
 * no members.
 */
export interface Members {
  /** The trial that heads each member, or headed it last. */
  readonly heads: readonly Run[];
  /** Members whose place is vacant, the longest first. */
  readonly vacancies: readonly number[];
  /** Every trial that ever headed a member, in the order in which they were scheduled. */
  readonly runs: readonly Run[];
  observe(event: ScheduleEvent): void;
}

/** One trial of a member's life. */
export interface Run {
  readonly trial: number;
  readonly point: Point;
  /** `lost`: failed, infeasible or cancelled. */
  status: "running" | "paused" | "completed" | "pruned" | "lost";
  /** Whether it heads its member still: false once another took its place. */
  heading: boolean;
  /** Up to which step it trains, or trained last. */
  budget: number;
  /** By ascending step: those that its checkpoint had when it was copied, then its own. */
  readonly results: Result[];
  /** How many of `results` are of the trials that it descends from. */
  readonly inherited: number;
}

/** What was measured where a trial paused or completed. */
export interface Result {
  readonly step: number;
  /** Null: it reported nothing finite, which is worse than every loss. */
  readonly loss: number | null;
  readonly violations: readonly number[];
}

export function createMembers(): Members {
  const runs: Run[] = [];
  const runOf = new Map<number, Run>();
  const heads: Run[] = [];
  const vacancies: number[] = [];

  const schedule = (event: Extract<ScheduleEvent, { type: "scheduled" }>): void => {
    const { trial, point, budget, parent } = event;
    if (budget === null) return;
    const results = parent === undefined ? [] : [...(runOf.get(parent)?.results ?? [])];
    const inherited = results.length;
    const run: Run = { trial, point, status: "running", heading: true, budget, results, inherited };
    runs.push(run);
    runOf.set(trial, run);
    const place = vacancies.shift() ?? heads.length;
    const replaced = heads[place];
    if (replaced) replaced.heading = false;
    heads[place] = run;
  };

  const settle = (run: Run, status: Run["status"]): void => {
    run.status = status;
    const member = heads.indexOf(run);
    const waiting = vacancies.indexOf(member);
    const vacant = status === "pruned" || status === "lost";
    if (vacant && member >= 0 && waiting < 0) vacancies.push(member);
    // A failed trial that its user ran again before it was replaced keeps its place.
    if (!vacant && waiting >= 0) vacancies.splice(waiting, 1);
  };

  return {
    heads,
    vacancies,
    runs,
    observe(event) {
      if (event.type === "scheduled") return schedule(event);
      const run = runOf.get(event.trial);
      if (run === undefined) return;
      switch (event.type) {
        case "paused":
          run.budget = event.budget;
          addResult(run, event);
          return settle(run, "paused");
        case "resumed":
          run.budget = event.budget;
          return settle(run, "running");
        case "finished":
          if (event.cause !== "completed") return settle(run, event.cause === "pruned" ? "pruned" : "lost");
          addResult(run, event);
          return settle(run, "completed");
      }
    },
  };
}

/** The result that a run had last, its ancestors' included. */
export function latestOf({ results }: Run): Result | undefined {
  return results.at(-1);
}

function addResult(run: Run, event: { losses: readonly number[] | null; violations: readonly number[] }) {
  const loss = event.losses?.[0];
  const result = {
    step: run.budget,
    loss: loss !== undefined && Number.isFinite(loss) ? loss : null,
    violations: event.violations,
  };
  // A trial run again by its user reports the same step anew.
  while (run.results.length > run.inherited && latestOf(run)!.step >= result.step) run.results.pop();
  run.results.push(result);
}
