import { FettleError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Sql } from "./connect.ts";

/** A reservation without an answer is taken over after this long: its request died. */
const ABANDONED_SECONDS = 60;

interface KeyRow {
  request_hash: string;
  status: number | null;
  response: Json;
}

export async function reserveKey(
  sql: Sql,
  principal: string,
  key: string,
  requestHash: string,
): Promise<{ type: "new" } | { type: "busy" } | { type: "replay"; status: number; response: Json }> {
  const reserved = await sql`
    insert into idempotency (principal, key, request_hash) values (${principal}, ${key}, ${requestHash})
    on conflict (principal, key) do update set created_at = now()
      where idempotency.status is null and idempotency.request_hash = excluded.request_hash
        and idempotency.created_at < now() - ${ABANDONED_SECONDS} * interval '1 second'`;
  if (reserved.count === 1) return { type: "new" };
  const [known] = await sql<KeyRow[]>`
    select request_hash, status, response from idempotency where principal = ${principal} and key = ${key}`;
  if (known === undefined) return reserveKey(sql, principal, key, requestHash);
  if (known.request_hash !== requestHash) {
    throw new FettleError("idempotency-mismatch", "This Idempotency-Key was used with another request.", {
      hint: "Use a new key for a new request.",
    });
  }
  return known.status === null
    ? { type: "busy" }
    : { type: "replay", status: known.status, response: known.response };
}

export async function saveResponse(
  sql: Sql,
  principal: string,
  key: string,
  status: number,
  response: Json,
): Promise<void> {
  await sql`
    update idempotency set status = ${status}, response = ${JSON.stringify(response)}::text::jsonb
    where principal = ${principal} and key = ${key}`;
}

export async function releaseKey(sql: Sql, principal: string, key: string): Promise<void> {
  await sql`delete from idempotency where principal = ${principal} and key = ${key} and status is null`;
}
