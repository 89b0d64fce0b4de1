import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Assignment } from "../../core/protocol.ts";
import type { StudyResource } from "../../core/resources.ts";
import type { StudySpecInput } from "../../core/study.ts";
import { createAdvancer } from "../../scheduler/advance.ts";
import { createLocalSearcher } from "../../scheduler/searcher.ts";
import { createStateCache } from "../../scheduler/state-cache.ts";
import { takeTurn } from "../../scheduler/turn.ts";
import { specOf } from "../support/simulated-study.ts";
import {
  COMPLETED,
  createTestStore,
  HOST,
  registerTestAgent,
  type TestAgent,
  type TestStore,
} from "../support/store.ts";

let world: TestStore;
let agent: TestAgent;
let advance: (studyId: string) => Promise<void>;

beforeEach(async () => {
  world = await createTestStore();
  agent = await registerTestAgent(world.store);
  const deps = {
    store: world.store,
    searcher: createLocalSearcher(),
    cache: createStateCache(4),
    onQueued: () => undefined,
  };
  advance = createAdvancer(deps).advance;
});
afterEach(() => world.close());

async function study(input: Partial<StudySpecInput> = {}): Promise<StudyResource> {
  const spec = specOf({ name: "s", command: ["true"], budget: { maxTrials: 10 }, parallelism: 2, ...input });
  const created = await world.store.createStudy("default", spec, "user:test");
  await advance(created.id);
  return created;
}

async function claimOne(): Promise<Assignment> {
  const [assignment] = await agent.claim();
  if (assignment === undefined) throw new Error("nothing to claim");
  return assignment;
}

const again = () => world.store.getStudy("default", "s");
const report = (a: Assignment, points: { name: string; step?: number; value: number | "NaN" }[]) =>
  world.store.report(a.trialId, a.attempt, { points }, "agent:test");
const finish = (a: Assignment, result = {}) =>
  world.store.finishAttempt(a.trialId, a.attempt, { ...COMPLETED, ...result }, "agent:test");

describe("studies", () => {
  test("a name is taken once in a project, and free again after deletion", async () => {
    const first = await study();
    await expect(study()).rejects.toMatchObject({ code: "already-exists" });
    await world.store.deleteStudy(first.id, "user:test");
    await expect(again()).rejects.toMatchObject({ code: "not-found" });
    await study();
  });

  test("a patch needs the version it was made for, and keeps what it does not name", async () => {
    const { id, version } = await study();
    const patched = await world.store.patchStudy(id, { budget: { maxTrials: 20 } }, version, "user:test");
    expect(patched.spec.budget).toEqual({ maxTrials: 20 });
    expect(patched.spec.parallelism).toBe(2);
    await expect(world.store.patchStudy(id, { parallelism: 3 }, version, "user:test")).rejects.toMatchObject({
      code: "precondition-failed",
    });
    const unlimited = await world.store.patchStudy(id, { budget: { maxTrials: null } }, null, "user:test");
    expect(unlimited.spec.budget).toEqual({});
  });

  test("maxTrials cannot fall below what was created", async () => {
    const { id } = await study();
    const refused = world.store.patchStudy(id, { budget: { maxTrials: 1 } }, null, "user:test");
    await expect(refused).rejects.toMatchObject({
      code: "invalid-study",
      fields: [{ pointer: "/budget/maxTrials" }],
    });
  });

  test("no attempt starts once a stop was acknowledged", async () => {
    const { id } = await study();
    await world.store.stopStudy(id, "user:test");
    expect(await agent.claim()).toEqual([]);
    await advance(id);
    expect(await again()).toMatchObject({ state: "done", end: "stopped" });
  });

  test("a paused study hands out nothing until it is resumed", async () => {
    const { id } = await study();
    await world.store.pauseStudy(id, "user:test");
    expect(await agent.claim()).toEqual([]);
    await world.store.resumeStudy(id, "user:test");
    expect(await agent.claim()).toHaveLength(1);
    await expect(
      world.store.stopStudy(id, "user:test").then(() => world.store.resumeStudy(id, "user:test")),
    ).rejects.toMatchObject({ code: "conflict" });
  });

  test("pages of a list hold every study once, newest first", async () => {
    for (let index = 0; index < 5; index++) await study({ name: `s${index}` });
    const first = await world.store.listStudies("default", {}, { limit: 2 });
    const second = await world.store.listStudies(
      "default",
      {},
      { limit: 2, cursor: first.nextCursor as string },
    );
    const third = await world.store.listStudies(
      "default",
      {},
      { limit: 2, cursor: second.nextCursor as string },
    );
    expect([first, second, third].flatMap((page) => page.items.map((item) => item.name))).toEqual([
      "s4",
      "s3",
      "s2",
      "s1",
      "s0",
    ]);
    expect(third.nextCursor).toBeNull();
    await expect(
      world.store.listStudies("default", { state: "done" }, { limit: 2, cursor: first.nextCursor as string }),
    ).rejects.toMatchObject({ code: "invalid-input" });
  });
});

