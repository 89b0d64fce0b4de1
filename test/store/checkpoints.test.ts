import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { CheckpointPart } from "../../core/store.ts";
import { type CheckpointWorld, openCheckpointWorld, takeOne } from "../support/checkpoints.ts";
import type { TestAgent } from "../support/store.ts";

let world: CheckpointWorld;
let holder: TestAgent;
let other: TestAgent;

async function open(fidelity: object = {}): Promise<void> {
  await world.reset(fidelity);
  holder = await world.agentNamed("gpu-1");
  other = await world.agentNamed("gpu-2");
}
beforeAll(async () => {
  world = await openCheckpointWorld();
});
afterAll(() => world.close());
beforeEach(() => open());

/** Trial 0 has trained 9 epochs on gpu-1 and is queued again for 27. */
async function promoted(checkpoint?: { bytes: number; shared: boolean } | null) {
  await world.schedule(0);
  const first = await takeOne(holder);
  await world.end(first, 9, checkpoint);
  await world.pause(0);
  await world.promote(0);
  return first;
}

describe("a promoted trial", () => {
  test("goes to the agent that holds its checkpoint, before older trials", async () => {
    await world.schedule(0);
    const first = await takeOne(holder);
    await world.schedule(1);
    await world.end(first, 9);
    await world.pause(0);
    await world.promote(0);
    const next = await takeOne(holder);
    expect(next).toMatchObject({
      trial: 0,
      attempt: 2,
      budget: 27,
      from: {
        trialId: first.trialId,
        trial: 0,
        attempt: 1,
        step: 9,
        bytes: 1000,
        agent: "gpu-1",
        shared: false,
        archiveBytes: null,
      },
    });
    expect(await world.placed(0)).toEqual({
      rule: "trial.started",
      text: "Attempt 2 placed on gpu-1, goes on from its checkpoint at epoch 9.",
      inputs: { from: { trial: 0, step: 9, place: "agent" }, lostSteps: 0 },
    });
  });

  test("is kept for that agent while others get what is younger, and the queue says so", async () => {
    await promoted();
    await world.schedule(1);
    expect((await takeOne(other)).trial).toBe(1);
    expect(await other.claim()).toEqual([]);
    const [waiting] = await world.store.queue(null, 10);
    expect(waiting?.why).toMatch(
      /^Waits for agent gpu-1, which holds its checkpoint; in \d+ s another may take it\.$/,
    );
    expect((await takeOne(holder)).trial).toBe(0);
  });

  test("that was queued for longer than the affinity goes to anybody, and the log says what it costs", async () => {
    await promoted();
    await world.sql`update trials set queued_at = now() - interval '31 seconds'`;
    expect((await world.store.queue(null, 10))[0]?.why).not.toContain("gpu-1, which");
    expect(await takeOne(other)).toMatchObject({ trial: 0, from: { agent: "gpu-1", step: 9 } });
    expect(await world.placed(0)).toMatchObject({
      text: "Attempt 2 placed on gpu-2, restarts from zero: its checkpoint is on gpu-1, which is busy; 9 epochs are trained again.",
      inputs: { from: { trial: 0, step: 9, place: "none" }, lostSteps: 9 },
    });
  });

  test.each([
    ["away", () => world.silence("gpu-1")],
    ["draining", () => world.store.drainAgent("gpu-1", true)],
  ] as const)("whose agent is %s does not wait for it", async (fate, leave) => {
    await promoted();
    await leave();
    expect((await takeOne(other)).trial).toBe(0);
    expect((await world.placed(0)).text).toContain(
      `its checkpoint is on gpu-1, which is ${fate}; 9 epochs are trained again.`,
    );
  });

  test("whose checkpoint is shared goes to anybody at once", async () => {
    await promoted({ bytes: 5, shared: true });
    expect(await takeOne(other)).toMatchObject({ trial: 0, from: { shared: true } });
    expect((await world.placed(0)).text).toBe(
      "Attempt 2 placed on gpu-2, goes on from its checkpoint at epoch 9.",
    );
  });

  test("that left no checkpoint restarts, and the log says so", async () => {
    await promoted(null);
    expect(await takeOne(other)).toMatchObject({ trial: 0, from: null });
    expect(await world.placed(0)).toMatchObject({
      text: "Attempt 2 placed on gpu-2, restarts from zero: it has no checkpoint; 9 epochs are trained again.",
      inputs: { from: { place: "none" }, lostSteps: 9 },
    });
  });

  test("of a study that waits for nobody is free at once", async () => {
    await open({ checkpoint: { affinitySeconds: 0 } });
    await promoted();
    expect((await takeOne(other)).trial).toBe(0);
  });

  test("has the same source when a lost reply is given again", async () => {
    await promoted();
    const requestId = randomUUID();
    const [once] = await holder.claim({ requestId });
    const [again] = await holder.claim({ requestId });
    expect(again?.from).toEqual(once?.from);
    expect(again?.from?.step).toBe(9);
  });

  test("is claimed once, however many agents ask", async () => {
    await promoted();
    const answers = await Promise.all([1, 2, 3, 4].flatMap(() => [holder.claim(), other.claim()]));
    expect(answers.flat().map(({ trial }) => trial)).toEqual([0]);
    const [study] = await world.sql<{ running: number }[]>`select running from studies`;
    expect(study?.running).toBe(1);
  });
});

