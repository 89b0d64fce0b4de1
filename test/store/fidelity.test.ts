import { describe, expect, test } from "vitest";
import type { Assignment } from "../../core/protocol.ts";
import { useScenario } from "../support/scenario.ts";

const scenario = useScenario();
const { advance, again, claimOne, finish, report, study } = scenario;

const FIDELITY = { unit: "epoch", min: 1, max: 9, eta: 3 };
const PLAIN = { algorithm: { name: "random" }, fidelity: FIDELITY, parallelism: 1, budget: { maxTrials: 3 } };

/** Trains up to the trial's budget, the loss being its number, and takes the turn. */
async function train(id: string, assignment: Assignment): Promise<void> {
  await report(assignment, [{ name: "loss", step: assignment.budget ?? 9, value: assignment.trial }]);
  await finish(assignment);
  await advance(id);
}

describe("trials that are trained in part", () => {
  test("pause with the value of their rung, hold no slot, and are claimed again with a larger budget", async () => {
    const { id } = await study(PLAIN);
    const first = await claimOne();
    expect(first).toMatchObject({ trial: 0, budget: 1, attempt: 1 });
    await train(id, first);
    const paused = await scenario.world.store.getTrial(id, 0);
    expect(paused).toMatchObject({ state: "paused", values: [0], budget: 1, endedAt: null });
    expect((await again()).counts).toMatchObject({ paused: 1, running: 0, queued: 1 });
    await train(id, await claimOne());
    await train(id, await claimOne());
    const promoted = await claimOne();
    expect(promoted).toMatchObject({ trial: 0, budget: 3, attempt: 2 });
    expect(await scenario.world.store.getTrial(id, 0)).toMatchObject({
      state: "running",
      budget: 3,
      values: [0],
    });
  });

  test("end with the study: one trained in full, the others pruned with what they measured", async () => {
    const { id } = await study(PLAIN);
    for (let step = 0; step < 20 && (await again()).state !== "done"; step++)
      await train(id, await claimOne());
    const done = await again();
    expect(done).toMatchObject({ state: "done", end: "max-trials", best: { trial: 0, values: [0] } });
    expect(done.counts).toMatchObject({ completed: 1, pruned: 2, paused: 0 });
    const { rows } = await scenario.world.store.leaderboard(id, 10);
    expect(rows.map(({ trial, budget, state }) => [trial, budget, state])).toEqual([
      [0, 9, "completed"],
      [1, 1, "pruned"],
      [2, 1, "pruned"],
    ]);
  });

  test("a running one that reported its last step is told that its budget is used up", async () => {
    const { id } = await study(PLAIN);
    const running = await claimOne();
    await report(running, [{ name: "loss", step: 1, value: 5 }]);
    await advance(id);
    const reply = await report(running, [{ name: "loss", step: 2, value: 4 }]);
    expect(reply).toMatchObject({ shouldStop: true, kind: "budget" });
    expect(reply.reason).toContain("epoch 1");
    await finish(running, { outcome: "stopped" });
    await advance(id);
    const trial = await scenario.world.store.getTrial(id, 0);
    expect(trial).toMatchObject({ state: "paused", values: [5], stopRequested: null });
  });

  test("one that is being ended at its rung is told of its user's stop, and does not pause", async () => {
    const { id } = await study(PLAIN);
    const running = await claimOne();
    await report(running, [{ name: "loss", step: 1, value: 5 }]);
    await advance(id);
    await scenario.world.store.stopTrial(id, 0, "user:test");
    await advance(id);
    const reply = await report(running, [{ name: "loss", step: 2, value: 4 }]);
    expect(reply).toMatchObject({ shouldStop: true, kind: "cancel" });
    await finish(running, { outcome: "stopped" });
    await advance(id);
    expect(await scenario.world.store.getTrial(id, 0)).toMatchObject({ state: "cancelled" });
  });

  test("a paused one can be stopped by its user", async () => {
    const { id } = await study(PLAIN);
    await train(id, await claimOne());
    await scenario.world.store.stopTrial(id, 0, "user:test");
    await advance(id);
    expect(await scenario.world.store.getTrial(id, 0)).toMatchObject({ state: "cancelled" });
  });

  test("a turn that is taken twice at the same moment promotes nobody twice", async () => {
    const { id } = await study(PLAIN);
    for (let step = 0; step < 2; step++) await train(id, await claimOne());
    const last = await claimOne();
    await report(last, [{ name: "loss", step: 1, value: last.trial }]);
    await finish(last);
    await Promise.all([advance(id), advance(id), advance(id)]);
    const events = await scenario.world.store.studyEvents(id, {
      afterSeq: 0,
      limit: 1000,
      types: ["trial.promoted"],
    });
    expect(events.map(({ trial }) => trial)).toEqual([0]);
  });
});

