import { messageOf } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { EventResource } from "../core/resources.ts";
import type { StudyStore } from "../core/store.ts";

/**
 * The one reader of the global event stream in this process. It polls the store only while somebody listens, and
 * hands every listener each event once, in order, from where the listener asked to begin. One that takes events more
 * slowly than they come reads on by itself and joins the others again once it has caught up.
 */
export interface EventHub {
  /**
   * Begins after the event `after`, or with what comes from now on. Resolves with the position at which listening
   * began, when everything before it has been handed over; null when the listener left before.
   * @throws FettleError "invalid-input" for an unknown position.
   */
  listen(listener: EventListener, after: string | null): Promise<string | null>;
  leave(listener: EventListener): void;
  /** Listeners, those that catch up included. */
  count(): number;
  close(): void;
}

export interface EventListener {
  /** Takes the event; false: no more until `ready`. */
  send(event: EventResource): boolean;
  /** Resolves when it takes more, or has left. */
  ready(): Promise<void>;
  /** The hub cannot go on for this listener: it must begin anew. */
  end(): void;
}

export interface EventHubOptions {
  store: Pick<StudyStore, "eventsAfter">;
  log: Log;
  pollMs: number;
}

/** `live`: the hub hands it what it reads, except what was handed over at joining. `behind`: it reads by itself. */
type Place = { type: "live"; known: ReadonlySet<string> } | { type: "behind" };

const PAGE = 500;
const BEHIND: Place = { type: "behind" };
const LIVE: Place = { type: "live", known: new Set() };

export function createEventHub({ store, log, pollMs }: EventHubOptions): EventHub {
  const places = new Map<EventListener, Place>();
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

  function live(): [EventListener, ReadonlySet<string>][] {
    return [...places].flatMap(([listener, place]) =>
      place.type === "live" ? [[listener, place.known]] : [],
    );
  }

  async function readOn(): Promise<string> {
    for (;;) {
      const page = await store.eventsAfter(position, PAGE);
      position = page.position;
      for (const [listener, known] of live()) handOn(listener, known, page.events);
      if (page.events.length === PAGE) continue;
      // The end is reached, so the hub is past everything that was handed over at joining.
      for (const [listener] of live()) places.set(listener, LIVE);
      return page.position;
    }
  }

  function handOn(
    listener: EventListener,
    known: ReadonlySet<string>,
    events: readonly EventResource[],
  ): void {
    for (const event of events) {
      if (known.has(event.id) || listener.send(event)) continue;
      if (!places.has(listener)) return;
      // A large turn, or a slow client: what comes next waits in the store, not in memory.
      places.set(listener, BEHIND);
      follow(listener, event.id).catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, "reading events for a slow client failed; it must begin anew");
        listener.end();
      });
      return;
    }
  }

  /** Reads what a listener misses, at its pace, until it hears the same as the others; null when it left before. */
  async function follow(listener: EventListener, after: string | null): Promise<string | null> {
    try {
      for (let from = after; ; ) {
        await listener.ready();
        // Most of a long history is read outside the turn: the others must not wait for it.
        if (from !== null) from = await catchUp(listener, from);
        if (!places.has(listener)) return null;
        const joined = await inTurn(() => join(listener, from));
        schedule();
        if (!places.has(listener)) return null;
        if (joined.live) return joined.to;
        from = joined.to;
      }
    } catch (error) {
      places.delete(listener);
      throw error;
    }
  }

  /** Hands over what lies between `from` and now, as fast as the listener takes it; the position reached. */
  async function catchUp(listener: EventListener, from: string): Promise<string> {
    for (let to = from; ; ) {
      if (!places.has(listener)) return to;
      const page = await store.eventsAfter(to, PAGE);
      for (const event of page.events) {
        if (!places.has(listener)) return to;
        if (!listener.send(event)) await listener.ready();
      }
      to = page.position;
      if (page.events.length < PAGE) return to;
    }
  }

  /** In the turn, so it waits for nobody: a listener that does not take all stays behind. */
  async function join(listener: EventListener, after: string | null): Promise<{ to: string; live: boolean }> {
    // Nobody listened: what lay between is no one's, so the hub starts from the present.
    if (live().length === 0) position = null;
    let to = await readOn();
    const known = new Set<string>();
    for (let from = after; from !== null; ) {
      if (!places.has(listener)) return { to, live: false };
      const page = await store.eventsAfter(from, PAGE);
      for (const event of page.events) {
        known.add(event.id);
        if (!listener.send(event)) return { to: event.id, live: false };
      }
      to = page.position;
      from = page.events.length < PAGE ? null : to;
    }
    if (places.has(listener)) places.set(listener, { type: "live", known });
    return { to, live: true };
  }

  function schedule(): void {
    clearTimeout(timer);
    if (closed || live().length === 0) return;
    timer = setTimeout(() => {
      inTurn(readOn)
        .catch((error: unknown) =>
          log.warn({ error: messageOf(error) }, "reading events failed; trying again"),
        )
        .finally(schedule);
    }, pollMs);
  }

  return {
    async listen(listener, after) {
      if (closed) {
        listener.end();
        return null;
      }
      places.set(listener, BEHIND);
      return follow(listener, after);
    },
    leave(listener) {
      places.delete(listener);
      if (live().length === 0) clearTimeout(timer);
    },
    count: () => places.size,
    close() {
      closed = true;
      clearTimeout(timer);
      for (const listener of places.keys()) listener.end();
      places.clear();
    },
  };
}
