import { FettleError } from "./errors.ts";
import type { Json } from "./json.ts";

/**
 * The queues: a study has something to decide (`advance`), an outbox row waits (`deliver`), periodic work is due
 * (`maintain`), trials of a pool wait for an agent (`dispatch-<pool>`).
 */
export type QueueName = "advance" | "deliver" | "maintain" | `dispatch-${string}`;

/** The queue of a pool's dispatch hints. `pool`: as `poolSchema` allows it, so no two pools share a queue. */
export function dispatchQueue(pool: string): QueueName {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(pool)) {
    throw new FettleError("invalid-input", `"${pool}" is not a pool name.`);
  }
  return `dispatch-${pool}`;
}

export interface PublishOptions {
  /** Names the hint in the backend's tools: it becomes the start of the job id. It never makes two hints one. */
  id?: string;
  delayMs?: number;
  /** How often the handler is tried when it throws. Default 1: the sweep publishes again. */
  attempts?: number;
}

/**
 * The port to the job queue. It carries hints and nothing else: every message may be lost, repeated, late or out of
 * order, and can be made again from the store. So a handler looks up what is true and does what is due.
 */
export interface Queue {
  readonly backend: "redis" | "postgres";
  /**
   * Resolves when the backend holds the hint; rejects within 500 ms when it is away. Call it after the commit and do
   * not await it while a request waits. A rejected hint may still arrive.
   */
  publish(queue: QueueName, data: Json, options?: PublishOptions): Promise<void>;
  /** Starts to handle hints; while the backend is away it keeps trying. A handler that throws is logged. */
  consume(
    queue: QueueName,
    handler: (data: Json) => Promise<void>,
    options: { concurrency: number },
  ): Consumer;
  /**
   * `listener` runs each time hints may have been lost: the backend came back, or its data are gone. The sweep then
   * publishes everything again. Returns a function that removes it.
   */
  onReady(listener: () => void): () => void;
  /** Removes finished jobs and hints that nobody took for ten minutes. Call it every minute or so, from one process. */
  maintain(): Promise<void>;
  health(): QueueHealth;
  /** Waits for running handlers, at most a few seconds. */
  close(): Promise<void>;
}

export interface Consumer {
  /** Resolves when no handler runs and none will start. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

export interface QueueHealth {
  up: boolean;
  /** Why it is down, or what is wrong with its configuration. */
  reason?: string;
}
