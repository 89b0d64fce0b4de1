import { messageOf } from "../core/errors.ts";
import type { Intervals } from "../core/protocol.ts";
import { pause } from "./backoff.ts";
import { type Bell, createBell } from "./bell.ts";
import { RequestError } from "./client.ts";

/** The log of one attempt as it lies on this host. Offsets count the bytes of the log that is uploaded. */
export interface LogSource {
  /** Bytes so far. */
  size(): number;
  /** Bytes from `offset`, at most `maxBytes`; empty at the end. @throws the file system's error */
  read(offset: number, maxBytes: number): Promise<Uint8Array>;
}

/** Sends one attempt's log by offset, in chunks, following the server's word on where to go on. */
export interface LogUploader {
  /** There are new bytes. */
  wake(): void;
  /** Sends the rest, for at most `limitMs`. Returns the bytes that the server does not have. */
  finish(limitMs: number): Promise<number>;
}

export interface LogUploaderContext {
  source: LogSource;
  /** Retries by itself; returns the server's next offset. Throws RequestError when refused or the attempt is lost. */
  send: (offset: number, bytes: Uint8Array) => Promise<number>;
  intervals: () => Intervals;
  /** A sentence for the agent's log. */
  onProblem: (message: string) => void;
}

const CHUNK_BYTES = 256 * 1024;
const UNTIL_RUNG_MS = 2 ** 31 - 1;

interface State {
  /** The server has everything before it. */
  offset: number;
  finishing: AbortController;
}

export function createLogUploader(context: LogUploaderContext): LogUploader {
  const bell = createBell();
  const state: State = { offset: 0, finishing: new AbortController() };
  const running = uploadUntilFinished(context, state, bell).catch((error: unknown) => {
    const lost = error instanceof RequestError && error.remedy === "stale-attempt";
    if (!lost) context.onProblem(`the log is no longer uploaded: ${messageOf(error)}`);
  });
  return {
    wake: () => bell.ring(),
    async finish(limitMs) {
      state.finishing.abort();
      bell.ring();
      const limit = new AbortController();
      await Promise.race([running, pause(limitMs, limit.signal)]);
      limit.abort();
      return Math.max(0, context.source.size() - state.offset);
    },
  };
}

async function uploadUntilFinished(context: LogUploaderContext, state: State, bell: Bell): Promise<void> {
  const { source, intervals } = context;
  const finishing = state.finishing.signal;
  for (;;) {
    if (source.size() <= state.offset) {
      if (finishing.aborted) return;
      await bell.wait(UNTIL_RUNG_MS);
      continue;
    }
    // A chunk grows for a moment, so that a trial that prints often does not make a request of each line.
    if (source.size() - state.offset < CHUNK_BYTES) await pause(intervals().flushMs, finishing);
    const bytes = await source.read(state.offset, CHUNK_BYTES);
    if (bytes.length === 0) throw new Error(`the log on this host ends at byte ${state.offset}`);
    state.offset = await sendFrom(context, state.offset, bytes);
  }
}

/** Returns where to go on. @throws when the server accepts nothing */
async function sendFrom(context: LogUploaderContext, offset: number, bytes: Uint8Array): Promise<number> {
  try {
    const nextOffset = await context.send(offset, bytes);
    if (nextOffset <= offset) throw new Error(`the server stores nothing past byte ${nextOffset}`);
    return nextOffset;
  } catch (error) {
    if (!(error instanceof RequestError) || error.code !== "conflict") throw error;
    // The server has less than it said once (restored from a backup). An empty chunk tells how much.
    return context.send(0, new Uint8Array());
  }
}
