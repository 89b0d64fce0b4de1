import type { ScheduleEvent } from "../../core/fidelity.ts";
import type { Ranking, RungResult } from "./ranking.ts";

/** Where each trial stands on the rungs: the fold of events that every schedule starts from. */

export interface Standing {
  readonly trial: number;
  /** `pending`: queued or running. */
  readonly status: "pending" | "paused" | "ended";
  /** Index of the rung that it was started for; -1: it belongs to no rung (a user's own trial). */
  readonly first: number;
  /** Index of the rung that it trains for, waits at, or was training for when it ended. */
  readonly rung: number;
  /** It was trained to the largest budget, or to an end of its own before, and has a result. */
  readonly trained: boolean;
}

/** What an event did to a trial. */
export interface Change {
  readonly before: Standing | undefined;
  readonly after: Standing;
  /** Its result at the rung `after.rung`, where the event brought one. */
  readonly reached: RungResult | null;
}

export interface Standings {
  /** Folds a fact; null where it says nothing about where a trial stands. */
  observe(event: ScheduleEvent): Change | null;
  of(trial: number): Standing | undefined;
  /** Trials of the schedule's own that are queued or running. */
  readonly pending: number;
  /** Trials of the schedule's own that are trained to their end, with a result. */
  readonly trained: number;
}

/** @param rungs ascending budgets, `rungsOf`. */
export function createStandings(rungs: readonly number[]): Standings {
  const standings = new Map<number, Standing>();
  let pending = 0;
  let trained = 0;
  const put = (after: Standing, reached: RungResult | null): Change => {
    const before = standings.get(after.trial);
    standings.set(after.trial, after);
    if (after.first >= 0) {
      pending += Number(after.status === "pending") - Number(before?.status === "pending");
      trained += Number(after.trained) - Number(before?.trained ?? false);
    }
    return { before, after, reached };
  };
  return {
    observe(event) {
      if (event.type === "scheduled") return put(scheduled(rungs, event), null);
      const known = standings.get(event.trial);
      if (known === undefined || event.type === "observed") return null;
      if (event.type === "resumed")
        return put({ ...known, status: "pending", rung: rungAt(rungs, event.budget) }, null);
      if (event.type === "finished") return put(...finished(event, known));
      return put({ ...known, status: "paused", rung: rungAt(rungs, event.budget) }, resultOf(event));
    },
    of: (trial) => standings.get(trial),
    get pending() {
      return pending;
    },
    get trained() {
      return trained;
    },
  };
}

/** Brings the rankings of the rungs up to date. @param rungs by index; those that are none of the trial's may be absent. */
export function rank(rungs: readonly (Ranking | undefined)[], { before, after, reached }: Change): void {
  if (before?.status === "paused") rungs[before.rung]?.leave(before.trial);
  if (reached) rungs[after.rung]?.put(reached, after.status === "paused");
}

/** Index of the highest rung that the budget reaches; -1 below the lowest, and for none (null). */
export function rungAt(rungs: readonly number[], budget: number | null): number {
  if (budget === null) return -1;
  // A part in 10^9, as in `rungsOf`.
  return rungs.findLastIndex((rung) => rung <= budget * (1 + 1e-9));
}

function scheduled(
  rungs: readonly number[],
  { trial, budget }: Extract<ScheduleEvent, { type: "scheduled" }>,
): Standing {
  const first = rungAt(rungs, budget);
  return { trial, status: "pending", first, rung: first, trained: false };
}

/**
 * A trial whose script ended by itself has its result at the rung that it was training for. One that failed or was
 * stopped on the way there has none; what it reached at rungs before stays.
 */
function finished(
  event: Extract<ScheduleEvent, { type: "finished" }>,
  known: Standing,
): [Standing, RungResult | null] {
  const completed = event.cause === "completed";
  const reached = completed ? resultOf(event) : null;
  const trained = reached !== null && reached.losses !== null;
  return [{ ...known, status: "ended", trained }, reached];
}

function resultOf({
  trial,
  losses,
  violations,
}: Extract<ScheduleEvent, { type: "paused" | "finished" }>): RungResult {
  return { trial, losses: losses?.every(Number.isFinite) ? losses : null, violations };
}