describe("a trial with a parent", () => {
  test("goes where the parent's checkpoint is, until it has one of its own", async () => {
    const parent = await promoted();
    await world.schedule(1, { parent: 0 });
    expect(await other.claim()).toEqual([]);
    const claimed = await holder.claim({ max: 2 });
    const child = claimed.find(({ trial }) => trial === 1);
    expect(child).toMatchObject({ attempt: 1, from: { trialId: parent.trialId, trial: 0, step: 9 } });
    expect((await world.placed(1)).text).toBe(
      "Attempt 1 placed on gpu-1, goes on from trial 0's checkpoint at epoch 9.",
    );
    if (child === undefined) return;
    await world.end(child, 12);
    await world.pause(1);
    await world.promote(1);
    expect(await takeOne(holder)).toMatchObject({
      trial: 1,
      from: { trialId: child.trialId, trial: 1, step: 12 },
    });
  });

  test("starts from zero without it, and the log says so", async () => {
    await world.schedule(0);
    await world.end(await takeOne(holder), 9, null);
    await world.pause(0);
    await world.schedule(1, { parent: 0 });
    await takeOne(other);
    expect((await world.placed(1)).text).toBe(
      "Attempt 1 placed on gpu-2, starts from zero: trial 0 has no checkpoint; 9 epochs are trained again.",
    );
  });
});

describe("what an attempt leaves", () => {
  test("counts by its objective's steps, and stays when a later one leaves nothing", async () => {
    await promoted();
    const second = await takeOne(holder);
    await world.end(second, 20, null);
    await world.requeue(0);
    expect((await takeOne(holder)).from).toMatchObject({ attempt: 1, step: 9 });
  });

  test("takes the place of an earlier one, and keeps its step when nothing new was trained", async () => {
    await promoted();
    const { trialId, attempt } = await takeOne(holder);
    const result = {
      outcome: "failed",
      failureClass: "user-error",
      exitCode: 1,
      signal: null,
      message: null,
    } as const;
    await world.store.finishAttempt(
      trialId,
      attempt,
      { ...result, logTruncatedBytes: 0, seenMetrics: [], checkpoint: { bytes: 7, shared: false } },
      "agent:test",
    );
    await world.requeue(0);
    expect((await takeOne(holder)).from).toMatchObject({ attempt: 2, step: 9, bytes: 7 });
  });

  test("a lost attempt keeps what the one before it left", async () => {
    await promoted();
    await takeOne(holder);
    await world.sql`update leases set expires_at = now() - interval '1 hour'`;
    await world.store.reapLostAttempts(0, 10);
    await world.requeue(0);
    expect((await takeOne(holder)).from).toMatchObject({ attempt: 1, step: 9 });
  });
});

