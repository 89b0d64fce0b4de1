import { FettleError } from "../../core/errors.ts";
import type { StopKind } from "../../core/trial.ts";
import type { Sql } from "./connect.ts";
import { refuse } from "./refuse.ts";

/** Only an external worker's lease is renewed: an agent's heartbeat alone says that the agent is there. */
export async function renewLease(
  sql: Sql,
  trialId: string,
  attempt: number,
  leaseMs: number,
): Promise<{ shouldStop: boolean; reason: string | null }> {
  const [row] = await sql<{ stop_kind: StopKind | null; stop_reason: string | null }[]>`
    with held as (
      select l.trial_id, t.stop_kind, t.stop_reason from leases l join trials t on t.id = l.trial_id join studies s on s.id = t.study_id
      where l.trial_id = ${trialId} and l.attempt = ${attempt} and s.deleted_at is null
    ), renewed as (
      update leases l set lease_ms = ${leaseMs}, expires_at = greatest(l.expires_at, now() + ${leaseMs} * interval '1 millisecond')
      from held where l.trial_id = held.trial_id and l.attempt = ${attempt} and l.agent_id is null
    )
    select stop_kind, stop_reason from held`;
  if (row === undefined) return refuse(sql, trialId, attempt);
  return { shouldStop: row.stop_kind !== null, reason: row.stop_reason };
}

export async function currentAttempt(
  sql: Sql,
  studyId: string,
  number: number,
): Promise<{ trialId: string; attempt: number }> {
  const [row] = await sql<{ id: string; attempt: number }[]>`
    select id, attempt from trials where study_id = ${studyId} and number = ${number}`;
  if (row === undefined) throw new FettleError("not-found", `The study has no trial ${number}.`);
  return { trialId: row.id, attempt: row.attempt };
}

export async function studyOfTrial(sql: Sql, trialId: string): Promise<{ studyId: string; project: string }> {
  const [row] = await sql<{ study_id: string; project: string }[]>`
    select t.study_id, s.project from trials t join studies s on s.id = t.study_id where t.id = ${trialId} and s.deleted_at is null`;
  if (row === undefined) throw new FettleError("not-found", `There is no trial ${trialId}.`);
  return { studyId: row.study_id, project: row.project };
}

export async function sessionOfAttempt(sql: Sql, trialId: string, attempt: number): Promise<string | null> {
  const [row] = await sql<{ session: string | null }[]>`
    select session from attempts where trial_id = ${trialId} and attempt = ${attempt}`;
  if (row === undefined) throw new FettleError("not-found", `Trial ${trialId} has no attempt ${attempt}.`);
  return row.session;
}
