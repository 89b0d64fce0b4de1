import { describe, expect, test } from "vitest";
import { SimulatedStudy, specOf } from "../support/simulated-study.ts";

const types = (bodies: readonly { type: string }[]) => bodies.map((body) => body.type);

async function started(spec = specOf({ budget: { maxTrials: 3 } })): Promise<SimulatedStudy> {
  const study = new SimulatedStudy(spec);
  await study.turn();
  study.start(0);
  return study;
}

describe("proposing", () => {
  test("a new study proposes as many trials as may run at once", async () => {
    const study = new SimulatedStudy(specOf({ parallelism: 3, budget: { maxTrials: 10 } }));
    expect(types(await study.turn())).toEqual([
      "study.created",
      "trial.scheduled",
      "trial.scheduled",
      "trial.scheduled",
    ]);
  });

  test("a study never creates more trials than its budget", async () => {
    const study = new SimulatedStudy(specOf({ parallelism: 2, budget: { maxTrials: 3 } }));
    await study.turn();
    for (const trial of [0, 1, 2]) {
      study.start(trial);
      study.observe(trial, [0.5]);
      study.end(trial, {});
      await study.turn();
    }
    expect(study.study.created).toBe(3);
    expect(study.last("study.done")?.body).toEqual({ type: "study.done", end: "max-trials" });
  });

  test("a paused study proposes nothing until it is resumed", async () => {
    const study = new SimulatedStudy(specOf({ budget: { maxTrials: 3 } }));
    study.fact({ type: "study.paused" });
    expect(types(await study.turn())).toEqual(["study.created", "study.paused"]);
    study.fact({ type: "study.resumed" });
    expect(types(await study.turn())).toEqual(["study.resumed", "trial.scheduled"]);
  });

  test("a grid that comes to its end ends the study once its last trial did", async () => {
    const study = new SimulatedStudy(
      specOf({
        parameters: [{ name: "c", type: "categorical", choices: ["a", "b"] }],
        algorithm: { name: "grid" },
        parallelism: 2,
      }),
    );
    await study.turn();
    for (const trial of [0, 1]) {
      study.start(trial);
      study.observe(trial, [1]);
      study.end(trial, {});
    }
    await study.turn();
    expect(study.last("search.exhausted")).toBeDefined();
    expect(study.last("study.done")?.body).toMatchObject({ end: "exhausted" });
    const reason = study.last("search.exhausted")?.why.text;
    expect(study.last("study.done")?.why.text).toBe(`Done: 2 of 2 trials completed. ${reason}`);
  });

  test("a search that had come to its end is asked again under a new limit, and the study still ends", async () => {
    const study = new SimulatedStudy(
      specOf({
        parameters: [{ name: "c", type: "categorical", choices: ["a", "b"] }],
        algorithm: { name: "grid" },
        parallelism: 3,
      }),
    );
    await study.turn();
    study.study.spec = { ...study.study.spec, parallelism: 4 };
    study.fact({ type: "study.changed", changes: { parallelism: 4 } });
    expect(types(await study.turn())).toEqual(["study.changed", "search.exhausted"]);
    study.study.spec = { ...study.study.spec, priority: 1 };
    study.fact({ type: "study.changed", changes: { priority: 1 } });
    expect(types(await study.turn())).toEqual(["study.changed"]);
    for (const trial of [0, 1]) {
      study.start(trial);
      study.observe(trial, [1]);
      study.end(trial, {});
    }
    await study.turn();
    expect(study.last("study.done")?.body).toMatchObject({ end: "exhausted" });
  });

  test("the reason of a proposal is in the log", async () => {
    const study = await started();
    expect(study.last("trial.scheduled")?.why.text).not.toBe("");
  });
});

