import { pause } from "./backoff.ts";

/** Wakes one waiting loop. A ring while nobody waits is kept for the next wait. */
export interface Bell {
  ring(): void;
  /** Resolves at the next ring, or after `ms`. */
  wait(ms: number): Promise<void>;
}

export function createBell(): Bell {
  let rung = new AbortController();
  return {
    ring() {
      if (!rung.signal.aborted) rung.abort();
    },
    async wait(ms) {
      await pause(ms, rung.signal);
      if (rung.signal.aborted) rung = new AbortController();
    },
  };
}
