import type { FailureClass } from "../../core/executor.ts";
import type { WireNumber } from "../../core/number.ts";
import type { AttemptResource, TrialResource } from "../../core/resources.ts";
import type { Params } from "../../core/space.ts";
import type { AttemptOutcome, Origin, StopKind, TrialState } from "../../core/trial.ts";

export interface TrialRow {
  id: string;
  study: string;
  number: number;
  state: TrialState;
  params: Params;
  origin: Origin;
  budget: number | null;
  parent: number | null;
  held_out: boolean;
  objective_values: (WireNumber | null)[];
  violations: (number | null)[];
  objective_state: TrialResource["objectiveState"];
  failure_class: FailureClass | null;
  proposed: string;
  reason_code: string;
  reason_text: string;
  stop_kind: StopKind | null;
  seed: number;
  attempt: number;
  retries: number;
  lost_attempts: number;
  created_at: Date;
  started_at: Date | null;
  ended_at: Date | null;
  /** Seconds of all attempts, up to now. */
  spent: number | null;
}

export function toTrial(row: TrialRow): TrialResource {
  return {
    id: row.id,
    study: row.study,
    number: row.number,
    state: row.state,
    params: row.params,
    origin: row.origin,
    budget: row.budget,
    parent: row.parent,
    values: row.objective_values,
    violations: row.violations,
    objectiveState: row.objective_state,
    failureClass: row.failure_class,
    proposed: row.proposed,
    reason: { code: row.reason_code, text: row.reason_text },
    stopRequested: row.stop_kind,
    heldOut: row.held_out,
    seed: row.seed,
    attempt: row.attempt,
    retries: row.retries,
    lostAttempts: row.lost_attempts,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    seconds: Math.max(0, row.spent ?? 0),
  };
}

export interface AttemptRow {
  trial_id: string;
  attempt: number;
  worker: string;
  gpus: number[];
  started_at: Date;
  ended_at: Date | null;
  outcome: AttemptOutcome | null;
  failure_class: FailureClass | null;
  exit_code: number | null;
  signal: string | null;
  message: string | null;
  log_bytes: number;
  log_truncated: number;
}

export function toAttempt(row: AttemptRow): AttemptResource {
  return {
    attempt: row.attempt,
    worker: row.worker,
    gpus: row.gpus,
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString() ?? null,
    outcome: row.outcome,
    failureClass: row.failure_class,
    exitCode: row.exit_code,
    signal: row.signal,
    message: row.message,
    logBytes: row.log_bytes,
    logTruncatedBytes: row.log_truncated,
  };
}