describe("an archive on the server", () => {
  const bytes = Buffer.from("0123456789");
  const part = (
    first: { trialId: string; attempt: number },
    offset: number,
    end: number,
    last = false,
  ): CheckpointPart => ({
    agentId: holder.id,
    session: holder.session,
    trialId: first.trialId,
    attempt: first.attempt,
    offset,
    bytes: bytes.subarray(offset, end),
    last,
  });
  async function ended() {
    await open({ checkpoint: { store: "server", maxMb: 1 } });
    await world.schedule(0);
    const first = await takeOne(holder);
    await world.end(first, 9);
    await world.pause(0);
    return first;
  }
  const put = (sent: CheckpointPart) => world.store.putCheckpointPart(sent);

  test("is read as it was sent, whatever was sent twice, and lets any agent go on", async () => {
    const first = await ended();
    expect(await put(part(first, 0, 4))).toEqual({ nextOffset: 4 });
    await expect(put(part(first, 6, 8))).rejects.toMatchObject({
      code: "conflict",
      hint: "Send on from offset 4.",
    });
    await expect(world.store.readCheckpointPart(first.trialId, 1, 0)).rejects.toMatchObject({
      code: "not-found",
    });
    expect(await put(part(first, 2, 7))).toEqual({ nextOffset: 7 });
    expect(await put(part(first, 7, 10, true))).toEqual({ nextOffset: 10 });
    expect(await put(part(first, 7, 10, true))).toEqual({ nextOffset: 10 });
    const read = [];
    for (let offset = 0; ; ) {
      const slice = await world.store.readCheckpointPart(first.trialId, 1, offset);
      if (slice.length === 0) break;
      read.push(slice);
      offset += slice.length;
    }
    expect(Buffer.concat(read)).toEqual(bytes);
    await world.promote(0);
    expect((await takeOne(other)).from).toMatchObject({ archiveBytes: 10 });
    expect((await world.placed(0)).inputs).toMatchObject({ from: { place: "server" }, lostSteps: 0 });
  });

  test("is taken only from the agent that wrote the checkpoint, and only while the trial rests", async () => {
    const first = await ended();
    await expect(
      put({ ...part(first, 0, 4), agentId: other.id, session: other.session }),
    ).rejects.toMatchObject({ code: "stale-attempt" });
    await expect(put({ ...part(first, 0, 4), session: randomUUID() })).rejects.toMatchObject({
      code: "stale-session",
    });
    await world.promote(0);
    await takeOne(holder);
    await expect(put(part(first, 0, 4))).rejects.toMatchObject({ code: "stale-attempt" });
  });

  test("is refused past the study's limit", async () => {
    const first = await ended();
    const large = { ...part(first, 0, 0), bytes: Buffer.alloc(1024 * 1024 + 1) };
    await expect(put(large)).rejects.toMatchObject({
      code: "limit-exceeded",
      message: expect.stringContaining("1 MiB"),
    });
  });

  test("is of the last attempt: a new checkpoint empties it", async () => {
    const first = await ended();
    await put(part(first, 0, 10, true));
    await world.promote(0);
    const second = await takeOne(holder);
    await world.end(second, 20);
    await expect(world.store.readCheckpointPart(first.trialId, 1, 0)).rejects.toMatchObject({
      code: "not-found",
    });
    expect(await world.sql`select 1 from checkpoint_parts`).toHaveLength(0);
  });

  test("is not taken by a study that keeps checkpoints on its agents", async () => {
    const first = await promoted();
    await expect(put(part(first, 0, 4))).rejects.toMatchObject({ code: "stale-attempt" });
  });
});
