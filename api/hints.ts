import { messageOf } from "../core/errors.ts";
import type { AdvanceHint } from "../core/hints.ts";
import type { Log } from "../core/log.ts";
import type { Queue } from "../core/queue.ts";

/**
 * Tells the schedulers that a study may have something to decide, after the commit that made it so. Nobody waits for
 * it: a hint that fails is counted, and the sweep finds the study anyway.
 */
export interface Hints {
  advance(studyId: string): void;
  /** Publishes what is held back, and resolves when everything is settled. */
  close(): Promise<void>;
}

export interface HintsOptions {
  queue: Queue;
  log: Log;
  onPublished(): void;
  onFailed(): void;
}

/** Between two hints for one study. A hint costs PostgreSQL far more than Redis. */
const GAP_MS = { redis: 25, postgres: 100 } as const;

interface Pending {
  timer: NodeJS.Timeout;
  again: boolean;
}

/** The first hint for a study goes out at once; those that follow within the gap become one at its end. */
export function createHints({ queue, log, onPublished, onFailed }: HintsOptions): Hints {
  const pending = new Map<string, Pending>();
  const inFlight = new Set<Promise<void>>();
  const gapMs = GAP_MS[queue.backend];

  function publish(studyId: string): void {
    const hint: AdvanceHint = { studyId };
    const published = queue.publish("advance", { ...hint }).then(onPublished, (error: unknown) => {
      onFailed();
      log.debug(
        { studyId, error: messageOf(error) },
        "advance hint not published; the sweep finds the study",
      );
    });
    inFlight.add(published);
    void published.finally(() => inFlight.delete(published));
  }

  function open(studyId: string): void {
    publish(studyId);
    pending.set(studyId, { again: false, timer: setTimeout(() => settle(studyId), gapMs) });
  }

  function settle(studyId: string): void {
    const entry = pending.get(studyId);
    pending.delete(studyId);
    if (entry?.again) open(studyId);
  }

  return {
    advance(studyId) {
      const entry = pending.get(studyId);
      if (entry) entry.again = true;
      else open(studyId);
    },
    async close() {
      for (const [studyId, { timer, again }] of pending) {
        clearTimeout(timer);
        if (again) publish(studyId);
      }
      pending.clear();
      await Promise.all(inFlight);
    },
  };
}
