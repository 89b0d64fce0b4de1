import type { Store } from "../core/store.ts";
import { type Delivery, outcomeOf, type WebhookSender, webhookEvent } from "../core/webhook.ts";

export interface DeliverDeps {
  store: Pick<Store, "takeDeliveries" | "settleDelivery">;
  sender: Pick<WebhookSender, "send">;
  /** [0, 1): spreads the waits before a further try. */
  random: () => number;
  /** How long a row is one sender's alone; well above the longest send. */
  leaseMs: number;
}

/** Sent at the same time. */
const BATCH = 20;

/**
 * Empties the outbox: what is due, batch after batch, until nothing is. At most one pass at a time in this process; a
 * call during a pass makes sure that the pass looks again. A crash between the POST and its record means that the event
 * is sent again once the row's lease is over: at least once, under the same id.
 */
export function createDeliverer(deps: DeliverDeps): { deliver(): Promise<void>; stop(): Promise<void> } {
  let current: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  async function pass(): Promise<void> {
    do {
      again = false;
      const due = await deps.store.takeDeliveries(BATCH, deps.leaseMs);
      await Promise.all(due.map((delivery) => deliverOne(deps, delivery)));
      // What follows a delivered event in its study's order is due only now.
      if (due.length > 0) again = true;
    } while (again && !stopped);
  }

  return {
    deliver() {
      again = true;
      if (stopped) return Promise.resolve();
      current ??= pass().finally(() => {
        current = null;
      });
      return current;
    },
    async stop() {
      stopped = true;
      await current?.catch(() => undefined);
    },
  };
}

async function deliverOne(deps: DeliverDeps, { id, target, event, tries }: Delivery): Promise<void> {
  const sent = await deps.sender.send(target, webhookEvent(event));
  await deps.store.settleDelivery(id, tries, outcomeOf(sent, tries, deps.random()));
}
