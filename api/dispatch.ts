import { messageOf } from "../core/errors.ts";
import { dispatchHintSchema } from "../core/hints.ts";
import type { Log } from "../core/log.ts";
import { type Consumer, dispatchQueue, type Queue } from "../core/queue.ts";
import { type Bell, createBell } from "./bell.ts";

/**
 * Wakes agents that wait for trials. A pool's hints are consumed only while somebody of the pool waits here; without
 * a hint each waiter looks again by itself, so a lost one costs seconds.
 */
export interface Dispatch {
  /**
   * Asks `attempt` until it gives something, `waitMs` are over or `signal` aborts, and returns its last answer.
   * @param isEmpty whether an answer means: nothing yet.
   */
  poll<Value>(pool: string, wait: PollOptions<Value>): Promise<Value>;
  close(): Promise<void>;
}

export interface PollOptions<Value> {
  attempt: () => Promise<Value>;
  isEmpty: (value: Value) => boolean;
  waitMs: number;
  signal: AbortSignal;
}

export interface DispatchOptions {
  queue: Queue;
  log: Log;
  /** [0, 1): spreads the looks of many agents. */
  random: () => number;
}

const LOOK_AGAIN_MS = 2000;
/** A pool's consumer goes on for so long after its last waiter: an agent asks again at once. */
const LINGER_MS = 2000;
/** Then it rests, and is closed after so long. */
const REST_MS = 600_000;
/** Each consumer holds a connection; waiters of further pools look again by themselves. */
const MAX_POOLS = 200;

interface Pool {
  /** In order of arrival. */
  waiters: Set<Bell>;
  consumer: Consumer;
  consuming: boolean;
  /** Pauses or closes the consumer while nobody waits. */
  timer: NodeJS.Timeout | undefined;
}

export function createDispatch({ queue, log, random }: DispatchOptions): Dispatch {
  const pools = new Map<string, Pool>();

  function openPool(name: string): Pool {
    const waiters = new Set<Bell>();
    const consumer = queue.consume(
      dispatchQueue(name),
      async (data) => wake(waiters, dispatchHintSchema.parse(data).queued),
      { concurrency: 4 },
    );
    const pool: Pool = { waiters, consumer, consuming: true, timer: undefined };
    pools.set(name, pool);
    return pool;
  }

  /** The function returned ends the waiting. */
  function enter(name: string, bell: Bell): () => void {
    const known = pools.get(name);
    if (!known && pools.size >= MAX_POOLS) return () => undefined;
    const pool = known ?? openPool(name);
    clearTimeout(pool.timer);
    pool.waiters.add(bell);
    if (!pool.consuming) setConsuming(pool, true);
    return () => {
      pool.waiters.delete(bell);
      if (pool.waiters.size === 0) rest(name, pool);
    };
  }

  function rest(name: string, pool: Pool): void {
    clearTimeout(pool.timer);
    pool.timer = setTimeout(() => {
      setConsuming(pool, false);
      pool.timer = setTimeout(() => {
        pools.delete(name);
        settle(pool.consumer.close());
      }, REST_MS).unref();
    }, LINGER_MS).unref();
  }

  function setConsuming(pool: Pool, on: boolean): void {
    pool.consuming = on;
    settle(on ? pool.consumer.resume() : pool.consumer.pause());
  }

  function settle(work: Promise<void>): void {
    work.catch((error: unknown) =>
      log.warn({ error: messageOf(error) }, "a consumer of dispatch hints did not obey"),
    );
  }

  return {
    async poll(name, { attempt, isEmpty, waitMs, signal }) {
      const first = await attempt();
      if (!isEmpty(first) || waitMs <= 0 || signal.aborted) return first;
      const bell = createBell();
      const leave = enter(name, bell);
      const deadline = performance.now() + waitMs;
      try {
        // Once more, for what was queued between the first look and the waiting.
        for (let value = await attempt(); ; value = await attempt()) {
          const left = deadline - performance.now();
          if (!isEmpty(value) || left <= 0 || signal.aborted) return value;
          await bell.wait(Math.min(left, LOOK_AGAIN_MS * (0.75 + random() / 2)), signal);
          if (signal.aborted) return value;
        }
      } finally {
        leave();
      }
    },
    async close() {
      for (const pool of pools.values()) clearTimeout(pool.timer);
      await Promise.all([...pools.values()].map((pool) => pool.consumer.close()));
      pools.clear();
    },
  };
}

/** As many waiters as trials were queued, the longest waiting first. */
function wake(waiters: Set<Bell>, count: number): void {
  for (const bell of [...waiters].slice(0, count)) {
    // To the end: the next hint is for somebody else.
    waiters.delete(bell);
    waiters.add(bell);
    bell.ring();
  }
}
