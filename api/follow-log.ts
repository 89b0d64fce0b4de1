import { setTimeout as sleep } from "node:timers/promises";
import type { LogSlice } from "../core/store.ts";
import type { Waiting } from "./waiting.ts";

export interface LogQuery {
  attempt?: number;
  offset: number;
  maxBytes: number;
}

const LOOK_AGAIN_MS = 500;
const CHUNK = 256 * 1024;

/** An attempt's log from `first` on, until the attempt is over or `ended` aborts. Read as fast as the client does. */
export async function* followLog(
  read: (query: LogQuery) => Promise<LogSlice>,
  first: LogSlice,
  { waiting, ended }: { waiting: Waiting; ended: AbortSignal },
): AsyncGenerator<Uint8Array> {
  const leave = waiting.enter();
  try {
    for (let slice = first; ; ) {
      if (slice.bytes.byteLength > 0) yield slice.bytes;
      else if (slice.end || ended.aborted) return;
      else await sleep(LOOK_AGAIN_MS, undefined, { signal: ended }).catch(() => undefined);
      if (ended.aborted) return;
      // A queued trial has no attempt yet: its first one is what is waited for.
      const attempt = slice.attempt > 0 ? { attempt: slice.attempt } : {};
      slice = await read({ ...attempt, offset: slice.nextOffset, maxBytes: CHUNK });
    }
  } finally {
    leave();
  }
}
