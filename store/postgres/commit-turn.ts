import type { StudyEventBody } from "../../core/event.ts";
import { stringifyWire } from "../../core/number.ts";
import { trialSeed } from "../../core/rng.ts";
import type { NewEvent, TurnStudy } from "../../core/store.ts";
import { applyTrialDecisions } from "./apply-decisions.ts";
import { ChangedError } from "./changed.ts";
import type { TransactionSql } from "./connect.ts";

/**
 * Writes a turn under the study's row lock: the events, what they decide, and the inbox entries' removal. "changed": the
 * study or one of the trials moved since the turn was begun; everything here is undone.
 */
export async function commitTurn(
  sql: TransactionSql,
  study: TurnStudy,
  events: readonly NewEvent[],
  inboxIds: readonly number[],
): Promise<"committed" | "announced" | "changed"> {
  // NO KEY: a report's foreign keys hold key-share locks on study and trial while it runs, and a turn that took the rows
  // whole would wait for a report that waits for the turn.
  const [locked] = await sql<{ version: number; created: number; last_seq: number }[]>`
    select version, created, last_seq from studies where id = ${study.id} and deleted_at is null for no key update`;
  if (
    locked === undefined ||
    locked.version !== study.version ||
    locked.created !== study.created ||
    locked.last_seq !== study.lastSeq
  ) {
    return "changed";
  }
  await sql`savepoint turn`;
  let announced: number;
  try {
    await sql`delete from inbox where study_id = ${study.id} and id = any(${inboxIds as number[]}::bigint[])`;
    await applyTrialDecisions(sql, study, events, (trial) => trialSeed(study.spec.seed, trial));
    announced = await appendEvents(sql, study, events);
    await updateStudy(sql, study, events);
  } catch (error) {
    if (!(error instanceof ChangedError)) throw error;
    await sql`rollback to savepoint turn`;
    return "changed";
  }
  return announced > 0 ? "announced" : "committed";
}

/** Writes the log, and the outbox rows of the webhooks that want to know of it: returns how many. */
async function appendEvents(
  sql: TransactionSql,
  study: TurnStudy,
  events: readonly NewEvent[],
): Promise<number> {
  const rows = events.map(({ actor, time, body, why }, index) => ({
    seq: study.lastSeq + index + 1,
    time,
    type: body.type,
    trial: "trial" in body ? body.trial : null,
    actor,
    body,
    why,
  }));
  // The key-share lock: a webhook that is being deleted is waited for, instead of failing the turn by its foreign key.
  const announced = await sql`
    with logged as (
      insert into study_events (study_id, seq, time, type, trial, actor, body, why)
      select ${study.id}, seq, time, type, trial, actor, body, why
      from jsonb_to_recordset(${stringifyWire(rows)}::text::jsonb)
        as r (seq bigint, time timestamptz, type text, trial int, actor text, body jsonb, why jsonb)
      order by seq
      returning study_id, seq, type
    )
    insert into outbox (webhook_id, study_id, seq)
    select w.id, l.study_id, l.seq
    from logged l join webhooks w
      on w.disabled_at is null and (w.project is null or w.project = ${study.project})
         and (w.types = '{}' or l.type = any(w.types))
    for key share of w`;
  return announced.count;
}

/** The study's own row: the log's length, its counters, and its state if one of the events ends it. */
async function updateStudy(
  sql: TransactionSql,
  study: TurnStudy,
  events: readonly NewEvent[],
): Promise<void> {
  const ending = events.findLast(({ body }) => body.type === "study.stopping" || body.type === "study.done");
  const end =
    ending === undefined ? null : { ...endOf(ending.body), rule: ending.why.rule, text: ending.why.text };
  const scheduled = events.filter(({ body }) => body.type === "trial.scheduled").length;
  const gpuSeconds = events.reduce(
    (sum, { body }) => sum + (body.type === "attempt.ended" ? body.end.gpuSeconds : 0),
    0,
  );
  await sql`
    update studies set last_seq = last_seq + ${events.length}, created = created + ${scheduled}, gpu_seconds = gpu_seconds + ${gpuSeconds},
           advanced_at = now(), version = version + ${end === null ? 0 : 1},
           state = coalesce(${end?.state ?? null}, state), end_code = coalesce(${end?.code ?? null}, end_code),
           ended_at = case when ${end?.state === "done"} then now() else ended_at end,
           reason_code = coalesce(${end?.rule ?? null}, reason_code), reason_text = coalesce(${end?.text ?? null}, reason_text)
    where id = ${study.id}`;
}

function endOf(body: StudyEventBody): { state: string; code: string } {
  if (body.type === "study.done") return { state: "done", code: body.end };
  if (body.type === "study.stopping") return { state: "stopping", code: body.end };
  throw new Error(`${body.type} ends nothing`);
}
