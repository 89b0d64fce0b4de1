import { messageOf } from "../core/errors.ts";
import { type AdvanceHint, advanceHintSchema, type DispatchHint } from "../core/hints.ts";
import type { Log } from "../core/log.ts";
import { dispatchQueue, type Queue } from "../core/queue.ts";
import type { Store } from "../core/store.ts";
import type { WebhookSender } from "../core/webhook.ts";
import { createAdvancer } from "./advance.ts";
import { startDelivery } from "./delivery.ts";
import { startMaintenance } from "./maintenance.ts";
import { repeat } from "./repeat.ts";
import type { Searcher } from "./searcher.ts";
import { createStateCache } from "./state-cache.ts";
import { type SweepTiming, sweep } from "./sweep.ts";

export interface SchedulerOptions {
  store: Store;
  queue: Queue;
  /** Where algorithms run; closed with the scheduler. */
  searcher: Searcher;
  /** Tells webhooks of what was committed. */
  webhooks: WebhookSender;
  timing: SchedulerTiming;
  /** Studies advanced at the same time. */
  concurrency: number;
  /** [0, 1): spreads the sweeps of several schedulers. */
  random: () => number;
  log: Log;
}

export interface SchedulerTiming extends SweepTiming {
  /** Between two passes over what is past its keep. */
  purgeMs: number;
  /** How long an outbox row belongs to whoever sends it. */
  deliveryLeaseMs: number;
}

export interface Scheduler {
  /** Waits for turns under way; nothing is lost by not waiting. */
  stop(): Promise<void>;
}

/** Studies whose state stays warm. */
const WARM_STUDIES = 200;

/** A turn asks for suggestions no longer than this, so that a slow search neither keeps others waiting nor loses what it found. */
const ASKING_MS = 10_000;

/** Well above the time limit of a send. */
const DELIVERY_LEASE_MS = 30_000;

/** Defaults for a lease of 60 s; every figure that has to do with agents scales with it. */
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
    deliveryLeaseMs: DELIVERY_LEASE_MS,
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
  const sweepPauseMs = () => timing.sweepMs * (0.9 + 0.2 * options.random());
  const delivery = startDelivery({ ...options, leaseMs: timing.deliveryLeaseMs, pauseMs: sweepPauseMs });
  const advancer = createAdvancer({
    store,
    searcher,
    cache: createStateCache(WARM_STUDIES),
    concurrency: options.concurrency,
    askingMs: ASKING_MS,
    clock: () => performance.now(),
    onQueued: hint,
    onAnnounced: delivery.hint,
    onFailed: (studyId, error) =>
      log.error({ studyId, error: messageOf(error) }, "turn failed; the sweep tries again"),
  });
  const { advance } = advancer;

  const consumer = queue.consume("advance", async (data) => advance(advanceHintSchema.parse(data).studyId), {
    concurrency: options.concurrency,
  });
  const sweeper = repeat(
    () => sweep({ store, advance, hint, timing }),
    sweepPauseMs,
    (error) => log.error({ error: messageOf(error) }, "sweep failed; it runs again"),
  );
  // Beside the sweep, for one that takes long is not an outage: taken for one, it would renew the leases of the lost each time.
  const presence = repeat(
    () => store.noteSweep(timing.outageMs, timing.leaseMs),
    sweepPauseMs,
    (error) => log.debug({ error: messageOf(error) }, "presence not noted; it is again"),
  );
  const maintenance = startMaintenance({ store, queue, everyMs: timing.purgeMs, log });
  const removeListener = queue.onReady(() => sweeper.now());

  return {
    async stop() {
      removeListener();
      await Promise.all([
        consumer.close(),
        sweeper.stop(),
        presence.stop(),
        maintenance.stop(),
        delivery.stop(),
      ]);
      const left = await advancer.stop();
      await handOver(queue, left);
      await searcher.close();
    },
  };
}

/** Hints studies whose turn would have been next, for other schedulers to take them at once and not by their sweep. */
async function handOver(queue: Queue, studies: readonly string[]): Promise<void> {
  const hints = studies.map((studyId) => ({ studyId }) satisfies AdvanceHint);
  await Promise.allSettled(hints.map((message) => queue.publish("advance", message)));
}
