import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createEventHub, type EventListener } from "../../api/event-hub.ts";
import type { EventResource } from "../../core/resources.ts";
import { silentLog } from "../support/log.ts";
import { waitFor } from "../support/wait-for.ts";

/** A global stream in memory: the position is how many events were seen. */
function stream() {
  const events: EventResource[] = [];
  return {
    events,
    append(count: number) {
      for (let index = 0; index < count; index++) {
        events.push({ id: String(events.length + 1), type: "trial.finished" } as EventResource);
      }
    },
    async eventsAfter(after: string | null, limit: number) {
      // A database takes a moment, in which others act.
      await new Promise((resolve) => setImmediate(resolve));
      const from = after === null ? events.length : Number(after);
      const page = events.slice(from, from + limit);
      return { events: page, position: String(from + page.length) };
    },
  };
}

/** One that wants a moment's rest after every `rests` events. */
function listener({ rests = Number.POSITIVE_INFINITY } = {}): EventListener & {
  ids: number[];
  ended: boolean;
} {
  const ids: number[] = [];
  const made = {
    ids,
    ended: false,
    send: (event: EventResource) => ids.push(Number(event.id)) % rests !== 0,
    ready: () => new Promise<void>((resolve) => setImmediate(resolve)),
    end: () => {},
  };
  made.end = () => {
    made.ended = true;
  };
  return made;
}

/** One that takes the first 100 events, and more once it is told to go on. */
function stalled(): ReturnType<typeof listener> & { goOn(): void } {
  let goOn = () => {};
  const gone = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const made = {
    ...listener({ rests: 100 }),
    ready: () => (made.ids.length === 0 ? Promise.resolve() : gone),
    goOn,
  };
  made.end = () => {
    made.ended = true;
    goOn();
  };
  return made;
}

test("every listener gets each event after its start once and in order, whoever joins when and however slowly it takes them", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          joins: fc.option(fc.nat(2000), { nil: undefined }),
          appends: fc.nat(700),
          rests: fc.oneof(fc.integer({ min: 10, max: 600 }), fc.constant(Number.POSITIVE_INFINITY)),
        }),
        { minLength: 1, maxLength: 6 },
      ),
      async (steps) => {
        const source = stream();
        const hub = createEventHub({ store: source, log: silentLog, pollMs: 1 });
        const joined: { from: number; heard: ReturnType<typeof listener> }[] = [];
        const pending: Promise<unknown>[] = [];
        for (const { joins, appends, rests } of steps) {
          if (joins !== undefined) {
            const from = Math.min(joins, source.events.length);
            const heard = listener({ rests });
            joined.push({ from, heard });
            pending.push(hub.listen(heard, String(from)));
          }
          source.append(appends);
          await new Promise((resolve) => setImmediate(resolve));
        }
        await Promise.all(pending);
        source.append(1);
        const last = source.events.length;
        await waitFor(() => joined.every(({ heard }) => heard.ids.at(-1) === last), {
          what: "the last event",
        });
        hub.close();
        for (const { from, heard } of joined) {
          expect(heard.ids).toEqual(Array.from({ length: last - from }, (_, index) => from + index + 1));
        }
      },
    ),
    { numRuns: 40 },
  );
});

test("a listener without a position hears what comes from now on", async () => {
  const source = stream();
  source.append(10);
  const hub = createEventHub({ store: source, log: silentLog, pollMs: 1 });
  const heard = listener();
  expect(await hub.listen(heard, null)).toBe("10");
  source.append(2);
  await waitFor(() => heard.ids.length === 2);
  expect(heard.ids).toEqual([11, 12]);
  hub.close();
  expect(heard.ended).toBe(true);
});

test("the store is read only while somebody listens", async () => {
  const source = stream();
  let reads = 0;
  const counting = {
    eventsAfter: (after: string | null, limit: number) => {
      reads += 1;
      return source.eventsAfter(after, limit);
    },
  };
  const hub = createEventHub({ store: counting, log: silentLog, pollMs: 1 });
  const heard = listener();
  await hub.listen(heard, null);
  await waitFor(() => reads > 3);
  hub.leave(heard);
  await new Promise((resolve) => setImmediate(resolve));
  const before = reads;
  for (let turn = 0; turn < 200; turn++) await new Promise((resolve) => setImmediate(resolve));
  // One reading may have been under way.
  expect(reads - before).toBeLessThanOrEqual(1);
});

test("nothing more is read for a listener that leaves while it catches up, and it is counted until then", async () => {
  const source = stream();
  source.append(100_000);
  const hub = createEventHub({ store: source, log: silentLog, pollMs: 1 });
  const leaving = stalled();
  const began = hub.listen(leaving, "0");
  await waitFor(() => leaving.ids.length > 0);
  expect(hub.count()).toBe(1);
  hub.leave(leaving);
  leaving.goOn();
  expect(hub.count()).toBe(0);
  const heard = leaving.ids.length;
  expect(await began).toBeNull();
  expect(leaving.ids.length).toBe(heard);
});

test("closing ends a listener that catches up, and one that comes later", async () => {
  const source = stream();
  source.append(100_000);
  const hub = createEventHub({ store: source, log: silentLog, pollMs: 1 });
  const early = stalled();
  const began = hub.listen(early, "0");
  await waitFor(() => early.ids.length > 0);
  hub.close();
  expect(await began).toBeNull();
  const late = listener();
  expect(await hub.listen(late, null)).toBeNull();
  expect([early.ended, late.ended, hub.count()]).toEqual([true, true, 0]);
});
