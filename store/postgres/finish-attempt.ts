import type { AttemptEnd } from "../../core/event.ts";
import type { FailureClass } from "../../core/executor.ts";
import type { ResultRequest } from "../../core/protocol.ts";
import type { AttemptOutcome } from "../../core/trial.ts";
import type { TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import { addFacts } from "./inbox.ts";
import { refuse } from "./open-attempt.ts";
import { withRetry } from "./retry.ts";

export interface EndedRow {
  trial_id: string;
  attempt: number;
  study_id: string;
  number: number;
  seconds: number;
  gpu_seconds: number;
}

export async function finishAttempt(
  context: StoreContext,
  trialId: string,
  attempt: number,
  result: ResultRequest,
  actor: string,
): Promise<boolean> {
  return withRetry(
    () =>
      context.sql.begin(async (sql) => {
        const [ended] = await sql<EndedRow[]>`
          update attempts a set ended_at = now(), outcome = ${result.outcome}, failure_class = ${result.failureClass},
                 exit_code = ${result.exitCode}, signal = ${result.signal}, message = ${result.message},
                 log_truncated = ${result.logTruncatedBytes}
          from trials t join studies s on s.id = t.study_id
          where a.trial_id = ${trialId} and a.attempt = ${attempt} and a.ended_at is null
            and t.id = a.trial_id and s.deleted_at is null
          returning a.trial_id, a.attempt, a.study_id, t.number,
                    extract(epoch from now() - a.started_at)::float8 as seconds,
                    (extract(epoch from now() - a.started_at) * a.gpu_share)::float8 as gpu_seconds`;
        if (ended === undefined) return repeated(sql, trialId, attempt, result);
        await sql`delete from leases where trial_id = ${trialId} and attempt = ${attempt}`;
        await addFacts(sql, [endFact(ended, result, actor)]);
        return true;
      }),
    context.random,
  );
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

/** The fact that an attempt ended. */
export function endFact(ended: EndedRow, result: EndDetails, actor: string) {
  const end: AttemptEnd = {
    outcome: result.outcome,
    failureClass: result.failureClass,
    exitCode: result.exitCode,
    signal: result.signal,
    message: result.message,
    seconds: ended.seconds,
    gpuSeconds: ended.gpu_seconds,
  };
  return {
    studyId: ended.study_id,
    actor,
    fact: { type: "attempt.ended", trial: ended.number, attempt: ended.attempt, end } as const,
    text: `Attempt ${ended.attempt} ended: ${result.outcome}${result.failureClass === null ? "" : ` (${result.failureClass})`}.`,
    inputs: { seenMetrics: result.seenMetrics },
  };
}

interface EndDetails {
  outcome: AttemptOutcome;
  failureClass: FailureClass | null;
  exitCode: number | null;
  signal: string | null;
  message: string | null;
  seenMetrics: readonly string[];
}
