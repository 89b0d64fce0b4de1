import { FettleError } from "../../core/errors.ts";
import type { StopKind } from "../../core/trial.ts";
import type { TransactionSql } from "./connect.ts";

export interface OpenAttempt {
  study_id: string;
  number: number;
  agent_id: string | null;
  stop_kind: StopKind | null;
  stop_reason: string | null;
}

/**
 * The attempt, if it is the one that counts: open, of a study that is there. The row is locked against its end, so what
 * follows in the transaction belongs to a current attempt. @throws FettleError "stale-attempt", "not-found".
 */
export async function lockOpenAttempt(
  sql: TransactionSql,
  trialId: string,
  attempt: number,
): Promise<OpenAttempt> {
  const [row] = await sql<OpenAttempt[]>`
    select a.study_id, t.number, a.agent_id, t.stop_kind, t.stop_reason
    from attempts a join trials t on t.id = a.trial_id join studies s on s.id = a.study_id
    where a.trial_id = ${trialId} and a.attempt = ${attempt} and a.ended_at is null and s.deleted_at is null
    for share of a`;
  return row ?? refuse(sql, trialId, attempt);
}

/** Says why an attempt cannot be written to. */
export async function refuse(sql: TransactionSql, trialId: string, attempt: number): Promise<never> {
  const [trial] = await sql<
    { attempt: number; state: string }[]
  >`select attempt, state from trials where id = ${trialId}`;
  if (trial === undefined) throw new FettleError("not-found", `There is no trial ${trialId}.`);
  const now = trial.attempt === attempt ? "has ended" : `is not the current one (${trial.attempt})`;
  throw new FettleError("stale-attempt", `Attempt ${attempt} ${now}; nothing was changed.`, {
    hint: "Kill its process; its reports are no longer taken.",
  });
}