describe("claims", () => {
  test("a repeated request gets the same attempt, with a token that works", async () => {
    await study();
    const requestId = randomUUID();
    const [first] = await agent.claim({ requestId });
    const [second] = await agent.claim({ requestId });
    expect(second).toMatchObject({ trialId: first?.trialId, attempt: first?.attempt });
    expect(await agent.claim({ max: 8 })).toHaveLength(1);
  });

  test("a request sent twice at the same time is answered once", async () => {
    await study({ parallelism: 8, budget: { maxTrials: 8 } });
    for (let round = 0; round < 4; round++) {
      const requestId = randomUUID();
      const answers = await Promise.all([1, 2, 3, 4].map(() => agent.claim({ requestId })));
      expect(new Set(answers.flat().map((assignment) => assignment.trialId)).size).toBe(1);
    }
    expect((await again()).counts.running).toBe(4);
  });

  test("a trial goes only where it fits", async () => {
    await study({ resources: { gpus: 1, gpuMemoryMb: 20_000, labels: { zone: "a" } } });
    expect(await agent.claim()).toEqual([]);
    const gpu = { index: 0, uuid: "GPU-0", name: "H200", memoryMb: 140_000, free: 1, freeMemoryMb: 140_000 };
    expect(await agent.claim({ free: { ...HOST, gpus: [gpu] } })).toEqual([]);
    expect(await agent.claim({ free: { ...HOST, gpus: [gpu], labels: { zone: "a" } }, max: 5 })).toHaveLength(
      1,
    );
  });

  test("a newer agent of the same name is served, the older one is told", async () => {
    await study();
    const older = await registerTestAgent(world.store, { name: "twin" });
    const newer = await registerTestAgent(world.store, { name: "twin" });
    await expect(older.claim()).rejects.toMatchObject({ code: "stale-session" });
    expect(await newer.claim()).toHaveLength(1);
  });

  test("larger priority is placed first", async () => {
    await study({ name: "low" });
    await study({ name: "high", priority: 5 });
    expect((await claimOne()).study).toBe("high");
  });

  test("an external worker that comes back gets its unfinished trial", async () => {
    const { id } = await study({ command: undefined });
    const [first] = await world.store.claimForWorker(id, "w1", 1, 60_000);
    const [same] = await world.store.claimForWorker(id, "w1", 1, 60_000);
    const [other] = await world.store.claimForWorker(id, "w2", 1, 60_000);
    expect(same?.trial).toBe(first?.trial);
    expect(other?.trial).not.toBe(first?.trial);
    expect(await world.store.claimForWorker(id, "w3", 1, 60_000)).toEqual([]);
  });
});

