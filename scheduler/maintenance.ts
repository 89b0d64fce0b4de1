import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Queue } from "../core/queue.ts";
import type { Store } from "../core/store.ts";
import { repeat } from "./repeat.ts";

export interface MaintenanceOptions {
  store: Pick<Store, "markDiscards" | "purge">;
  queue: Queue;
  everyMs: number;
  log: Log;
}

/**
 * Removes what is past its keep, in the store and in the queue, and has agents remove checkpoints that nobody needs. It travels as a job, so that one of the schedulers does it
 * at a time; a job that is lost, or a queue that is away, costs nothing but a later start.
 */
export function startMaintenance({ store, queue, everyMs, log }: MaintenanceOptions): {
  stop(): Promise<void>;
} {
  const consumer = queue.consume(
    "maintain",
    async () => {
      // Each by itself: one that fails again and again must not keep the others for good.
      for (const step of [store.markDiscards, store.purge, queue.maintain]) {
        await step().catch((error: unknown) =>
          log.warn({ error: messageOf(error) }, "part of the maintenance failed; it is tried again"),
        );
      }
    },
    { concurrency: 1 },
  );
  const ticker = repeat(
    () => queue.publish("maintain", {}),
    () => everyMs,
    // At a start the queue may not be there yet, and one that goes away says so itself.
    (error) => log.debug({ error: messageOf(error) }, "maintenance not asked for; it is again"),
  );
  const removeListener = queue.onReady(() => ticker.now());
  return {
    async stop() {
      removeListener();
      await Promise.all([ticker.stop(), consumer.close()]);
    },
  };
}
