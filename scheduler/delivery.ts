import { messageOf } from "../core/errors.ts";
import type { Queue } from "../core/queue.ts";
import type { Store } from "../core/store.ts";
import type { WebhookSender } from "../core/webhook.ts";
import { createDeliverer } from "./deliver.ts";
import { repeat } from "./repeat.ts";

export interface DeliveryOptions {
  store: Store;
  queue: Queue;
  webhooks: WebhookSender;
  leaseMs: number;
  /** Between two looks into the outbox. */
  pauseMs(): number;
  random: () => number;
  log: { warn(details: Record<string, unknown>, message: string): void };
}

/**
 * Keeps the outbox empty: on every hint at once, and by looking again whatever happens to the hints. A loop of its own,
 * for the sweep must not wait for somebody else's server.
 */
export function startDelivery(options: DeliveryOptions): { hint(): void; stop(): Promise<void> } {
  const { store, queue, webhooks, leaseMs, pauseMs, random, log } = options;
  const deliverer = createDeliverer({ store, sender: webhooks, random, leaseMs });
  const consumer = queue.consume("deliver", () => deliverer.deliver(), { concurrency: 1 });
  const repeated = repeat(
    () => deliverer.deliver(),
    pauseMs,
    (error) => log.warn({ error: messageOf(error) }, "delivery failed; it runs again"),
  );
  return {
    hint() {
      queue
        .publish("deliver", {})
        .catch((error) => log.warn({ error: messageOf(error) }, "deliver hint not published"));
    },
    async stop() {
      await Promise.all([deliverer.stop(), consumer.close(), repeated.stop()]);
    },
  };
}
