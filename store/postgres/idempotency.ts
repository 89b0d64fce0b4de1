import { FettleError } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { KeyReservation } from "../../core/store.ts";
import type { Sql } from "./connect.ts";

/** A reservation without an answer counts as abandoned after this long: its request died, or failed halfway. */
const ABANDONED_SECONDS = 60;

interface KeyRow {
  request_hash: string;
  status: number | null;
  response: Json;
  abandoned: boolean;
}

/** An abandoned reservation is never given anew: what its request did before it died cannot be told from here. */
export async function reserveKey(
  sql: Sql,
  principal: string,
  key: string,
  requestHash: string,
): Promise<KeyReservation> {
  const reserved = await sql`
    insert into idempotency (principal, key, request_hash) values (${principal}, ${key}, ${requestHash})
    on conflict (principal, key) do nothing`;
  if (reserved.count === 1) return { type: "new" };
  const [known] = await sql<KeyRow[]>`
    select request_hash, status, response, created_at < now() - ${ABANDONED_SECONDS} * interval '1 second' as abandoned
    from idempotency where principal = ${principal} and key = ${key}`;
  if (known === undefined) return reserveKey(sql, principal, key, requestHash);
  if (known.request_hash !== requestHash) {
    throw new FettleError("idempotency-mismatch", "This Idempotency-Key was used with another request.", {
      hint: "Use a new key for a new request.",
    });
  }
  if (known.status !== null) return { type: "replay", status: known.status, response: known.response };
  return { type: known.abandoned ? "abandoned" : "busy" };
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
