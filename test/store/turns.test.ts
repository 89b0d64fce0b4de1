import { describe, expect, test } from "vitest";
import { createLocalSearcher } from "../../scheduler/searcher.ts";
import { createStateCache } from "../../scheduler/state-cache.ts";
import { takeTurn } from "../../scheduler/turn.ts";
import { useScenario } from "../support/scenario.ts";

const scenario = useScenario();
const { advance, again, claimOne, finish, study } = scenario;

describe("turns", () => {
  test("are had by one scheduler at a time", async () => {
    const { id } = await study();
    const inner = await scenario.world.store.withTurn(id, async () =>
      scenario.world.store.withTurn(id, async () => "second"),
    );
    expect(inner).toBe("busy");
  });

  test("write nothing when a user changed the study meanwhile", async () => {
    const { id } = await study();
    await claimOne().then(finish);
    const searcher = createLocalSearcher();
    const deps = {
      store: scenario.world.store,
      cache: createStateCache(1),
      searcher: {
        ...searcher,
        ask: async (question: Parameters<typeof searcher.ask>[0]) => {
          await scenario.world.store.patchStudy(id, { parallelism: 1 }, null, "user:test");
          return searcher.ask(question);
        },
      },
    };
    const before = (await again()).lastSeq;
    expect(await takeTurn(deps, id)).toEqual({ type: "changed" });
    expect((await again()).lastSeq).toBe(before);
    expect(await scenario.world.store.hasInbox(id)).toBe(true);
    await advance(id);
    expect(await scenario.world.store.hasInbox(id)).toBe(false);
  });

  test("do not cancel a trial that was claimed meanwhile", async () => {
    const { id } = await study();
    await scenario.world.store.stopTrial(id, 0, "user:test");
    const outcome = await scenario.world.store.withTurn(id, async (turn) => {
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
    expect(await scenario.world.store.getTrial(id, 0)).toMatchObject({
      state: "running",
      stopRequested: "cancel",
    });
  });

  test("do not cancel a trial that was claimed and ended meanwhile: its result counts", async () => {
    const { world } = scenario;
    const { id } = await study({ objectives: [{ metric: "loss", goal: "minimize", target: 0.5 }] });
    const first = await claimOne();
    await scenario.report(first, [{ name: "loss", value: 0.1 }]);
    await finish(first);
    const deps = { searcher: createLocalSearcher(), cache: createStateCache(1) };
    // The first trial's end reaches the target, which cancels what is queued.
    const outcome = await world.store.withTurn(id, async (turn) => {
      const second = await claimOne();
      await scenario.report(second, [{ name: "loss", value: 0.01 }]);
      expect(await finish(second)).toBe(true);
      return takeTurn({ ...deps, store: { withTurn: (_, work) => work(turn) } }, id);
    });
    expect(outcome).toEqual({ type: "changed" });
    await advance(id);
    expect(await again()).toMatchObject({ state: "done", counts: { completed: 2, cancelled: 0 } });
    expect(await world.store.getTrial(id, 1)).toMatchObject({ state: "completed", values: [0.01] });
  });

  test("know of every claim, however much waits in the inbox before it", async () => {
    const { world } = scenario;
    const { id } = await study();
    await world.store.stopTrial(id, 0, "user:test");
    await world.sql`
      insert into inbox (study_id, actor, fact, why)
      select ${id}, 'agent:test', '{"type": "trial.observed", "trial": 1, "attempt": 1, "points": []}',
             '{"rule": "trial.observed", "inputs": {}, "text": ""}'
      from generate_series(1, 1500)`;
    const claimed = await claimOne();
    expect(claimed.trial).toBe(0);
    await advance(id);
    expect(await world.store.getTrial(id, 0)).toMatchObject({ state: "running", stopRequested: "cancel" });
    await finish(claimed, { outcome: "stopped", exitCode: null });
    await advance(id);
    expect(await world.store.getTrial(id, 0)).toMatchObject({ state: "cancelled", attempt: 1 });
    expect(await world.store.hasInbox(id)).toBe(false);
  });
});

describe("a trial by hand", () => {
  test("is numbered with the others, runs, and never passes the study's limit", async () => {
    const { id } = await study({ budget: { maxTrials: 3 } });
    const added = await scenario.world.store.enqueueTrial(id, { x: 0.5 }, [0.5], "user:test");
    expect(added.number).toBe(2);
    await expect(scenario.world.store.enqueueTrial(id, { x: 0.5 }, [0.5], "user:test")).rejects.toMatchObject(
      {
        code: "conflict",
      },
    );
    await advance(id);
    expect((await scenario.world.store.getTrial(id, 2)).origin).toBe("user");
  });

  test("that failed is run again on request, and counts as the same trial", async () => {
    const { id } = await study();
    const claimed = await claimOne();
    await finish(claimed, { outcome: "failed", failureClass: "user-error", exitCode: 1 });
    await advance(id);
    await scenario.world.store.retryTrial(id, claimed.trial, "user:test");
    await advance(id);
    expect(await scenario.world.store.getTrial(id, claimed.trial)).toMatchObject({
      state: "queued",
      attempt: 1,
    });
    await expect(scenario.world.store.retryTrial(id, claimed.trial, "user:test")).rejects.toMatchObject({
      code: "conflict",
    });
  });
});
