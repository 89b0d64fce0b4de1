import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { EventResource } from "../core/resources.ts";
import type { StudyStore } from "../core/store.ts";

/**
 * The one reader of the global event stream in this process. It polls the store only while somebody listens, and
 * hands every listener each event once, in order, from where the listener asked to begin.
 */
export interface EventHub {
  /**
   * Begins after the event `after`, or with what comes from now on. Resolves with the position at which listening
   * began, when everything before it has been handed over. @throws FettleError "invalid-input" for an unknown position.
   */
  listen(listener: EventListener, after: string | null): Promise<string>;
  leave(listener: EventListener): void;
  count(): number;
  close(): void;
}

export interface EventListener {
  send(event: EventResource): void;
  /** The hub cannot go on for this listener: it must begin anew. */
  end(): void;
}

export interface EventHubOptions {
  store: Pick<StudyStore, "eventsAfter">;
  log: Log;
  pollMs: number;
}

const PAGE = 500;
const NOTHING: ReadonlySet<string> = new Set();

export function createEventHub({ store, log, pollMs }: EventHubOptions): EventHub {
  /** Listeners with the ids that they were handed beyond the hub's own position. */
  const listeners = new Map<EventListener, ReadonlySet<string>>();
  let position: string | null = null;
  let timer: NodeJS.Timeout | undefined;
  let closed = false;
  // Reading and joining take turns, so that no event falls between a listener's history and its present.
  let turn: Promise<unknown> = Promise.resolve();

  function inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = turn.then(work, work);
    turn = next.catch(() => undefined);
    return next;
  }

  async function readOn(): Promise<string> {
    for (;;) {
      const page = await store.eventsAfter(position, PAGE);
      position = page.position;
      for (const [listener, known] of listeners) {
        for (const event of page.events) if (!known.has(event.id)) listener.send(event);
      }
      if (page.events.length === PAGE) continue;
      // The end is reached, so the hub is past everything that was handed over at joining.
      for (const listener of listeners.keys()) listeners.set(listener, NOTHING);
      return page.position;
    }
  }

  /** Hands over what lies between `from` and now; the position reached and the ids handed over. */
  async function catchUp(listener: EventListener, from: string): Promise<{ to: string; ids: Set<string> }> {
    const ids = new Set<string>();
    for (let to = from; ; ) {
      const page = await store.eventsAfter(to, PAGE);
      to = page.position;
      for (const event of page.events) {
        ids.add(event.id);
        listener.send(event);
      }
      if (page.events.length < PAGE) return { to, ids };
    }
  }

  function schedule(): void {
    clearTimeout(timer);
    if (closed || listeners.size === 0) return;
    timer = setTimeout(() => {
      inTurn(readOn)
        .catch((error: unknown) =>
          log.warn({ error: messageOf(error) }, "reading events failed; trying again"),
        )
        .finally(schedule);
    }, pollMs);
  }

  async function join(listener: EventListener, after: string | null): Promise<string> {
    // Nobody listened: what lay between is no one's, so the hub starts from the present.
    if (listeners.size === 0) position = null;
    const present = await readOn();
    if (after === null) {
      listeners.set(listener, NOTHING);
      return present;
    }
    const { to, ids } = await catchUp(listener, after);
    listeners.set(listener, ids);
    return to;
  }

  return {
    async listen(listener, after) {
      // Most of a long history is read outside the turn: the others must not wait for it.
      const near = after === null ? null : (await catchUp(listener, after)).to;
      const began = await inTurn(() => join(listener, near));
      schedule();
      return began;
    },
    leave(listener) {
      listeners.delete(listener);
      if (listeners.size === 0) clearTimeout(timer);
    },
    count: () => listeners.size,
    close() {
      closed = true;
      clearTimeout(timer);
      for (const listener of listeners.keys()) listener.end();
      listeners.clear();
    },
  };
}
