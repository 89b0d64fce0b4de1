import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Store } from "../../core/store.ts";
import type { StudySpecInput } from "../../core/study.ts";
import { type AdvanceDeps, type Advancer, createAdvancer } from "../../scheduler/advance.ts";
import { defaultTiming, startScheduler } from "../../scheduler/index.ts";
import { createLocalSearcher, type Searcher } from "../../scheduler/searcher.ts";
import { createStateCache } from "../../scheduler/state-cache.ts";
import { verifyStudy } from "../../scheduler/verify.ts";
import { advanceWith } from "../support/advance.ts";
import { recordingQueue } from "../support/api.ts";
import { silentLog } from "../support/log.ts";
import { specOf } from "../support/simulated-study.ts";
import { createTestStore, registerTestAgent, type TestStore } from "../support/store.ts";
import { waitFor } from "../support/wait-for.ts";
import { LOCAL_WEBHOOKS } from "../support/webhooks.ts";

let world: TestStore;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  world = await createTestStore();
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await world.close();
});

async function newStudy(name: string, input: Partial<StudySpecInput> = {}): Promise<string> {
  const spec = specOf({ name, command: ["true"], budget: { maxTrials: 10 }, parallelism: 1, ...input });
  return (await world.store.createStudy("default", spec, "user:test")).id;
}

const created = async (name: string) => (await world.store.getStudy("default", name)).created;

/** The real store, in which a new fact about the study has come before each of its turns ends. */
function restless(studyId: string): { store: Store; turns: () => number } {
  let turns = 0;
  const store: Store = {
    ...world.store,
    async withTurn(id, work) {
      const outcome = await world.store.withTurn(id, work);
      if (id !== studyId) return outcome;
      const change = ++turns % 2 === 0 ? world.store.resumeStudy : world.store.pauseStudy;
      await change(id, "user:test");
      return outcome;
    },
  };
  return { store, turns: () => turns };
}

function startAdvancer(deps: Partial<AdvanceDeps> & Pick<AdvanceDeps, "store">): Advancer {
  const advancer = createAdvancer({
    searcher: createLocalSearcher(),
    cache: createStateCache(4),
    concurrency: 1,
    askingMs: 10_000,
    clock: () => performance.now(),
    onQueued: () => undefined,
    onFailed: (_studyId, error) => expect.unreachable(String(error)),
    ...deps,
  });
  ends.push(() => advancer.stop());
  return advancer;
}

function start(store: Store, timing = defaultTiming({ leaseMs: 1_000, graceMs: 250 })) {
  const queue = recordingQueue();
  const scheduler = startScheduler({
    store,
    queue,
    searcher: createLocalSearcher(),
    webhooks: LOCAL_WEBHOOKS,
    timing,
    concurrency: 1,
    random: Math.random,
    log: silentLog,
  });
  ends.push(() => scheduler.stop());
  return { queue, scheduler };
}

/** Starts an attempt that nobody renews. Returns whether the sweep found it. */
async function loseAttempt(): Promise<() => Promise<boolean>> {
  const studyId = await newStudy("lost");
  await advanceWith(world)(studyId);
  const [claimed] = await (await registerTestAgent(world.store)).claim({ leaseMs: 1 });
  expect(claimed?.studyId).toBe(studyId);
  return async () => (await world.sql`select 1 from attempts where outcome = 'lost'`).length > 0;
}

describe("a study that never comes to rest", () => {
  test("leaves the others their turns, where one study has a turn at a time", async () => {
    const busy = await newStudy("busy");
    const other = await newStudy("other");
    const { store, turns } = restless(busy);
    const { advance } = startAdvancer({ store });
    advance(busy);
    await waitFor(() => turns() > 3, { what: "turns of the busy study" });
    advance(other);
    await waitFor(async () => (await created("other")) > 0, { what: "the other study's turn" });
    const before = turns();
    await waitFor(() => turns() > before, { what: "more turns of the busy study" });
  });

  test("does not keep the sweep from declaring attempts lost", async () => {
    // Without a command, so that the agent does not claim its trials.
    const busy = restless(await newStudy("busy", { command: undefined }));
    start(busy.store);
    await waitFor(() => busy.turns() > 3, { what: "turns of the busy study" });
    const isLost = await loseAttempt();
    await waitFor(isLost, { what: "the lost attempt's end" });
  });

  test("is handed to other schedulers by one that stops", async () => {
    const busy = await newStudy("busy");
    const { store, turns } = restless(busy);
    const { queue, scheduler } = start(store);
    await waitFor(() => turns() > 1, { what: "turns of the busy study" });
    await scheduler.stop();
    expect(queue.published).toContainEqual({ queue: "advance", data: { studyId: busy } });
  });
});

