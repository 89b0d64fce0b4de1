import { messageOf } from "../core/errors.ts";
import { advanceHintSchema, type DispatchHint } from "../core/hints.ts";
import { dispatchQueue, type Queue } from "../core/queue.ts";
import type { Store } from "../core/store.ts";
import { createAdvancer } from "./advance.ts";
import type { Searcher } from "./searcher.ts";
import { createStateCache } from "./state-cache.ts";
import { type SweepTiming, sweep } from "./sweep.ts";

export interface SchedulerOptions {
  store: Store;
  queue: Queue;
  /** Where algorithms run; closed with the scheduler. */
  searcher: Searcher;
  timing: SchedulerTiming;
  /** Studies advanced at the same time. */
  concurrency: number;
  /** [0, 1): spreads the sweeps of several schedulers. */
  random: () => number;
  log: SchedulerLog;
}

export interface SchedulerTiming extends SweepTiming {
  /** Between two passes over what is past its keep. */
  purgeMs: number;
}

export interface SchedulerLog {
  warn(details: Record<string, unknown>, message: string): void;
  error(details: Record<string, unknown>, message: string): void;
}

export interface Scheduler {
  /** Waits for turns under way; nothing is lost by not waiting. */
  stop(): Promise<void>;
}

/** Studies whose state stays warm. */
const WARM_STUDIES = 200;

/** Defaults for a lease of 60 s; every figure scales with it. */
export function defaultTiming(intervals: { leaseMs: number; graceMs: number }): SchedulerTiming {
  const { leaseMs, graceMs } = intervals;
  return {
    sweepMs: leaseMs / 60,
    leaseMs,
    graceMs,
    outageMs: leaseMs / 4,
    idleMs: leaseMs / 12,
    hintMs: leaseMs / 20,
    purgeMs: leaseMs,
  };
}

/** Starts ordering studies: on every hint at once, and by the sweep whatever happens to the hints. */
export function startScheduler(options: SchedulerOptions): Scheduler {
  const { store, queue, searcher, timing, log } = options;
  const hint = (pool: string, queued: number) => {
    const message: DispatchHint = { queued };
    queue
      .publish(dispatchQueue(pool), message)
      .catch((error) => log.warn({ pool, error: messageOf(error) }, "dispatch hint not published"));
  };
  const advancer = createAdvancer({ store, searcher, cache: createStateCache(WARM_STUDIES), onQueued: hint });
  const advance = (studyId: string) =>
    advancer
      .advance(studyId)
      .catch((error) =>
        log.error({ studyId, error: messageOf(error) }, "turn failed; the sweep tries again"),
      );

  const consumer = queue.consume("advance", async (data) => advance(advanceHintSchema.parse(data).studyId), {
    concurrency: options.concurrency,
  });
  const sweeper = repeat(
    () => sweep({ store, advance, hint, timing }),
    () => timing.sweepMs * (0.9 + 0.2 * options.random()),
    (error) => log.error({ error: messageOf(error) }, "sweep failed; it runs again"),
  );
  const purger = repeat(
    async () => {
      await store.purge();
      await queue.maintain();
    },
    () => timing.purgeMs,
    (error) => log.warn({ error: messageOf(error) }, "purge failed; it runs again"),
  );
  const removeListener = queue.onReady(() => sweeper.now());

  return {
    async stop() {
      removeListener();
      await Promise.all([consumer.close(), sweeper.stop(), purger.stop()]);
      await advancer.idle();
      await searcher.close();
    },
  };
}

interface Repeated {
  /** Runs it soon instead of at its time. */
  now(): void;
  stop(): Promise<void>;
}

/** Runs `work` again and again with a pause between, never twice at once, whatever it throws. */
function repeat(
  work: () => Promise<unknown>,
  pauseMs: () => number,
  onError: (error: unknown) => void,
): Repeated {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current: Promise<void> = Promise.resolve();
  const run = () => {
    clearTimeout(timer);
    current = current
      .then(() => (stopped ? undefined : work()))
      .catch(onError)
      .then(() => {
        clearTimeout(timer);
        if (!stopped) timer = setTimeout(run, pauseMs());
      });
  };
  run();
  return {
    now: run,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await current;
    },
  };
}