describe("an attempt's end", () => {
  test("a completed trial carries the value of the objective's strategy and its loss", async () => {
    const study = await started(
      specOf({ objectives: [{ metric: "acc", goal: "maximize", strategy: "max" }] }),
    );
    study.observe(0, [0.5, 0.9, 0.8], { metric: "acc" });
    study.end(0, {});
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({
      state: "completed",
      values: [0.9],
      losses: [-0.9],
    });
  });

  test("a metric that never appears fails the trial with the names that were seen and a guess", async () => {
    const study = await started(specOf({ objectives: [{ metric: "accuracy", goal: "maximize" }] }));
    study.end(0, {}, 1, ["loss", "accurracy"]);
    await study.turn();
    const event = study.last("trial.finished", 0);
    expect(event?.body).toMatchObject({ state: "failed", failureClass: "no-metric", losses: null });
    expect(event?.why.text).toBe(
      "Failed: metric `accuracy` never seen; saw: loss, accurracy. Did you mean `accurracy`?",
    );
  });

  test.each([
    [[12], "Completed with loss = 0.5."],
    [
      [30],
      "Completed with loss = 0.5. It cannot be the best: lat breaks its bound (at least 5, at most 20) by 10.",
    ],
    [
      [Number.NaN],
      "Completed with loss = 0.5. It cannot be the best: lat has no finite value (its bound: at least 5, at most 20).",
    ],
    [
      [],
      "Completed with loss = 0.5. It cannot be the best: metric `lat` never seen; saw: loss, lta. Did you mean `lta`?",
    ],
  ])(
    "with %j reported for an outcome constraint the trial says whether it can be the best",
    async (values, text) => {
      const study = await started(specOf({ outcomeConstraints: [{ metric: "lat", min: 5, max: 20 }] }));
      study.observe(0, [0.5]);
      if (values.length > 0) study.observe(0, values, { metric: "lat" });
      study.end(0, {}, 1, ["loss", "lta"]);
      await study.turn();
      expect(study.last("trial.finished", 0)?.why.text).toBe(text);
    },
  );

  test("a value of NaN makes the trial diverged, never a number, and counts against nothing", async () => {
    const study = await started(specOf({ budget: { maxTrials: 3, maxFailedTrials: 0 } }));
    study.observe(0, [0.5, Number.NaN]);
    study.end(0, {});
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({
      state: "failed",
      failureClass: "diverged",
      losses: null,
    });
    expect(study.last("study.stopping")).toBeUndefined();
  });

  test("a failed attempt is run again as often as the retry policy says, then fails", async () => {
    const study = await started(specOf({ retry: { maxRetries: 1 } }));
    study.end(0, { outcome: "failed", failureClass: "user-error", exitCode: 1 });
    await study.turn();
    expect(study.last("trial.requeued", 0)?.body).toMatchObject({ cause: "retry" });
    study.start(0, 2);
    study.end(0, { outcome: "failed", failureClass: "user-error", exitCode: 1 }, 2);
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({
      state: "failed",
      failureClass: "user-error",
    });
  });

  test("a lost attempt is run again without being charged, and after three losses the trial is poison", async () => {
    const study = await started();
    for (const attempt of [1, 2, 3]) {
      if (attempt > 1) study.start(0, attempt);
      study.end(0, { outcome: "lost", failureClass: "lost", exitCode: null }, attempt);
      await study.turn();
    }
    const requeues = study.log.filter(({ body }) => body.type === "trial.requeued");
    expect(requeues.map(({ body }) => "cause" in body && body.cause)).toEqual(["lost", "lost"]);
    expect(study.last("trial.finished", 0)?.body).toMatchObject({ state: "failed", failureClass: "poison" });
  });

  test("exit 75 requeues without counting, but not for ever", async () => {
    const study = await started();
    for (let attempt = 1; attempt <= 101; attempt++) {
      if (attempt > 1) study.start(0, attempt);
      study.end(0, { outcome: "requeue", exitCode: 75 }, attempt);
      await study.turn();
    }
    expect(study.log.filter(({ body }) => body.type === "trial.requeued")).toHaveLength(100);
    expect(study.last("trial.finished", 0)?.why.rule).toBe("requeue-limit");
  });

  test("a trial whose agents were stopped is run again however often, whatever its process asked for before", async () => {
    const study = await started();
    for (let attempt = 1; attempt <= 202; attempt++) {
      if (attempt > 1) study.start(0, attempt);
      const byAgent = attempt > 100;
      const failureClass = byAgent ? "agent-stop" : null;
      study.end(0, { outcome: "requeue", exitCode: byAgent ? null : 75, failureClass }, attempt);
      await study.turn();
    }
    expect(study.log.filter(({ body }) => body.type === "trial.requeued")).toHaveLength(202);
    study.restart();
    study.start(0, 203);
    study.end(0, { outcome: "requeue", exitCode: 75 }, 203);
    await study.turn();
    expect(study.last("trial.finished", 0)?.why.rule).toBe("requeue-limit");
  });

  test("an infeasible point ends as infeasible with the script's reason", async () => {
    const study = await started();
    study.end(0, { outcome: "infeasible", message: "batch too large" });
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({ state: "infeasible", losses: null });
    expect(study.last("trial.finished", 0)?.why.text).toContain("batch too large");
  });

  test("only points of the last attempt's own run count, those that a resumed attempt continues included", async () => {
    const study = await started(
      specOf({ objectives: [{ metric: "loss", goal: "minimize", strategy: "min" }] }),
    );
    study.observe(0, [0.9, 0.1, 0.05]);
    study.end(0, { outcome: "lost", failureClass: "lost" });
    await study.turn();
    study.start(0, 2);
    // Resumed after step 1: what attempt 1 said of steps 2 and 3 is taken back.
    study.observe(0, [0.8, 0.7], { attempt: 2, from: 2 });
    study.end(0, {}, 2);
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({ values: [0.7] });
  });

  test("an attempt that reports nothing does not live off an earlier attempt's points", async () => {
    const study = await started();
    study.observe(0, [0.9]);
    study.end(0, { outcome: "lost", failureClass: "lost" });
    await study.turn();
    study.start(0, 2);
    study.end(0, {}, 2);
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({
      state: "failed",
      failureClass: "no-metric",
    });
  });
});

