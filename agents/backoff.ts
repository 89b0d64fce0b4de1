import type { Intervals } from "../core/protocol.ts";
import type { Rng } from "../core/rng.ts";

/** Bounds of a retry's delay. At the default intervals: 0.5 s doubling to 20 s. */
export interface Backoff {
  baseMs: number;
  capMs: number;
}

/** So often in a row the server may fail at one request ("internal"): then the request itself is the cause. */
export const DEFECT_TRIES = 10;

/** Retries keep the pace that the server asks of its agents, so that one setting slows (or speeds up) everything. */
export function requestBackoff(intervals: Pick<Intervals, "heartbeatMs">): Backoff {
  return { baseMs: intervals.heartbeatMs / 20, capMs: intervals.heartbeatMs * 2 };
}

/** A heartbeat is never put off for longer than to the next one: the lease runs meanwhile. */
export function heartbeatBackoff(intervals: Pick<Intervals, "heartbeatMs">): Backoff {
  return { baseMs: intervals.heartbeatMs / 20, capMs: intervals.heartbeatMs };
}

/**
 * Full jitter (Brooker, "Exponential Backoff And Jitter", 2015): uniform in [0, min(cap, base 2^(failures-1))), in ms.
 * `failures` counts from 1. A server's Retry-After is a floor, the jitter comes on top, so that a crowd spreads out.
 */
export function backoffMs(backoff: Backoff, failures: number, retryAfterMs: number | null, rng: Rng): number {
  const ceiling = Math.min(backoff.capMs, backoff.baseMs * 2 ** Math.min(failures - 1, 30));
  return (retryAfterMs ?? 0) + rng() * ceiling;
}

/** `everyMs` ± 20 %: agents that started together drift apart. */
export function jittered(everyMs: number, rng: Rng): number {
  return everyMs * (0.8 + 0.4 * rng());
}

/** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", finish);
      resolve();
    };
    const timer = setTimeout(finish, ms);
    signal?.addEventListener("abort", finish, { once: true });
  });
}