test("a hint that comes during a study's turn makes another turn follow", async () => {
  const id = await newStudy("s");
  let turns = 0;
  const store: Store = {
    ...world.store,
    async withTurn(studyId, work) {
      if (++turns === 1) advancer.advance(studyId);
      return world.store.withTurn(studyId, work);
    },
  };
  const advancer = startAdvancer({ store });
  advancer.advance(id);
  await advancer.idle();
  expect(turns).toBe(2);
});

test("a sweep that takes longer than an outage still finds the lost attempts", async () => {
  const isLost = await loseAttempt();
  const timing = { ...defaultTiming({ leaseMs: 400, graceMs: 100 }), outageMs: 500 };
  const store: Store = {
    ...world.store,
    async poolsToHint(olderThanMs) {
      await setTimeout(timing.outageMs + 100);
      return world.store.poolsToHint(olderThanMs);
    },
  };
  start(store, timing);
  await waitFor(isLost, { what: "the lost attempt's end" });
});

describe("a search that takes its time", () => {
  /** A searcher of which each suggestion takes `askMs` of the clock. */
  function slow(askMs: number) {
    let now = 0;
    const local = createLocalSearcher();
    const searcher: Searcher = {
      ...local,
      ask(question) {
        now += askMs;
        return local.ask(question);
      },
    };
    return { searcher, clock: () => now };
  }

  /** The store, and how many events each commit wrote. */
  function counted(): { store: Store; commits: number[] } {
    const commits: number[] = [];
    const store: Store = {
      ...world.store,
      withTurn: (id, work) =>
        world.store.withTurn(id, (turn) =>
          work({
            ...turn,
            commit(events, inboxIds) {
              commits.push(events.length);
              return turn.commit(events, inboxIds);
            },
          }),
        ),
    };
    return { store, commits };
  }

  test.each([
    { askMs: 4, commits: [1 + 3, 3, 3, 1] },
    { askMs: 30, commits: [1 + 1, 1, 1, 1, 1, 1, 1, 1, 1, 1] },
  ])(
    "has what it proposed in 10 ms committed, where a suggestion takes $askMs",
    async ({ askMs, commits }) => {
      const id = await newStudy("slow", { parallelism: 10 });
      const { store, commits: written } = counted();
      const { advance, idle } = startAdvancer({ store, askingMs: 10, ...slow(askMs) });
      advance(id);
      await idle();
      expect(written).toEqual(commits);
      expect(await created("slow")).toBe(10);
      const study = await store.getStudy("default", "slow");
      const log = await store.eventPage(id, 0, 1_000);
      expect((await verifyStudy(study.spec, Readable.from(log))).problems).toEqual([]);
    },
  );
});

describe("a study to which somebody keeps adding trials while its search thinks", () => {
  /** Whose first five questions each find a trial added before they are answered. */
  const overtaken = (studyId: string): Searcher => {
    const local = createLocalSearcher();
    let asked = 0;
    return {
      ...local,
      async ask(question) {
        if (asked++ < 5) await world.store.enqueueTrial(studyId, { x: 0.5 }, [0.5], "user:test");
        return local.ask(question);
      },
    };
  };

  test("takes in what happened, and goes on proposing when it is let", async () => {
    const id = await newStudy("s", { budget: { maxTrials: 100 }, parallelism: 20 });
    const lengths: number[] = [];
    const store: Store = {
      ...world.store,
      async withTurn(studyId, work) {
        const outcome = await world.store.withTurn(studyId, work);
        lengths.push((await world.store.getStudy("default", "s")).lastSeq);
        return outcome;
      },
    };
    const { advance, idle } = startAdvancer({ store, searcher: overtaken(id) });
    advance(id);
    await idle();
    // Each of the first five turns that proposed was in vain, and each time the next one took in what had come.
    expect(lengths.filter((length, turn) => length === 0 && turn > 0)).toEqual([]);
    expect(lengths.filter((length, turn) => turn > 1 && length === lengths[turn - 2])).toEqual([]);
    expect(await created("s")).toBe(20);
    expect(await store.hasInbox(id)).toBe(false);
  });
});
