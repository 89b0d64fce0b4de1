import { FettleError } from "../../core/errors.ts";
import type { Scope, TokenResource } from "../../core/resources.ts";
import type { Sql } from "./connect.ts";

interface TokenRow {
  id: string;
  name: string;
  scope: Scope;
  created_at: Date;
  expires_at: Date | null;
  revoked_at: Date | null;
  last_used_at: Date | null;
}

function toToken(row: TokenRow): TokenResource {
  return {
    id: row.id,
    name: row.name,
    scope: row.scope,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}

export async function createToken(
  sql: Sql,
  token: { id: string; name: string; scope: Scope; hash: Uint8Array; expiresAt: string | null },
): Promise<TokenResource> {
  const [row] = await sql<TokenRow[]>`
    insert into tokens (id, name, scope, hash, expires_at)
    values (${token.id}, ${token.name}, ${token.scope}, ${Buffer.from(token.hash)}, ${token.expiresAt}) returning *`;
  return toToken(row as TokenRow);
}

export async function findToken(
  sql: Sql,
  id: string,
): Promise<{ id: string; name: string; scope: Scope; hash: Uint8Array } | null> {
  const [row] = await sql<{ id: string; name: string; scope: Scope; hash: Buffer }[]>`
    select id, name, scope, hash from tokens
    where id = ${id} and revoked_at is null and (expires_at is null or expires_at > now())`;
  if (row === undefined) return null;
  await sql`
    update tokens set last_used_at = now()
    where id = ${id} and (last_used_at is null or last_used_at < now() - interval '1 minute')`;
  return row;
}

export async function attemptTokenHash(
  sql: Sql,
  trialId: string,
  attempt: number,
): Promise<Uint8Array | null> {
  const [row] = await sql<{ token_hash: Buffer }[]>`
    select token_hash from attempts where trial_id = ${trialId} and attempt = ${attempt} and ended_at is null`;
  return row?.token_hash ?? null;
}

export async function listTokens(sql: Sql): Promise<TokenResource[]> {
  const rows = await sql<TokenRow[]>`select * from tokens order by created_at, id`;
  return rows.map(toToken);
}

export async function revokeToken(sql: Sql, id: string): Promise<TokenResource> {
  const [row] = await sql<
    TokenRow[]
  >`update tokens set revoked_at = coalesce(revoked_at, now()) where id = ${id} returning *`;
  if (row === undefined) throw new FettleError("not-found", `There is no token "${id}".`);
  return toToken(row);
}