describe("stopping", () => {
  test("reaching the target ends the study and cancels what is open", async () => {
    const study = new SimulatedStudy(
      specOf({ parallelism: 2, objectives: [{ metric: "loss", goal: "minimize", target: 0.1 }] }),
    );
    await study.turn();
    study.start(0);
    study.observe(0, [0.1]);
    study.end(0, {});
    await study.turn();
    expect(study.last("study.stopping")?.body).toMatchObject({ end: "target-reached" });
    expect(study.last("trial.finished", 1)?.body).toMatchObject({ state: "cancelled" });
    expect(study.last("study.done")?.body).toMatchObject({ end: "target-reached" });
    const reason = study.last("study.stopping")?.why.text;
    expect(study.last("study.done")?.why.text).toContain(` completed. ${reason}`);
  });

  test("a user's stop tells running trials to end, and the study is done with the last of them", async () => {
    const study = await started();
    study.fact({ type: "study.stop-requested" });
    await study.turn();
    expect(study.last("trial.stopping", 0)?.body).toMatchObject({ kind: "cancel" });
    expect(study.last("study.done")).toBeUndefined();
    study.end(0, { outcome: "stopped" });
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({ state: "cancelled" });
    expect(study.last("study.done")?.body).toMatchObject({ end: "stopped" });
  });

  test("a result that arrives before the stop is never discarded", async () => {
    const study = await started();
    study.fact({ type: "study.stop-requested" });
    study.observe(0, [0.4]);
    study.end(0, {});
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({ state: "completed", values: [0.4] });
  });

  test("more failures than allowed end the study", async () => {
    const study = await started(specOf({ budget: { maxFailedTrials: 0 } }));
    study.end(0, { outcome: "failed", failureClass: "user-error", exitCode: 1 });
    await study.turn();
    expect(study.last("study.done")?.body).toMatchObject({ end: "max-failed-trials" });
  });

  test.each([
    ["twenty", 1, 20],
    ["twice as many as run at once", 15, 30],
  ])(
    "a study whose first trials all fail, %s of them, ends without a limit",
    async (_, parallelism, most) => {
      const study = await started(specOf({ parallelism, budget: {} }));
      for (let trial = 0; trial < most; trial++) {
        expect(study.last("study.stopping")).toBeUndefined();
        if (trial > 0) study.start(trial);
        study.end(trial, { outcome: "failed", failureClass: "command-not-found", exitCode: null });
        await study.turn();
      }
      expect(study.last("study.stopping")?.body).toMatchObject({ end: "max-failed-trials" });
      expect(study.last("study.stopping")?.why.text).toContain(`All of the first ${most} trials failed`);
    },
  );

  test("a study goes on after failures where one trial gave a value, or a limit allows them", async () => {
    const withValue = await started(specOf({ budget: {} }));
    withValue.observe(0, [0.4]);
    withValue.end(0, {});
    const withLimit = await started(specOf({ budget: { maxFailedTrials: 100 } }));
    withLimit.end(0, { outcome: "failed", failureClass: "user-error", exitCode: 1 });
    for (const study of [withValue, withLimit]) {
      await study.turn();
      for (let trial = 1; trial < 30; trial++) {
        study.start(trial);
        study.end(trial, { outcome: "failed", failureClass: "user-error", exitCode: 1 });
        await study.turn();
      }
      expect(study.last("study.stopping")).toBeUndefined();
    }
  });

  test("the wall time ends the study by the database's clock", async () => {
    const study = await started(specOf({ budget: { maxWallTimeSeconds: 60 } }));
    study.now += 59_000;
    await study.turn();
    expect(study.last("study.stopping")).toBeUndefined();
    study.now += 1_000;
    await study.turn();
    expect(study.last("study.stopping")?.body).toMatchObject({ end: "wall-time" });
  });

  test("GPU-hours of running attempts count while they run", async () => {
    const study = await started(specOf({ budget: { maxGpuHours: 1 }, resources: { gpus: 2 } }));
    await study.turn();
    study.now += 31 * 60_000;
    await study.turn();
    expect(study.last("study.stopping")?.body).toMatchObject({ end: "gpu-hours" });
  });

  test("a cancelled queued trial never runs, and a cancelled running one is told", async () => {
    const study = new SimulatedStudy(specOf({ parallelism: 2 }));
    await study.turn();
    study.start(0);
    study.fact({ type: "trial.stop-requested", trial: 0 });
    study.fact({ type: "trial.stop-requested", trial: 1 });
    await study.turn();
    expect(study.last("trial.stopping", 0)?.body).toMatchObject({ kind: "cancel" });
    expect(study.last("trial.finished", 1)?.body).toMatchObject({ state: "cancelled" });
  });

  test("a failed trial that a user retries is queued again and no longer counts as failed", async () => {
    const study = await started(specOf({ budget: { maxFailedTrials: 1 } }));
    study.end(0, { outcome: "failed", failureClass: "user-error", exitCode: 1 });
    await study.turn();
    study.fact({ type: "trial.retry-requested", trial: 0 });
    await study.turn();
    expect(study.last("trial.requeued", 0)?.body).toMatchObject({ cause: "user-retry" });
    expect((await study.deps.cache.take(study.study.id))?.state.failures).toBe(0);
  });

  test("the median rule prunes a trial that is worse than half of its peers, with its evidence", async () => {
    const study = new SimulatedStudy(
      specOf({ parallelism: 6, earlyStopping: { name: "median", config: {} }, budget: { maxTrials: 6 } }),
    );
    await study.turn();
    for (let trial = 0; trial < 6; trial++) study.start(trial);
    for (let trial = 0; trial < 5; trial++) {
      study.observe(trial, [0.5, 0.4, 0.3, 0.2, 0.1]);
      study.end(trial, {});
    }
    await study.turn();
    study.observe(5, [0.9, 0.9, 0.9, 0.9, 0.9]);
    await study.turn();
    const stop = study.last("trial.stopping", 5);
    expect(stop?.body).toMatchObject({ kind: "prune" });
    study.end(5, { outcome: "stopped" });
    await study.turn();
    expect(study.last("trial.finished", 5)?.body).toMatchObject({ state: "pruned" });
    expect(study.last("trial.finished", 5)?.why.text).toContain(stop?.why.text ?? "missing");
  });
});
