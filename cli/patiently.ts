import { FettleError } from "../core/errors.ts";

const PATIENCE_MS = 30_000;
const PAUSE_MS = 500;

/** Tries a read again while the server is away, as during its restart, for at most half a minute. */
export async function patiently<Value>(read: () => Promise<Value>, signal: AbortSignal): Promise<Value> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await read();
    } catch (error) {
      const away = error instanceof FettleError && error.status === 503;
      if (!away || signal.aborted || performance.now() > deadline) throw error;
      await pause(PAUSE_MS, signal);
    }
  }
}

/** Resolves after `ms`, or as soon as the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    if (signal.aborted) end();
    else signal.addEventListener("abort", end);
  });
}
