import { FettleError } from "../../core/errors.ts";
import type { LogSlice } from "../../core/store.ts";
import type { Sql } from "./connect.ts";
import type { StoreContext } from "./context.ts";
import { refuse } from "./refuse.ts";

/** Bytes that arrive after the attempt's end are its last output, as long as they come soon. */
const LATE_LOG_MS = 300_000;

interface LogState {
  log_bytes: number;
  late: boolean;
}

/** Appends at `offset`: what is stored already is skipped, a gap is refused, what passes the cap is dropped. */
export async function appendLog(
  { sql }: StoreContext,
  trialId: string,
  attempt: number,
  offset: number,
  bytes: Uint8Array,
  capBytes: number,
): Promise<{ nextOffset: number }> {
  return sql.begin(async (tx) => {
    const [state] = await tx<LogState[]>`
      select a.log_bytes, a.ended_at is not null and a.ended_at < now() - ${LATE_LOG_MS} * interval '1 millisecond' as late
      from attempts a join trials t on t.id = a.trial_id join studies s on s.id = a.study_id
      where a.trial_id = ${trialId} and a.attempt = ${attempt} and t.attempt = a.attempt and a.outcome is distinct from 'lost'
        and s.deleted_at is null
      for no key update of a`;
    if (state === undefined || state.late) return refuse(tx, trialId, attempt);
    // Past the cap the server answers with offsets up to which it has dropped everything: they leave no gap.
    if (offset > state.log_bytes && state.log_bytes < capBytes) {
      throw new FettleError(
        "conflict",
        `The log has ${state.log_bytes} bytes; a chunk at ${offset} would leave a gap.`,
        {
          hint: `Send on from offset ${state.log_bytes}.`,
        },
      );
    }
    const fresh = bytes
      .subarray(state.log_bytes - offset)
      .subarray(0, Math.max(0, capBytes - state.log_bytes));
    if (fresh.length === 0) return { nextOffset: Math.max(state.log_bytes, offset + bytes.length) };
    await tx`insert into log_chunks (trial_id, attempt, start, bytes) values (${trialId}, ${attempt}, ${state.log_bytes}, ${Buffer.from(fresh)})`;
    const nextOffset = state.log_bytes + fresh.length;
    await tx`update attempts set log_bytes = ${nextOffset} where trial_id = ${trialId} and attempt = ${attempt}`;
    return { nextOffset };
  });
}

export async function readLog(
  sql: Sql,
  trialId: string,
  attempt: number,
  offset: number,
  maxBytes: number,
): Promise<LogSlice> {
  const [state] = await sql<{ ended: boolean; log_bytes: number; log_truncated: number }[]>`
    select ended_at is not null as ended, log_bytes, log_truncated from attempts where trial_id = ${trialId} and attempt = ${attempt}`;
  const chunks = await sql<{ start: number; bytes: Buffer }[]>`
    select start, bytes from log_chunks
    where trial_id = ${trialId} and attempt = ${attempt} and start + length(bytes) > ${offset} and start < ${offset + maxBytes} order by start`;
  const parts = chunks.map((chunk) => chunk.bytes.subarray(Math.max(0, offset - chunk.start)));
  const bytes = Buffer.concat(parts).subarray(0, maxBytes);
  const nextOffset = offset + bytes.length;
  return {
    bytes,
    offset,
    nextOffset,
    attempt,
    truncatedBytes: state?.log_truncated ?? 0,
    end: state?.ended === true && nextOffset >= state.log_bytes,
  };
}