describe("reports", () => {
  test("resent points are duplicates, other values of a known step are conflicts, and the first value stays", async () => {
    await study();
    const claimed = await claimOne();
    const points = [
      { name: "loss", step: 1, value: 0.5 },
      { name: "loss", step: 2, value: 0.25 },
    ];
    expect(await report(claimed, points)).toMatchObject({ accepted: 2, duplicates: 0, conflicts: 0 });
    expect(await report(claimed, points)).toMatchObject({ accepted: 0, duplicates: 2, conflicts: 0 });
    expect(await report(claimed, [{ name: "loss", step: 1, value: 9 }])).toMatchObject({
      accepted: 0,
      conflicts: 1,
    });
    const [series] = await world.store.trialMetrics(claimed.studyId, claimed.trial, { maxPoints: 100 });
    expect(series?.points.map(({ value }) => value)).toEqual([0.5, 0.25]);
  });

  test("steps count on where none is told, and NaN is kept as what it is", async () => {
    await study();
    const claimed = await claimOne();
    await report(claimed, [
      { name: "loss", value: 1 },
      { name: "loss", value: "NaN" },
    ]);
    await report(claimed, [{ name: "loss", value: 2 }]);
    const [series] = await world.store.trialMetrics(claimed.studyId, claimed.trial, { maxPoints: 100 });
    expect(series?.points.map(({ step, value }) => [step, value])).toEqual([
      [1, 1],
      [2, "NaN"],
      [3, 2],
    ]);
  });

  test("a long series is thinned without losing its spikes", async () => {
    await study();
    const claimed = await claimOne();
    const points = Array.from({ length: 5_000 }, (_, step) => ({
      name: "loss",
      step,
      value: step === 2_345 ? 1e9 : Math.sin(step),
    }));
    await report(claimed, points);
    const [series] = await world.store.trialMetrics(claimed.studyId, claimed.trial, { maxPoints: 200 });
    expect(series?.points.length).toBeLessThanOrEqual(200);
    expect(series?.total).toBe(5_000);
    expect(series?.points.some(({ value }) => value === 1e9)).toBe(true);
    expect(series?.points.at(-1)?.step).toBe(4_999);
  });

  test("more than 1000 metric names are refused", async () => {
    await study();
    const claimed = await claimOne();
    const points = Array.from({ length: 1_001 }, (_, index) => ({ name: `m${index}`, step: 1, value: 1 }));
    await expect(report(claimed, points)).rejects.toMatchObject({ code: "limit-exceeded" });
  });
});

describe("an attempt that is over", () => {
  test("changes nothing any more, whatever its process sends", async () => {
    const { id } = await study({ parallelism: 1 });
    const old = await claimOne();
    await world.sql`update leases set expires_at = now() - interval '1 hour'`;
    expect(await world.store.reapLostAttempts(0, 10)).toEqual([id]);
    await advance(id);
    const next = await claimOne();
    expect(next).toMatchObject({ trialId: old.trialId, attempt: 2 });

    await expect(report(old, [{ name: "loss", step: 1, value: 1 }])).rejects.toMatchObject({
      code: "stale-attempt",
    });
    await expect(finish(old)).rejects.toMatchObject({ code: "stale-attempt" });
    await expect(
      world.store.appendLog(old.trialId, old.attempt, 0, Buffer.from("x"), 100),
    ).rejects.toMatchObject({ code: "stale-attempt" });
    const { commands } = await world.store.heartbeat(
      agent.id,
      {
        session: agent.session,
        state: "up",
        held: [
          { trialId: old.trialId, attempt: 1 },
          { trialId: next.trialId, attempt: 2 },
        ],
      },
      60_000,
    );
    expect(commands).toEqual([{ type: "stale", trialId: old.trialId, attempt: 1 }]);
    expect(await world.sql`select 1 from metric_points`).toHaveLength(0);
  });

  test("is recorded once, however often its result is sent", async () => {
    const { id } = await study();
    const claimed = await claimOne();
    await report(claimed, [{ name: "loss", step: 1, value: 0.5 }]);
    const answers = await Promise.all([finish(claimed), finish(claimed), finish(claimed)]);
    expect(answers.filter(Boolean)).toHaveLength(1);
    await advance(id);
    expect(await finish(claimed)).toBe(false);
    await expect(finish(claimed, { outcome: "failed", exitCode: 1 })).rejects.toMatchObject({
      code: "stale-attempt",
    });
    const ends = (await world.store.studyEvents(id, 0, 1000)).filter(
      (event) => event.type === "trial.finished",
    );
    expect(ends).toHaveLength(1);
  });

  test("is not declared lost for an outage of our own", async () => {
    await study();
    await claimOne();
    await world.store.noteSweep(1_000, 60_000);
    await world.sql`update leases set expires_at = now() - interval '1 minute'`;
    await world.sql`update sweeps set last_run_at = now() - interval '10 minutes'`;
    expect(await world.store.noteSweep(1_000, 60_000)).toBe(true);
    expect(await world.store.reapLostAttempts(0, 10)).toEqual([]);
  });
});

describe("logs", () => {
  test("are appended by offset: repeats are skipped, gaps are refused, the cap holds", async () => {
    await study();
    const claimed = await claimOne();
    const append = (offset: number, text: string) =>
      world.store.appendLog(claimed.trialId, claimed.attempt, offset, Buffer.from(text), 10);
    expect(await append(0, "hello ")).toEqual({ nextOffset: 6 });
    expect(await append(0, "hello ")).toEqual({ nextOffset: 6 });
    expect(await append(3, "lo wor")).toEqual({ nextOffset: 9 });
    await expect(append(20, "x")).rejects.toMatchObject({ code: "conflict" });
    await append(9, "ld and much more");
    const slice = await world.store.readLog(claimed.studyId, claimed.trial, { offset: 2, maxBytes: 5 });
    expect(Buffer.from(slice.bytes).toString()).toBe("llo w");
    const rest = await world.store.readLog(claimed.studyId, claimed.trial, { offset: 7, maxBytes: 100 });
    expect(Buffer.from(rest.bytes).toString()).toBe("orl");
    expect(rest.end).toBe(false);
  });
});

