import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Assignment } from "../../core/protocol.ts";
import { useScenario } from "../support/scenario.ts";
import { HOST, registerTestAgent } from "../support/store.ts";

const scenario = useScenario();
const { advance, again, claimOne, finish, report, study } = scenario;

describe("claims", () => {
  test("a repeated request gets the same attempt, with a token that works", async () => {
    await study();
    const requestId = randomUUID();
    const [first] = await scenario.agent.claim({ requestId });
    const [second] = await scenario.agent.claim({ requestId });
    expect(second).toMatchObject({ trialId: first?.trialId, attempt: first?.attempt });
    expect(await scenario.agent.claim({ max: 8 })).toHaveLength(1);
  });

  test("a request sent twice at the same time is answered once", async () => {
    await study({ parallelism: 8, budget: { maxTrials: 8 } });
    for (let round = 0; round < 4; round++) {
      const requestId = randomUUID();
      const answers = await Promise.all([1, 2, 3, 4].map(() => scenario.agent.claim({ requestId })));
      expect(new Set(answers.flat().map((assignment) => assignment.trialId)).size).toBe(1);
    }
    expect((await again()).counts.running).toBe(4);
  });

  test("a trial goes only where it fits", async () => {
    await study({ resources: { gpus: 1, gpuMemoryMb: 20_000, labels: { zone: "a" } } });
    expect(await scenario.agent.claim()).toEqual([]);
    const gpu = { index: 0, uuid: "GPU-0", name: "H200", memoryMb: 140_000, free: 1, freeMemoryMb: 140_000 };
    expect(await scenario.agent.claim({ free: { ...HOST, gpus: [gpu] } })).toEqual([]);
    expect(
      await scenario.agent.claim({ free: { ...HOST, gpus: [gpu], labels: { zone: "a" } }, max: 5 }),
    ).toHaveLength(1);
  });

  test("a newer agent of the same name is served, the older one is told", async () => {
    await study();
    const older = await registerTestAgent(scenario.world.store, { name: "twin" });
    const newer = await registerTestAgent(scenario.world.store, { name: "twin" });
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
    const [first] = await scenario.world.store.claimForWorker(id, "w1", 1, 60_000);
    const [same] = await scenario.world.store.claimForWorker(id, "w1", 1, 60_000);
    const [other] = await scenario.world.store.claimForWorker(id, "w2", 1, 60_000);
    expect(same?.trial).toBe(first?.trial);
    expect(other?.trial).not.toBe(first?.trial);
    expect(await scenario.world.store.claimForWorker(id, "w3", 1, 60_000)).toEqual([]);
  });
});

describe("an attempt that is over", () => {
  test("changes nothing any more, whatever its process sends", async () => {
    const { id } = await study({ parallelism: 1 });
    const old = await claimOne();
    await scenario.world.sql`update leases set expires_at = now() - interval '1 hour'`;
    expect(await scenario.world.store.reapLostAttempts(0, 10)).toEqual([id]);
    await advance(id);
    const next = await claimOne();
    expect(next).toMatchObject({ trialId: old.trialId, attempt: 2 });

    await expect(report(old, [{ name: "loss", step: 1, value: 1 }])).rejects.toMatchObject({
      code: "stale-attempt",
    });
    await expect(finish(old)).rejects.toMatchObject({ code: "stale-attempt" });
    await expect(
      scenario.world.store.appendLog(old.trialId, old.attempt, 0, Buffer.from("x"), 100),
    ).rejects.toMatchObject({ code: "stale-attempt" });
    const { commands } = await scenario.world.store.heartbeat(
      scenario.agent.id,
      {
        session: scenario.agent.session,
        state: "up",
        held: [
          { trialId: old.trialId, attempt: 1 },
          { trialId: next.trialId, attempt: 2 },
        ],
      },
      60_000,
    );
    expect(commands).toEqual([{ type: "stale", trialId: old.trialId, attempt: 1 }]);
    expect(await scenario.world.sql`select 1 from metric_points`).toHaveLength(0);
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
    const ends = (await scenario.world.store.studyEvents(id, { afterSeq: 0, limit: 1000 })).filter(
      (event) => event.type === "trial.finished",
    );
    expect(ends).toHaveLength(1);
  });

  test("is not declared lost for an outage of our own", async () => {
    await study();
    await claimOne();
    await scenario.world.store.noteSweep(1_000, 60_000);
    await scenario.world.sql`update leases set expires_at = now() - interval '1 minute'`;
    await scenario.world.sql`update sweeps set last_run_at = now() - interval '10 minutes'`;
    expect(await scenario.world.store.noteSweep(1_000, 60_000)).toBe(true);
    expect(await scenario.world.store.reapLostAttempts(0, 10)).toEqual([]);
  });
});

describe("a training process", () => {
  test("learns whether to stop, and cannot prolong the lease of its agent", async () => {
    await study();
    const { trialId, attempt } = await claimOne();
    const leaseLeft = async () => {
      const [lease] = await scenario.world.sql<{ left: number; lease_ms: number }[]>`
        select extract(epoch from expires_at - now())::float8 as left, lease_ms from leases`;
      return lease!;
    };
    const before = await leaseLeft();
    const week = 604_800_000;
    expect(await scenario.world.store.renewLease(trialId, attempt, week)).toEqual({
      shouldStop: false,
      reason: null,
    });
    const after = await leaseLeft();
    expect(after.left).toBeLessThanOrEqual(before.left);
    expect(after.lease_ms).toBe(before.lease_ms);
    await scenario.world
      .sql`update trials set stop_kind = 'cancel', stop_reason = 'by hand' where id = ${trialId}`;
    expect(await scenario.world.store.renewLease(trialId, attempt, week)).toEqual({
      shouldStop: true,
      reason: "by hand",
    });
    await expect(scenario.world.store.renewLease(trialId, attempt + 1, week)).rejects.toMatchObject({
      code: "stale-attempt",
    });
  });
});

describe("an external worker's lease", () => {
  test("is renewed by its heartbeats for as long as they ask for", async () => {
    const { id } = await study({ command: undefined });
    const [claimed] = await scenario.world.store.claimForWorker(id, "w1", 1, 1_000);
    await scenario.world.store.renewLease(claimed!.trialId, claimed!.attempt, 600_000);
    const [lease] = await scenario.world.sql<{ left: number }[]>`
      select extract(epoch from expires_at - now())::float8 as left from leases`;
    expect(lease?.left).toBeGreaterThan(590);
  });

  test("is renewed by its reports for as long as it asked for", async () => {
    const { id } = await study({ command: undefined });
    const [claimed] = await scenario.world.store.claimForWorker(id, "w1", 1, 600_000);
    await scenario.world.sql`update leases set expires_at = now()`;
    await report(claimed as Assignment, [{ name: "loss", step: 1, value: 1 }]);
    const [lease] = await scenario.world.sql<
      { left: number }[]
    >`select extract(epoch from expires_at - now())::float8 as left from leases`;
    expect(lease?.left).toBeGreaterThan(590);
  });
});

describe("why a trial waits", () => {
  test("is said in a sentence that names what is missing", async () => {
    await study({ resources: { gpus: 1 }, parallelism: 1 });
    const [item] = await scenario.world.store.queue(null, 10);
    expect(item?.why).toContain("No agent can ever run it");
    expect(item?.why).toContain("has no GPU");
  });
});
