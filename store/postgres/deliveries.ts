import type { Delivery, DeliveryOutcome } from "../../core/webhook.ts";
import type { Sql, TransactionSql } from "./connect.ts";
import { type EventRow, toEventResource } from "./event-rows.ts";

/** Of one webhook at a time, so that a receiver that hangs does not take every place. */
const PER_WEBHOOK = 4;

interface DeliveryRow extends EventRow {
  outbox_id: number;
  webhook_id: string;
  url: string;
  secret: Buffer;
  tries: number;
}

/**
 * Takes due rows for `leaseMs`. The recursion hops from one (webhook, study) to the next along the index of pending rows
 * and reads only the first of each, so a long backlog costs no more than a short one.
 */
export async function takeDeliveries(sql: Sql, limit: number, leaseMs: number): Promise<Delivery[]> {
  const rows = await sql<DeliveryRow[]>`
    with recursive heads as (
      (select id, webhook_id, study_id, next_at from outbox
       where done_at is null order by webhook_id, study_id, seq limit 1)
      union all
      select next.* from heads h cross join lateral (
        select id, webhook_id, study_id, next_at from outbox o
        where done_at is null and (o.webhook_id, o.study_id) > (h.webhook_id, h.study_id)
        order by webhook_id, study_id, seq limit 1) next
    ), ranked as (
      select h.id, h.next_at, row_number() over (partition by h.webhook_id order by h.next_at, h.id) as place
      from heads h join webhooks w on w.id = h.webhook_id
      where h.next_at <= now() and w.disabled_at is null
    ), due as (
      select id from ranked where place <= ${PER_WEBHOOK} order by next_at, id limit ${limit}
    ), locked as (
      -- Whoever else took or settled a row since has moved next_at or done_at, and both are looked at again here.
      select o.id from outbox o where o.id in (select id from due) and o.done_at is null and o.next_at <= now()
      for update skip locked
    ), taken as (
      update outbox o set tries = tries + 1, next_at = now() + ${leaseMs} * interval '1 millisecond'
      from locked l where o.id = l.id
      returning o.id, o.webhook_id, o.study_id, o.seq, o.tries
    )
    select t.id as outbox_id, t.webhook_id, t.tries, w.url, w.secret, s.project, s.name as study,
           e.id, e.xid::text, e.seq, e.time, e.type, e.trial, e.actor, e.body, e.why
    from taken t join webhooks w on w.id = t.webhook_id join studies s on s.id = t.study_id
      join study_events e on (e.study_id, e.seq) = (t.study_id, t.seq)`;
  return rows.map((row) => ({
    id: row.outbox_id,
    webhookId: row.webhook_id,
    target: { url: row.url, secret: row.secret },
    event: toEventResource(row),
    tries: row.tries,
  }));
}

/** `tries` fences: a sender whose time ran out changes nothing once another one has the row. */
export async function settleDelivery(
  sql: Sql,
  id: number,
  tries: number,
  outcome: DeliveryOutcome,
): Promise<boolean> {
  if (outcome.type === "disable") return sql.begin((tx) => disable(tx, id, tries, outcome.error));
  const error = outcome.type === "delivered" ? null : outcome.error;
  const afterMs = outcome.type === "retry" ? outcome.afterMs : null;
  const { count } = await sql`
    update outbox
    set done_at = case when ${afterMs}::float8 is null then now() end, dead = ${outcome.type === "dead"},
        next_at = now() + coalesce(${afterMs}, 0) * interval '1 millisecond', last_error = ${error}
    where id = ${id} and tries = ${tries} and done_at is null`;
  return count > 0;
}

/** The webhook's row first: deleting a webhook locks it before its outbox rows too. */
async function disable(sql: TransactionSql, id: number, tries: number, error: string): Promise<boolean> {
  const [webhook] = await sql<{ id: string }[]>`
    update webhooks set disabled_at = now(), disabled_reason = ${error}
    where disabled_at is null
      and id = (select webhook_id from outbox where id = ${id} and tries = ${tries} and done_at is null)
    returning id`;
  if (webhook === undefined) return false;
  await sql`
    update outbox set done_at = now(), dead = true, last_error = ${error}
    where webhook_id = ${webhook.id} and done_at is null`;
  return true;
}
