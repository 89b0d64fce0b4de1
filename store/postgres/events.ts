import { FettleError } from "../../core/errors.ts";
import type { StudyEvent } from "../../core/event.ts";
import type { EventResource } from "../../core/resources.ts";
import type { EventQuery } from "../../core/store.ts";
import type { Sql, TransactionSql } from "./connect.ts";
import { type EventRow, toEventResource, toStudyEvent } from "./event-rows.ts";
import { RESTORED_XID } from "./restored-events.ts";

export async function studyEvents(
  sql: Sql,
  id: string,
  { afterSeq, limit, latest = false, trial, types }: EventQuery,
): Promise<EventResource[]> {
  const ofTrial = trial === undefined ? sql`` : sql`and e.trial = ${trial}`;
  const ofTypes = types === undefined ? sql`` : sql`and e.type = any(${types as string[]}::text[])`;
  const rows = await sql<EventRow[]>`
    select e.id, e.xid::text, e.seq, e.time, e.type, e.trial, e.actor, e.body, e.why, s.project, s.name as study
    from study_events e join studies s on s.id = e.study_id
    where e.study_id = ${id} and e.seq > ${afterSeq} ${ofTrial} ${ofTypes}
    order by e.seq ${latest ? sql`desc` : sql``} limit ${limit}`;
  return (latest ? rows.reverse() : rows).map(toEventResource);
}

export async function eventPage(
  sql: TransactionSql,
  id: string,
  afterSeq: number,
  limit: number,
): Promise<StudyEvent[]> {
  const rows = await sql<EventRow[]>`
    select seq, time, actor, body, why from study_events where study_id = ${id} and seq > ${afterSeq} order by seq limit ${limit}`;
  return rows.map(toStudyEvent);
}

/**
 * The global stream in an order that is safe to follow: only events of transactions older than every transaction still
 * under way are read, by (transaction, position), so nothing can appear later in front of what was read. A position from
 * before a restore is found again by its event's id; where that event was lost, by what was restored.
 */
export async function eventsAfter(
  sql: Sql,
  after: string | null,
  limit: number,
): Promise<{ events: EventResource[]; position: string }> {
  if (after === null) return { events: [], position: await streamEnd(sql) };
  const { xid, id } = parsePosition(after);
  const rows = await sql<EventRow[]>`
    with start as (
      select case
        when exists (select 1 from study_events where xid = ${xid}::xid8 and id = ${id}) then ${xid}::xid8
        when exists (select 1 from study_events where xid = ${RESTORED_XID}::xid8 and id = ${id})
          or ${xid}::xid8 >= pg_snapshot_xmax(pg_current_snapshot()) then ${RESTORED_XID}::xid8
        else ${xid}::xid8 end as xid
    )
    select e.id, e.xid::text, e.seq, e.time, e.type, e.trial, e.actor, e.body, e.why, s.project, s.name as study
    from study_events e join studies s on s.id = e.study_id
    where (e.xid, e.id) > ((select xid from start), ${id}) and e.xid < pg_snapshot_xmin(pg_current_snapshot())
      and s.deleted_at is null
    order by e.xid, e.id limit ${limit}`;
  const events = rows.map(toEventResource);
  return { events, position: events.at(-1)?.id ?? after };
}

async function streamEnd(sql: Sql): Promise<string> {
  const [last] = await sql<{ xid: string; id: number }[]>`
    select e.xid::text, e.id from study_events e
    where e.xid < pg_snapshot_xmin(pg_current_snapshot()) order by e.xid desc, e.id desc limit 1`;
  return last === undefined ? "0-0" : `${last.xid}-${last.id}`;
}

function parsePosition(position: string): { xid: string; id: number } {
  const match = /^(\d{1,20})-(\d{1,15})$/.exec(position);
  if (match === null) throw new FettleError("invalid-input", `"${position}" is not the id of an event.`);
  return { xid: match[1] as string, id: Number(match[2]) };
}