describe("turns", () => {
  test("are had by one scheduler at a time", async () => {
    const { id } = await study();
    const inner = await world.store.withTurn(id, async () => world.store.withTurn(id, async () => "second"));
    expect(inner).toBeNull();
  });

  test("write nothing when a user changed the study meanwhile", async () => {
    const { id } = await study();
    await claimOne().then(finish);
    const searcher = createLocalSearcher();
    const deps = {
      store: world.store,
      cache: createStateCache(1),
      searcher: {
        ...searcher,
        ask: async (question: Parameters<typeof searcher.ask>[0]) => {
          await world.store.patchStudy(id, { parallelism: 1 }, null, "user:test");
          return searcher.ask(question);
        },
      },
    };
    const before = (await again()).lastSeq;
    expect(await takeTurn(deps, id)).toEqual({ type: "changed" });
    expect((await again()).lastSeq).toBe(before);
    expect(await world.store.hasInbox(id)).toBe(true);
    await advance(id);
    expect(await world.store.hasInbox(id)).toBe(false);
  });

  test("do not cancel a trial that was claimed meanwhile", async () => {
    const { id } = await study();
    await world.store.stopTrial(id, 0, "user:test");
    const outcome = await world.store.withTurn(id, async (turn) => {
      await claimOne();
      const body = {
        type: "trial.finished",
        trial: 0,
        state: "cancelled",
        values: [],
        losses: null,
        violations: [],
        failureClass: null,
      } as const;
      return turn.commit(
        [{ actor: "scheduler", time: turn.now, body, why: { rule: "x", inputs: {}, text: "x" } }],
        [],
      );
    });
    expect(outcome).toBe("changed");
    await advance(id);
    expect(await world.store.getTrial(id, 0)).toMatchObject({ state: "running", stopRequested: "cancel" });
  });
});

describe("a trial by hand", () => {
  test("is numbered with the others, runs, and never passes the study's limit", async () => {
    const { id } = await study({ budget: { maxTrials: 3 } });
    const added = await world.store.enqueueTrial(id, { x: 0.5 }, [0.5], "user:test");
    expect(added.number).toBe(2);
    await expect(world.store.enqueueTrial(id, { x: 0.5 }, [0.5], "user:test")).rejects.toMatchObject({
      code: "conflict",
    });
    await advance(id);
    expect((await world.store.getTrial(id, 2)).origin).toBe("user");
  });

  test("that failed is run again on request, and counts as the same trial", async () => {
    const { id } = await study();
    const claimed = await claimOne();
    await finish(claimed, { outcome: "failed", failureClass: "user-error", exitCode: 1 });
    await advance(id);
    await world.store.retryTrial(id, claimed.trial, "user:test");
    await advance(id);
    expect(await world.store.getTrial(id, claimed.trial)).toMatchObject({ state: "queued", attempt: 1 });
    await expect(world.store.retryTrial(id, claimed.trial, "user:test")).rejects.toMatchObject({
      code: "conflict",
    });
  });
});

