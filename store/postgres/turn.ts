import type { Evidence } from "../../core/algorithm.ts";
import type { Fact } from "../../core/event.ts";
import type { InboxEntry, Turn, TurnStudy } from "../../core/store.ts";
import type { StudySpec } from "../../core/study.ts";
import type { StudyEnd, StudyState } from "../../core/trial.ts";
import { commitTurn } from "./commit-turn.ts";
import type { TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import { eventPage } from "./events.ts";

const INBOX_PAGE = 1_000;
const EVENT_PAGE = 5_000;

/** Longest time suggestions may keep a turn's transaction idle: several times what a turn asks for, and its last suggestion. */
const IDLE_IN_TURN_MS = 120_000;

/**
 * Runs `work` under the study's advisory lock, in one transaction. The study's row is not locked until the commit, so
 * that claims and reports go on while a search thinks. "busy": another scheduler has the turn.
 */
export async function withTurn<Value>(
  { sql }: StoreContext,
  studyId: string,
  work: (turn: Turn) => Promise<Value>,
): Promise<Value | "busy" | "gone"> {
  return sql.begin(async (tx) => {
    const [lock] = await tx<{ taken: boolean }[]>`
      select pg_try_advisory_xact_lock(hashtextextended(${studyId}, 0)) as taken,
             set_config('idle_in_transaction_session_timeout', ${String(IDLE_IN_TURN_MS)}, true)`;
    if (lock?.taken !== true) return "busy";
    const study = await readTurnStudy(tx, studyId);
    if (study === null) return "gone";
    return work({
      study: study.study,
      now: study.now,
      inbox: await readInbox(tx, studyId),
      events: (afterSeq) => allEvents(tx, studyId, afterSeq),
      commit: (events, inboxIds) => commitTurn(tx, study.study, events, inboxIds),
    });
  });
}

interface TurnStudyRow {
  id: string;
  project: string;
  spec: StudySpec;
  state: StudyState;
  end_code: StudyEnd | null;
  created: number;
  last_seq: number;
  version: number;
  created_at: Date;
  now: Date;
}

async function readTurnStudy(
  sql: TransactionSql,
  studyId: string,
): Promise<{ study: TurnStudy; now: string } | null> {
  const [row] = await sql<TurnStudyRow[]>`
    select id, project, spec, state, end_code, created, last_seq, version, created_at, clock_timestamp() as now
    from studies where id = ${studyId} and deleted_at is null`;
  if (row === undefined) return null;
  const study: TurnStudy = {
    id: row.id,
    project: row.project,
    spec: row.spec,
    state: row.state,
    end: row.end_code,
    created: row.created,
    lastSeq: row.last_seq,
    version: row.version,
    createdAt: row.created_at.toISOString(),
  };
  return { study, now: row.now.toISOString() };
}

/**
 * The oldest facts, and of those behind them what says that there is another trial, or that one was claimed: a turn that
 * did not know of a claim could decide nothing about that trial, nor would the next one, with the same facts before it.
 */
async function readInbox(sql: TransactionSql, studyId: string): Promise<InboxEntry[]> {
  const rows = await sql<{ id: number; actor: string; created_at: Date; fact: Fact; why: Evidence }[]>`
    select id, actor, created_at, fact, why from inbox
    where study_id = ${studyId} and (
      id in (select id from inbox where study_id = ${studyId} order by id limit ${INBOX_PAGE})
      or fact ->> 'type' in ('trial.enqueued', 'trial.started')
    )
    order by id`;
  return rows.map(({ id, actor, created_at, fact, why }) => ({
    id,
    actor,
    time: created_at.toISOString(),
    fact,
    why,
  }));
}

async function allEvents(sql: TransactionSql, studyId: string, afterSeq: number) {
  const events = [];
  for (;;) {
    const page = await eventPage(sql, studyId, afterSeq + events.length, EVENT_PAGE);
    events.push(...page);
    if (page.length < EVENT_PAGE) return events;
  }
}