describe("savings", () => {
  test("count what the pruned would have trained on, at their own pace", async () => {
    const { id } = await study(PLAIN);
    for (let step = 0; step < 20 && (await again()).state !== "done"; step++)
      await train(id, await claimOne());
    const { hours, gpuHours, holdout, text } = await scenario.world.store.savings(id);
    expect(hours.used).toBeGreaterThan(0);
    // Two of three trials stopped at one of nine epochs: eight times what they took.
    const trials = await Promise.all([1, 2].map((number) => scenario.world.store.getTrial(id, number)));
    const pruned = trials.reduce((sum, { seconds }) => sum + seconds, 0) / 3600;
    expect(hours.saved).toBeCloseTo(8 * pruned, 9);
    expect(hours.wasted).toBe(0);
    expect(gpuHours).toEqual({ used: 0, saved: 0, wasted: 0 });
    expect(holdout).toBeNull();
    expect(text).toMatch(/hours used, .* saved .* wasted\.$/);
  });

  test("failed and lost attempts are wasted", async () => {
    const { id } = await study({ ...PLAIN, resources: { gpus: 0 }, retry: { maxRetries: 1 } });
    const first = await claimOne();
    await finish(first, { outcome: "failed", failureClass: "user-error", exitCode: 1 });
    await advance(id);
    const { hours } = await scenario.world.store.savings(id);
    expect(hours.wasted).toBeGreaterThan(0);
    expect(hours.wasted).toBeCloseTo(hours.used, 9);
  });

  test("the rate of wrong prunes comes with an interval, from the held-out trials that ended", async () => {
    const { id } = await study({
      algorithm: { name: "random" },
      parallelism: 1,
      budget: { maxTrials: 4 },
      earlyStopping: { name: "threshold", config: { worseThan: 1 }, holdout: 1 },
    });
    for (const [value, final] of [
      [0.5, 0.5],
      [2, 0.1],
      [3, 3],
      [0.4, 0.4],
    ] as const) {
      const running = await claimOne();
      await report(running, [{ name: "loss", step: 1, value }]);
      await advance(id);
      await report(running, [{ name: "loss", step: 2, value: final }]);
      await finish(running);
      await advance(id);
    }
    const { holdout, text } = await scenario.world.store.savings(id);
    expect(holdout).toMatchObject({ heldOut: 2, completed: 2, wrong: 1, rate: 0.5 });
    expect(holdout!.low).toBeGreaterThan(0.05);
    expect(holdout!.high).toBeLessThan(0.95);
    expect(text).toContain("Of 2 held-out trials that ended, 1");
    expect((await scenario.world.store.getTrial(id, 1)).heldOut).toBe(true);
  });
});

describe("the log by type", () => {
  test("gives only the events asked for, the latest of them where that is wanted, oldest first", async () => {
    const { id } = await study(PLAIN);
    for (let step = 0; step < 3; step++) await train(id, await claimOne());
    const types = ["trial.paused"];
    const events = (query: object) =>
      scenario.world.store.studyEvents(id, { afterSeq: 0, limit: 2, types, ...query });
    expect((await events({})).map(({ trial }) => trial)).toEqual([0, 1]);
    expect((await events({ latest: true })).map(({ trial }) => trial)).toEqual([1, 2]);
    expect((await events({ trial: 2 })).map(({ trial }) => trial)).toEqual([2]);
  });
});
