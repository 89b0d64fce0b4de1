import type { FinishCause, Point, TrialEvent } from "../../core/algorithm.ts";
import { totalViolation } from "../../core/ranking.ts";

/** What a search has seen, one record a trial. The state that nearly every algorithm starts from. */

export interface TrialRecord {
  readonly trial: number;
  readonly point: Point;
  readonly budget: number | null;
  readonly status: "pending" | FinishCause;
  /** One finite number an objective; null: pending, or it ended without a result. */
  readonly losses: readonly number[] | null;
  /** One number an outcome constraint, <= 0 where satisfied; empty when pending or never measured. */
  readonly violations: readonly number[];
  /** The furthest step that was observed and the losses there. */
  readonly last: { readonly step: number; readonly losses: readonly number[] } | null;
}

export interface History {
  /** Folds a fact; the record that it changed. Facts about a trial that was never scheduled are ignored: null. */
  observe(event: TrialEvent): TrialRecord | null;
  /** Every trial, in the order of first scheduling. Records are replaced, never changed. */
  readonly trials: readonly TrialRecord[];
  /** Trials with a result at full budget (completed, losses known), in the order in which they finished. */
  readonly completed: readonly TrialRecord[];
  /** Trials that are queued or running, in the order of scheduling. */
  readonly pending: readonly TrialRecord[];
  record(trial: number): TrialRecord | undefined;
}

export function createHistory(): History {
  const trials: TrialRecord[] = [];
  const indexOf = new Map<number, number>();
  const completed = new Map<number, TrialRecord>();
  const pending = new Map<number, TrialRecord>();
  let completedList: readonly TrialRecord[] | null = [];
  let pendingList: readonly TrialRecord[] | null = [];

  const put = (record: TrialRecord): TrialRecord => {
    const index = indexOf.get(record.trial) ?? trials.length;
    indexOf.set(record.trial, index);
    trials[index] = record;
    if (completed.delete(record.trial) || isCompleted(record)) completedList = null;
    if (isCompleted(record)) completed.set(record.trial, record);
    if (pending.has(record.trial) || record.status === "pending") pendingList = null;
    if (record.status === "pending") pending.set(record.trial, record);
    else pending.delete(record.trial);
    return record;
  };
  const record = (trial: number): TrialRecord | undefined => trials[indexOf.get(trial) ?? -1];

  return {
    trials,
    get completed() {
      completedList ??= [...completed.values()];
      return completedList;
    },
    get pending() {
      pendingList ??= [...pending.values()];
      return pendingList;
    },
    record,
    observe(event) {
      const known = record(event.trial);
      if (event.type === "scheduled") return put(scheduled(event, known));
      if (known === undefined) return null;
      return put(event.type === "observed" ? observed(event, known) : finished(event, known));
    },
  };
}

function scheduled(
  { trial, point, budget }: Extract<TrialEvent, { type: "scheduled" }>,
  known: TrialRecord | undefined,
): TrialRecord {
  return { trial, point, budget, status: "pending", losses: null, violations: [], last: known?.last ?? null };
}

function observed(
  { step, losses }: Extract<TrialEvent, { type: "observed" }>,
  known: TrialRecord,
): TrialRecord {
  return known.last !== null && known.last.step > step ? known : { ...known, last: { step, losses } };
}

function finished(
  { losses, violations, cause }: Extract<TrialEvent, { type: "finished" }>,
  known: TrialRecord,
): TrialRecord {
  const usable = losses?.every(Number.isFinite) ? losses : null;
  return { ...known, status: cause, losses: usable, violations };
}

function isCompleted({ status, losses }: TrialRecord): boolean {
  return status === "completed" && losses !== null;
}

/** Whether every outcome constraint of a trial that has a result is satisfied. */
export function isFeasible({ violations }: TrialRecord): boolean {
  return totalViolation(violations) === 0;
}
