import { FettleError } from "../../core/errors.ts";
import type { DeliveryResource, NewWebhook, WebhookResource, WebhookTarget } from "../../core/webhook.ts";
import type { Sql } from "./connect.ts";

interface WebhookRow {
  id: string;
  project: string | null;
  url: string;
  types: string[];
  created_at: Date;
  disabled_at: Date | null;
  disabled_reason: string | null;
}

function toWebhook(row: WebhookRow): WebhookResource {
  return {
    id: row.id,
    project: row.project,
    url: row.url,
    types: row.types,
    createdAt: row.created_at.toISOString(),
    disabledAt: row.disabled_at?.toISOString() ?? null,
    disabledReason: row.disabled_reason,
  };
}

export async function createWebhook(
  sql: Sql,
  webhook: NewWebhook & { id: string; secret: Uint8Array },
): Promise<WebhookResource> {
  const { id, project, url, types, secret } = webhook;
  const [row] = await sql<WebhookRow[]>`
    insert into webhooks (id, project, url, types, secret)
    values (${id}, ${project}, ${url}, ${types}::text[], ${Buffer.from(secret)})
    returning id, project, url, types, created_at, disabled_at, disabled_reason`;
  return toWebhook(row as WebhookRow);
}

export async function listWebhooks(sql: Sql): Promise<WebhookResource[]> {
  const rows = await sql<WebhookRow[]>`
    select id, project, url, types, created_at, disabled_at, disabled_reason from webhooks order by created_at, id`;
  return rows.map(toWebhook);
}

export async function deleteWebhook(sql: Sql, id: string): Promise<void> {
  const { count } = await sql`delete from webhooks where id = ${id}`;
  if (count === 0) throw noWebhook(id);
}

export async function webhookTarget(sql: Sql, id: string): Promise<WebhookTarget> {
  const [row] = await sql<{ url: string; secret: Buffer }[]>`
    select url, secret from webhooks where id = ${id}`;
  if (row === undefined) throw noWebhook(id);
  return row;
}

interface OutboxRow {
  event: string;
  type: string;
  study: string;
  seq: number;
  state: DeliveryResource["state"];
  tries: number;
  created_at: Date;
  done_at: Date | null;
  next_at: Date;
  last_error: string | null;
}

export async function listDeliveries(
  sql: Sql,
  webhookId: string,
  limit: number,
): Promise<DeliveryResource[]> {
  const rows = await sql<OutboxRow[]>`
    select e.xid || '-' || e.id as event, e.type, s.name as study, o.seq, o.tries, o.created_at, o.done_at, o.next_at,
           o.last_error, case when o.dead then 'dead' when o.done_at is null then 'pending' else 'delivered' end as state
    from outbox o join study_events e on (e.study_id, e.seq) = (o.study_id, o.seq) join studies s on s.id = o.study_id
    where o.webhook_id = ${webhookId} order by o.id desc limit ${limit}`;
  if (rows.length === 0) await webhookTarget(sql, webhookId);
  return rows.map((row) => ({
    event: row.event,
    type: row.type,
    study: row.study,
    seq: row.seq,
    state: row.state,
    tries: row.tries,
    createdAt: row.created_at.toISOString(),
    doneAt: row.done_at?.toISOString() ?? null,
    nextAt: row.done_at === null ? row.next_at.toISOString() : null,
    lastError: row.last_error,
  }));
}

function noWebhook(id: string): FettleError {
  return new FettleError("not-found", `There is no webhook "${id}".`);
}