describe("the leaderboard", () => {
  async function runTrial(values: Record<string, number | "NaN">): Promise<void> {
    const claimed = await claimOne();
    await report(
      claimed,
      Object.entries(values).map(([name, value]) => ({ name, step: 1, value })),
    );
    await finish(claimed);
    await advance(claimed.studyId);
  }

  test("ranks by the goal, and a diverged trial is not on it", async () => {
    const { id } = await study({ objectives: [{ metric: "acc", goal: "maximize" }] });
    for (const acc of [0.5, 0.9, "NaN", 0.7] as const) await runTrial({ acc });
    const board = await world.store.leaderboard(id, 10);
    expect(board.rows.map((row) => row.values[0])).toEqual([0.9, 0.7, 0.5]);
    expect(board).toMatchObject({ measured: 3, medianValue: 0.7 });
    expect((await again()).best).toMatchObject({ trial: 1, values: [0.9] });
    expect((await again()).counts.failed).toBe(1);
  });

  test("gives the median of an even number without a rounding error", async () => {
    const { id } = await study({ objectives: [{ metric: "acc", goal: "maximize" }] });
    for (const acc of [0.5, 0.861, 0.862, 0.9]) await runTrial({ acc });
    expect((await world.store.leaderboard(id, 10)).medianValue).toBe(0.8615);
  });

  test("puts trials that break an outcome constraint last", async () => {
    const { id } = await study({ outcomeConstraints: [{ metric: "latency", max: 10 }] });
    await runTrial({ loss: 0.1, latency: 50 });
    await runTrial({ loss: 0.9, latency: 5 });
    const board = await world.store.leaderboard(id, 10);
    expect(board.rows.map((row) => [row.trial, row.feasible])).toEqual([
      [1, true],
      [0, false],
    ]);
    expect((await again()).best?.trial).toBe(1);
  });

  test("ranks several objectives by their fronts", async () => {
    const { id } = await study({
      objectives: [
        { metric: "a", goal: "minimize" },
        { metric: "b", goal: "minimize" },
      ],
    });
    await runTrial({ a: 1, b: 1 });
    await runTrial({ a: 2, b: 2 });
    await runTrial({ a: 0.5, b: 3 });
    const board = await world.store.leaderboard(id, 10);
    expect(board.rows.map((row) => [row.rank, row.trial])).toEqual([
      [1, 0],
      [1, 2],
      [2, 1],
    ]);
  });
});

describe("the event stream", () => {
  test("never skips an event while others commit at the same time", async () => {
    const start = await world.store.eventsAfter(null, 10);
    const studies = await Promise.all(Array.from({ length: 6 }, (_, index) => study({ name: `s${index}` })));
    const seen: string[] = [];
    let position = start.position;
    let done = false;
    const follow = (async () => {
      for (;;) {
        const page = await world.store.eventsAfter(position, 7);
        position = page.position;
        seen.push(...page.events.map((event) => `${event.study}/${event.seq}`));
        if (done && page.events.length === 0) return;
      }
    })();
    await Promise.all(
      studies.map(async ({ id }, index) => {
        for (let turn = 0; turn < 10; turn++) {
          await world.store.patchStudy(id, { priority: index + turn }, null, "user:test");
          await advance(id);
        }
      }),
    );
    done = true;
    await follow;
    const logs = await Promise.all(studies.map(({ id }) => world.store.studyEvents(id, 0, 1000)));
    const all = logs.flat().map((event) => `${event.study}/${event.seq}`);
    expect(seen.sort()).toEqual(all.sort());
  });
});

describe("an external worker's lease", () => {
  test("is renewed by its reports for as long as it asked for", async () => {
    const { id } = await study({ command: undefined });
    const [claimed] = await world.store.claimForWorker(id, "w1", 1, 600_000);
    await world.sql`update leases set expires_at = now()`;
    await report(claimed as Assignment, [{ name: "loss", step: 1, value: 1 }]);
    const [lease] = await world.sql<
      { left: number }[]
    >`select extract(epoch from expires_at - now())::float8 as left from leases`;
    expect(lease?.left).toBeGreaterThan(590);
  });
});

describe("why a trial waits", () => {
  test("is said in a sentence that names what is missing", async () => {
    await study({ resources: { gpus: 1 }, parallelism: 1 });
    const [item] = await world.store.queue(null, 10);
    expect(item?.why).toContain("No agent can ever run it");
    expect(item?.why).toContain("has no GPU");
  });
});

describe("idempotency keys", () => {
  test("replay the first answer, refuse another request, and are free again after a failure", async () => {
    expect(await world.store.reserveKey("p", "k", "hash")).toEqual({ type: "new" });
    expect(await world.store.reserveKey("p", "k", "hash")).toEqual({ type: "busy" });
    await world.store.releaseKey("p", "k");
    expect(await world.store.reserveKey("p", "k", "hash")).toEqual({ type: "new" });
    await world.store.saveResponse("p", "k", 201, { id: 1 });
    expect(await world.store.reserveKey("p", "k", "hash")).toEqual({
      type: "replay",
      status: 201,
      response: { id: 1 },
    });
    await expect(world.store.reserveKey("p", "k", "other")).rejects.toMatchObject({
      code: "idempotency-mismatch",
    });
    expect(await world.store.reserveKey("q", "k", "other")).toEqual({ type: "new" });
  });
});
