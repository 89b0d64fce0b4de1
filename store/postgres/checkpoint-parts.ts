import { FettleError } from "../../core/errors.ts";
import type { CheckpointPart } from "../../core/store.ts";
import { servedAgent } from "./claim.ts";
import type { Sql, TransactionSql } from "./connect.ts";
import type { StoreContext } from "./context.ts";

interface ArchiveState {
  sent_bytes: number;
  archive_bytes: number | null;
  max_mb: number;
}

const MEBIBYTE = 1024 * 1024;

/**
 * Appends to the archive of a checkpoint: what is stored already is skipped, a gap is refused. Only the agent that wrote
 * the checkpoint may, and only while the trial has not gone on since.
 */
export async function putCheckpointPart(
  { sql }: StoreContext,
  { agentId, session, trialId, attempt, offset, bytes, last }: CheckpointPart,
): Promise<{ nextOffset: number }> {
  return sql.begin(async (tx) => {
    const [state] = await tx<ArchiveState[]>`
      select c.sent_bytes, c.archive_bytes, (s.spec #>> '{fidelity,checkpoint,maxMb}')::float8 as max_mb
      from checkpoints c join trials t on t.id = c.trial_id join studies s on s.id = t.study_id join agents h on h.id = c.agent_id
      where c.trial_id = ${trialId} and c.attempt = ${attempt} and not c.discard and h.id = ${agentId} and h.session = ${session}
        and t.attempt = c.attempt and s.deleted_at is null and s.spec #>> '{fidelity,checkpoint,store}' = 'server'
      for no key update of c`;
    if (state === undefined) return refuseOwner(tx, agentId, session, trialId, attempt);
    if (state.archive_bytes !== null) return { nextOffset: state.archive_bytes };
    if (offset > state.sent_bytes) refuseGap(state.sent_bytes, offset);
    const fresh = bytes.subarray(state.sent_bytes - offset);
    const nextOffset = state.sent_bytes + fresh.length;
    if (nextOffset > state.max_mb * MEBIBYTE) refuseSize(state.max_mb);
    if (fresh.length > 0) {
      await tx`insert into checkpoint_parts (trial_id, start, bytes) values (${trialId}, ${state.sent_bytes}, ${Buffer.from(fresh)})`;
    }
    await tx`
      update checkpoints set sent_bytes = ${nextOffset}, archive_bytes = case when ${last} then ${nextOffset}::bigint end
      where trial_id = ${trialId}`;
    return { nextOffset };
  });
}

/** @throws FettleError "agent-unknown", "stale-session", "stale-attempt": which of them it is. */
async function refuseOwner(
  sql: TransactionSql,
  agentId: string,
  session: string,
  trialId: string,
  attempt: number,
): Promise<never> {
  await servedAgent(sql, agentId, session);
  throw new FettleError(
    "stale-attempt",
    `Attempt ${attempt} of trial ${trialId} left no checkpoint that is wanted here; nothing was stored.`,
    { hint: "The trial has gone on, or its study keeps checkpoints elsewhere." },
  );
}

function refuseGap(stored: number, offset: number): never {
  const message = `The archive has ${stored} bytes; a part at ${offset} would leave a gap.`;
  throw new FettleError("conflict", message, { hint: `Send on from offset ${stored}.` });
}

function refuseSize(maxMb: number): never {
  throw new FettleError(
    "limit-exceeded",
    `The checkpoint is larger than ${maxMb} MiB; it stays on its agent.`,
    {
      hint: "Raise `fidelity.checkpoint.maxMb`, or keep checkpoints on a path that all agents share.",
    },
  );
}

/** A stretch of a complete archive from `offset`; empty at its end. */
export async function readCheckpointPart(
  sql: Sql,
  trialId: string,
  attempt: number,
  offset: number,
): Promise<Uint8Array> {
  const [part] = await sql<{ start: number | null; bytes: Buffer | null }[]>`
    select p.start, p.bytes from checkpoints c
    left join lateral (
      select start, bytes from checkpoint_parts where trial_id = c.trial_id and start <= ${offset} order by start desc limit 1
    ) p on true
    where c.trial_id = ${trialId} and c.attempt = ${attempt} and c.archive_bytes is not null and not c.discard`;
  if (part === undefined) {
    throw new FettleError(
      "not-found",
      `The server has no checkpoint of attempt ${attempt} of trial ${trialId}.`,
    );
  }
  return part.bytes === null ? new Uint8Array() : part.bytes.subarray(offset - (part.start ?? 0));
}
