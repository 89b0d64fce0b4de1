import type { ResultRequest } from "../../core/protocol.ts";
import type { AttemptOutcome } from "../../core/trial.ts";
import type { Fragment } from "./checkpoint-source.ts";
import type { Sql, TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import { reachedStep } from "./placement-story.ts";
import { refuse } from "./refuse.ts";
import { withRetry } from "./retry.ts";

export async function finishAttempt(
  context: StoreContext,
  trialId: string,
  attempt: number,
  result: ResultRequest,
  actor: string,
): Promise<boolean> {
  return withRetry(async () => {
    const ended = await endAttempt(context.sql, trialId, attempt, result, actor);
    return ended.count > 0 ? true : repeated(context.sql, trialId, attempt, result);
  }, context.random);
}

/** Closes the attempt if it is open, ends its lease and tells the study's inbox: one statement, all or nothing. */
function endAttempt(sql: Sql, trialId: string, attempt: number, result: ResultRequest, actor: string) {
  const text = endText(attempt, result);
  return sql`
    with ended as (
      update attempts a set ended_at = now(), outcome = ${result.outcome}, failure_class = ${result.failureClass},
             exit_code = ${result.exitCode}, signal = ${result.signal}, message = ${result.message},
             log_truncated = ${result.logTruncatedBytes}
      from trials t join studies s on s.id = t.study_id
      where a.trial_id = ${trialId} and a.attempt = ${attempt} and a.ended_at is null
        and t.id = a.trial_id and s.deleted_at is null
      returning a.*, t.number, s.spec -> 'objectives' as objectives
    ), ${keepCheckpoint(sql, attempt, result)} lease as (
      delete from leases where trial_id = ${trialId} and attempt = ${attempt} and exists (select 1 from ended)
    )
    insert into inbox (study_id, actor, fact, why)
    select study_id, ${actor}, ${endFact(sql)},
           jsonb_build_object('rule', 'attempt.ended', 'text', ${text}::text,
                              'inputs', jsonb_build_object('seenMetrics', ${sql.json(result.seenMetrics)}::jsonb))
    from ended`;
}

/**
 * Notes what the attempt left in its checkpoint directory; what an earlier one left counts no more. Without a word of it
 * the earlier one stays. An attempt that reported no step has trained no further than the one before it.
 */
function keepCheckpoint(sql: Sql, attempt: number, { checkpoint }: ResultRequest): Fragment {
  if (checkpoint === undefined) return sql``;
  return sql`kept as (
      insert into checkpoints (trial_id, study_id, attempt, step, bytes, agent_id, shared)
      select trial_id, study_id, attempt, ${reachedStep(sql, sql`ended.trial_id`, sql`ended.objectives`, attempt)},
             ${checkpoint.bytes}, agent_id, ${checkpoint.shared}
      from ended
      on conflict (trial_id) do update set attempt = excluded.attempt, step = coalesce(excluded.step, checkpoints.step),
        bytes = excluded.bytes, agent_id = excluded.agent_id, shared = excluded.shared, sent_bytes = 0, archive_bytes = null,
        discard = false, kept_at = now()
    ), outdated as (
      delete from checkpoint_parts where trial_id in (select trial_id from ended)
    ),`;
}

/** The fact `attempt.ended` of a row of `attempts` that has just been closed, with its trial's number. */
export function endFact(sql: TransactionSql) {
  return sql`jsonb_build_object('type', 'attempt.ended', 'trial', number, 'attempt', attempt, 'end', jsonb_build_object(
    'outcome', outcome, 'failureClass', failure_class, 'exitCode', exit_code, 'signal', signal, 'message', message,
    'seconds', extract(epoch from ended_at - started_at)::float8,
    'gpuSeconds', (extract(epoch from ended_at - started_at) * gpu_share)::float8))`;
}

function endText(
  attempt: number | string,
  { outcome, failureClass }: Pick<ResultRequest, "failureClass"> & { outcome: string },
): string {
  return `Attempt ${attempt} ended: ${outcome}${failureClass === null ? "" : ` (${failureClass})`}.`;
}

/** False for the very same result again; anything else comes too late. */
async function repeated(
  sql: TransactionSql,
  trialId: string,
  attempt: number,
  result: ResultRequest,
): Promise<false> {
  const [known] = await sql<{ outcome: AttemptOutcome; exit_code: number | null; current: boolean }[]>`
    select a.outcome, a.exit_code, t.attempt = a.attempt as current
    from attempts a join trials t on t.id = a.trial_id where a.trial_id = ${trialId} and a.attempt = ${attempt}`;
  const same =
    known?.current === true && known.outcome === result.outcome && known.exit_code === result.exitCode;
  return same ? false : refuse(sql, trialId, attempt);
}
