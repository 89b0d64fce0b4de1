import type { Intervals } from "../core/protocol.ts";
import type { AttemptRef } from "./client.ts";

/**
 * The trust windows of the attempts that an agent holds, by its own monotonic clock. An attempt may run until
 *
 *   trustedUntil = sentAt + leaseMs - marginMs
 *
 * where `sentAt` is when the request that renewed the lease was *sent*: the server cannot have renewed it earlier, so
 * a slow reply never stretches the window (River's leader election has the same rule). A window that has passed
 * never opens again, whatever reply comes later: the server may have given the trial away.
 */
export interface Leases {
  /**
   * Starts the window of a claimed attempt. `sentAt`: when the claim was first sent. A claim that was resent for so
   * long that this window has passed already is unconfirmed: held, but not trusted until a heartbeat renews it.
   */
  add(attempt: AttemptRef, sentAt: number, intervals: Intervals): void;
  /** A reply to a heartbeat sent at `sentAt` renewed these. Those whose window has passed stay out. */
  renew(attempts: readonly AttemptRef[], sentAt: number, intervals: Intervals): void;
  remove(attempt: AttemptRef): void;
  trusted(attempt: AttemptRef): boolean;
  /** What a heartbeat may claim to hold: the trusted and the unconfirmed ones. */
  held(): AttemptRef[];
  /** Those whose window has passed since the last call, each returned once. */
  takeExpired(): AttemptRef[];
  /** When the next window passes; null when none is open. */
  nextExpiry(): number | null;
}

interface Window {
  attempt: AttemptRef;
  sentAt: number;
  trustedUntil: number;
  state: "unconfirmed" | "open" | "passed";
}

/** `clock`: monotonic milliseconds; it must go on while the process is frozen. */
export function createLeases(clock: () => number): Leases {
  const windows = new Map<string, Window>();
  const isOpen = (window: Window) => window.state === "open" && clock() < window.trustedUntil;
  return {
    add({ trialId, attempt }, sentAt, intervals) {
      const trustedUntil = trustEnd(sentAt, intervals);
      const state = clock() < trustedUntil ? "open" : "unconfirmed";
      windows.set(keyOf({ trialId, attempt }), {
        attempt: { trialId, attempt },
        sentAt,
        trustedUntil,
        state,
      });
    },
    renew(attempts, sentAt, intervals) {
      for (const attempt of attempts) {
        const window = windows.get(keyOf(attempt));
        if (window === undefined || sentAt < window.sentAt) continue;
        if (window.state !== "unconfirmed" && !isOpen(window)) continue;
        window.sentAt = sentAt;
        window.trustedUntil = trustEnd(sentAt, intervals);
        window.state = "open";
      }
    },
    remove: (attempt) => void windows.delete(keyOf(attempt)),
    trusted(attempt) {
      const window = windows.get(keyOf(attempt));
      return window !== undefined && isOpen(window);
    },
    held: () =>
      [...windows.values()]
        .filter((window) => window.state === "unconfirmed" || isOpen(window))
        .map((window) => window.attempt),
    takeExpired() {
      const expired = [...windows.values()].filter((window) => window.state === "open" && !isOpen(window));
      for (const window of expired) window.state = "passed";
      return expired.map((window) => window.attempt);
    },
    nextExpiry() {
      const ends = [...windows.values()]
        .filter(({ state }) => state === "open")
        .map((window) => window.trustedUntil);
      return ends.length === 0 ? null : Math.min(...ends);
    },
  };
}

export function keyOf({ trialId, attempt }: AttemptRef): string {
  return `${trialId}/${attempt}`;
}

function trustEnd(sentAt: number, { leaseMs, marginMs }: Intervals): number {
  return sentAt + leaseMs - marginMs;
}
