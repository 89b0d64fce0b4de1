import { availableParallelism } from "node:os";
import type { Log } from "../../core/log.ts";
import type { Queue } from "../../core/queue.ts";
import type { Store } from "../../core/store.ts";
import { defaultTiming, type Scheduler, startScheduler } from "../../scheduler/index.ts";
import { createWorkerPool } from "../../scheduler/worker-pool.ts";
import type { Config } from "../config.ts";
import { intervalsOf } from "./intervals.ts";
import { openWebhooks } from "./webhooks.ts";

export interface SchedulerParts {
  store: Store;
  queue: Queue;
  log: Log;
}

/** For one suggestion, replay included. */
const SUGGEST_DEADLINE_MS = 20_000;
const CONCURRENCY = 4;

/** The scheduler, with its algorithms in worker threads. */
export function openScheduler(config: Config, parts: SchedulerParts): Scheduler {
  // One core is left to the scheduler itself; more threads than studies at a time would idle.
  const threads = Math.max(1, Math.min(CONCURRENCY, availableParallelism() - 1));
  return startScheduler({
    ...parts,
    searcher: createWorkerPool({ threads, deadlineMs: SUGGEST_DEADLINE_MS }),
    webhooks: openWebhooks(config),
    timing: defaultTiming(intervalsOf(config)),
    concurrency: CONCURRENCY,
    random: Math.random,
  });
}
