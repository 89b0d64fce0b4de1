import { messageOf } from "../core/errors.ts";
import type { QueueHealth } from "../core/queue.ts";

export interface Watch {
  /** Resolves after the first probe. */
  first: Promise<void>;
  health(): QueueHealth;
  onReady(listener: () => void): () => void;
  stop(): void;
}

/**
 * Probes the backend every `everyMs` and tells the listeners when it is back after an absence, or when the epoch of its
 * data is another one: it was flushed, or restarted without persistence.
 */
export function watchBackend(
  probe: () => Promise<string>,
  everyMs: number,
  onChange: (health: QueueHealth) => void,
): Watch {
  const listeners = new Set<() => void>();
  let health: QueueHealth = { up: false, reason: "not connected yet" };
  let epoch: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  async function check(): Promise<void> {
    const wasUp = health.up;
    try {
      const present = await answerWithin(everyMs, probe());
      const changed = present !== epoch;
      epoch = present;
      health = { up: true };
      if (!wasUp) onChange(health);
      if (!wasUp || changed) for (const listener of listeners) listener();
    } catch (error) {
      health = { up: false, reason: messageOf(error) };
      if (wasUp) onChange(health);
    }
    if (stopped) return;
    timer = setTimeout(() => void check(), everyMs);
    timer.unref();
  }

  return {
    first: check(),
    health: () => health,
    onReady: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    stop: () => {
      stopped = true;
      clearTimeout(timer);
    },
  };
}

/** @throws when `work` has not settled after `ms`. It goes on; what it comes to is ignored. */
export async function answerWithin<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The queue backend did not answer in ${ms} ms.`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
