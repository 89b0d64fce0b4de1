import { describe, expect, test } from "vitest";
import type { StudyEventBody } from "../../core/event.ts";
import type { StudySpecInput } from "../../core/study.ts";
import { verifyStudy } from "../../scheduler/verify.ts";
import { SimulatedStudy, specOf } from "../support/simulated-study.ts";

const FIDELITY = { unit: "epoch", min: 1, max: 9, eta: 3 };

function studyOf(input: Partial<StudySpecInput> = {}): SimulatedStudy {
  return new SimulatedStudy(
    specOf({
      algorithm: { name: "random" },
      fidelity: FIDELITY,
      parallelism: 3,
      budget: { maxTrials: 9 },
      ...input,
    }),
  );
}

const ofType = <Type extends StudyEventBody["type"]>(
  bodies: readonly StudyEventBody[],
  type: Type,
): Extract<StudyEventBody, { type: Type }>[] =>
  bodies.filter((body): body is Extract<StudyEventBody, { type: Type }> => body.type === type);

const bodies = (study: SimulatedStudy) => study.log.map(({ body }) => body);

describe("reaching a rung", () => {
  test("a trial that ends by itself at its budget pauses, and its slot goes to the next", async () => {
    const study = studyOf({ parallelism: 1 });
    await study.turn();
    expect(study.last("trial.scheduled")?.body).toMatchObject({ trial: 0, budget: 1 });
    study.start(0);
    study.observe(0, [0.5]);
    study.end(0, {});
    const turn = await study.turn();
    expect(ofType(turn, "trial.paused")).toMatchObject([
      { trial: 0, budget: 1, values: [0.5], losses: [0.5] },
    ]);
    expect(study.last("trial.paused")?.why.text).toBe("Paused at epoch 1 with loss = 0.5.");
    expect(ofType(turn, "trial.scheduled")).toMatchObject([{ trial: 1 }]);
  });

  test("a script that knows no budgets is told to end once it has reported that step, and then pauses", async () => {
    const study = studyOf({ parallelism: 1 });
    await study.turn();
    study.start(0);
    study.observe(0, [0.5]);
    await study.turn();
    expect(study.last("trial.stopping")?.body).toMatchObject({ trial: 0, kind: "budget", step: 1 });
    // It reports on while it is being ended: what lies beyond the budget decides nothing.
    study.observe(0, [0.1, 0.05], { from: 2 });
    study.end(0, { outcome: "stopped", exitCode: null, signal: "SIGTERM" });
    await study.turn();
    expect(study.last("trial.paused")?.body).toMatchObject({ budget: 1, losses: [0.5] });
  });

  test.each([
    ["failed", { exitCode: 1, failureClass: "user-error" }],
    ["lost", { exitCode: null, failureClass: "lost" }],
    ["requeue", { exitCode: 75 }],
  ] as const)(
    "an attempt that was told so and ended as %s has its result and pauses",
    async (outcome, end) => {
      const study = studyOf({ parallelism: 1 });
      await study.turn();
      study.start(0);
      study.observe(0, [0.5]);
      await study.turn();
      study.end(0, { outcome, ...end });
      await study.turn();
      expect(study.last("trial.paused", 0)?.body).toMatchObject({ losses: [0.5] });
      expect(study.last("trial.requeued")).toBeUndefined();
    },
  );

  test("one that is lost before its rung is run again", async () => {
    const study = studyOf({ parallelism: 1, fidelity: { ...FIDELITY, min: 3 } });
    await study.turn();
    study.start(0);
    study.observe(0, [0.5]);
    study.end(0, { outcome: "lost", failureClass: "lost" });
    await study.turn();
    expect(study.last("trial.requeued")?.body).toMatchObject({ trial: 0, cause: "lost" });
    expect(study.last("trial.paused")).toBeUndefined();
  });

  test("a script that skips steps counts with the first that it reports", async () => {
    const study = studyOf({ parallelism: 1 });
    await study.turn();
    study.start(0);
    study.observe(0, [0.4], { from: 5 });
    study.end(0, {});
    await study.turn();
    expect(study.last("trial.paused")?.body).toMatchObject({ budget: 1, losses: [0.4] });
  });

  test("steps out of order and told twice: the value at the largest step within the budget counts", async () => {
    const study = studyOf({ parallelism: 1, fidelity: { ...FIDELITY, min: 3 } });
    await study.turn();
    study.start(0);
    study.observe(0, [0.3], { from: 3 });
    study.observe(0, [0.1], { from: 1 });
    study.observe(0, [0.9], { from: 3 });
    study.end(0, {});
    await study.turn();
    expect(study.last("trial.paused")?.body).toMatchObject({ budget: 3, losses: [0.3] });
  });

  test("a script that has trained to the very end in one go is complete, not paused", async () => {
    const study = studyOf({ parallelism: 1 });
    await study.turn();
    study.start(0);
    study.observe(0, [0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]);
    study.end(0, {});
    await study.turn();
    expect(study.last("trial.finished")?.body).toMatchObject({ trial: 0, state: "completed" });
  });

  test("one that reports nothing fails with the sentence about its metric, and diverged ones are no number", async () => {
    const study = studyOf({ parallelism: 2 });
    await study.turn();
    study.start(0);
    study.start(1);
    study.end(0, {}, 1, ["los"]);
    study.observe(1, [Number.NaN]);
    study.end(1, {});
    await study.turn();
    expect(study.last("trial.finished", 0)?.why.text).toContain("Did you mean `los`?");
    expect(study.last("trial.finished", 1)?.body).toMatchObject({
      state: "failed",
      failureClass: "diverged",
    });
  });
});

describe("going on", () => {
  /** Trains the trial to its budget: the loss of trial n is n, whatever the step. */
  function train(study: SimulatedStudy, trial: number, budget: number, attempt: number): void {
    study.start(trial, attempt);
    study.observe(trial, [trial], { attempt, from: budget });
    study.end(trial, {}, attempt);
  }

  /** Runs the study to its end with all slots, every trial ending well at its budget. */
  async function runAll(study: SimulatedStudy, crashEvery = Number.POSITIVE_INFINITY): Promise<void> {
    const attempts = new Map<number, number>();
    let read = 0;
    for (let round = 0; round < 200; round++) {
      if (round % crashEvery === crashEvery - 1) study.restart();
      await study.turn();
      const queue: { trial: number; budget: number }[] = [];
      for (; read < study.log.length; read++) {
        const { body } = study.log[read]!;
        if (body.type === "trial.scheduled" || body.type === "trial.promoted")
          queue.push({ trial: body.trial, budget: body.budget ?? 9 });
      }
      if (study.study.state === "done") return;
      for (const { trial, budget } of queue) {
        attempts.set(trial, (attempts.get(trial) ?? 0) + 1);
        train(study, trial, budget, attempts.get(trial)!);
      }
    }
    throw new Error("The study did not end.");
  }

  test("the best of a rung are promoted, the rest pruned at the end, and one trial is trained in full", async () => {
    const study = studyOf();
    await runAll(study);
    const log = bodies(study);
    const promoted = ofType(log, "trial.promoted");
    expect(new Set(promoted.map(({ trial }) => trial)).size).toBeLessThan(9);
    expect(promoted.every(({ budget }) => budget === 3 || budget === 9)).toBe(true);
    const finished = ofType(log, "trial.finished");
    expect(finished).toHaveLength(9);
    expect(finished.find(({ trial }) => trial === 0)).toMatchObject({ state: "completed", losses: [0] });
    const pruned = finished.filter(({ state }) => state === "pruned");
    expect(pruned.length).toBeGreaterThanOrEqual(5);
    expect(pruned.every(({ losses, trial }) => losses?.[0] === trial)).toBe(true);
    expect(log.at(-1)).toMatchObject({ type: "study.done", end: "max-trials" });
  });

  test("verification derives every start and every promotion again", async () => {
    const study = studyOf({
      algorithm: { name: "tpe" },
      fidelity: { ...FIDELITY, schedule: { name: "hyperband" } },
    });
    await runAll(study);
    const { problems, suggestions } = await verifyStudy(study.study.spec, stream(study));
    expect(problems).toEqual([]);
    expect(suggestions).toBe(9 + ofType(bodies(study), "trial.promoted").length);
  });

  test("a promotion that the log does not bear out is found", async () => {
    const study = studyOf();
    await runAll(study);
    const at = study.log.findIndex(({ body }) => body.type === "trial.promoted");
    const forged = study.log[at]!;
    Object.assign(forged.body, { budget: 5 });
    const { problems } = await verifyStudy(study.study.spec, stream(study));
    expect(problems[0]).toMatchObject({ seq: forged.seq });
  });

  test("after a crash in any turn the study goes on exactly as it would have, and nobody is promoted twice", async () => {
    const [smooth, crashing] = [studyOf(), studyOf()];
    await runAll(smooth);
    await runAll(crashing, 2);
    expect(bodies(crashing)).toEqual(bodies(smooth));
    const seen = ofType(bodies(crashing), "trial.promoted").map(({ trial, budget }) => `${trial}/${budget}`);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("a search that waits at the limit of trials is asked again as soon as the limit is raised", async () => {
    const schedule = { name: "asha", config: { mode: "stop" } };
    const study = studyOf({ fidelity: { ...FIDELITY, schedule }, budget: { maxTrials: 1 } });
    await study.turn();
    study.start(0);
    await study.turn();
    expect(study.last("search.waiting")).toBeDefined();
    study.study.spec = { ...study.study.spec, budget: { maxTrials: 9 } };
    study.fact({ type: "study.changed", changes: { budget: { maxTrials: 9 } } });
    const turn = await study.turn();
    expect(ofType(turn, "trial.scheduled")).toMatchObject([{ trial: 1 }, { trial: 2 }]);
    expect((await verifyStudy(study.study.spec, stream(study))).problems).toEqual([]);
  });

  test("a paused trial holds no slot, can be stopped by its user, and then never goes on", async () => {
    const study = studyOf({ parallelism: 1 });
    await study.turn();
    train(study, 0, 1, 1);
    await study.turn();
    study.fact({ type: "trial.stop-requested", trial: 0 });
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({ state: "cancelled" });
    expect(study.last("trial.finished", 0)?.why.text).toBe("Cancelled by a user while it was paused.");
    await runRest(study, [1]);
    expect(ofType(bodies(study), "trial.promoted").some(({ trial }) => trial === 0)).toBe(false);
  });

  test.each([
    ["by the stop", { outcome: "stopped", exitCode: null }],
    ["by itself", { outcome: "completed" }],
    ["with its host", { outcome: "lost", exitCode: null, failureClass: "lost" }],
  ] as const)(
    "one that its user stops on its way to the pause, and that then ends %s, never goes on",
    async (_, end) => {
      const study = studyOf({ parallelism: 1 });
      await study.turn();
      study.start(0);
      study.observe(0, [0]);
      await study.turn();
      study.fact({ type: "trial.stop-requested", trial: 0 });
      await study.turn();
      expect(study.last("trial.stopping", 0)?.body).toMatchObject({ kind: "cancel" });
      study.end(0, end);
      await study.turn();
      expect(study.last("trial.finished", 0)?.body).toMatchObject({ state: "cancelled", losses: null });
      expect(study.last("trial.paused", 0)).toBeUndefined();
    },
  );

  test.each([["completed"], ["stopped"]] as const)(
    "one whose user's stop arrives together with its end (%s) at a rung never goes on",
    async (outcome) => {
      const study = studyOf({ parallelism: 1 });
      await study.turn();
      study.start(0);
      study.observe(0, [0]);
      if (outcome === "stopped") await study.turn();
      study.fact({ type: "trial.stop-requested", trial: 0 });
      study.end(0, { outcome });
      await study.turn();
      expect(study.last("trial.finished", 0)?.body).toMatchObject({ state: "cancelled" });
      expect(study.last("trial.finished", 0)?.why.text).toBe("Cancelled by a user at epoch 1.");
    },
  );

  test("one that its user stops after all its training is complete, and keeps its result", async () => {
    const study = studyOf({ parallelism: 1, fidelity: { ...FIDELITY, min: 9 } });
    await study.turn();
    study.start(0);
    study.observe(0, [0.5], { from: 9 });
    await study.turn();
    study.fact({ type: "trial.stop-requested", trial: 0 });
    await study.turn();
    study.end(0, { outcome: "stopped", exitCode: null });
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({ state: "completed", losses: [0.5] });
  });

  test("a study that is stopped keeps the result of a trial that then ends by itself at its rung", async () => {
    const study = studyOf({ parallelism: 1 });
    await study.turn();
    study.start(0);
    study.fact({ type: "study.stop-requested" });
    await study.turn();
    study.observe(0, [0]);
    study.end(0, {});
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({ state: "pruned", losses: [0] });
  });

  test("a study that is stopped prunes what is paused, with what it measured", async () => {
    const study = studyOf({ parallelism: 1 });
    await study.turn();
    train(study, 0, 1, 1);
    await study.turn();
    study.fact({ type: "study.stop-requested" });
    await study.turn();
    expect(study.last("trial.finished", 0)?.body).toMatchObject({ state: "pruned", losses: [0] });
    expect(study.last("study.done")?.body).toMatchObject({ end: "stopped" });
  });

  async function runRest(study: SimulatedStudy, queued: number[]): Promise<void> {
    for (const trial of queued) train(study, trial, 1, 1);
    await study.turn();
  }
});

describe("early stoppers", () => {
  const median = { name: "median", config: { minTrials: 1 } };

  async function judged(earlyStopping: StudySpecInput["earlyStopping"], more: Partial<StudySpecInput> = {}) {
    const study = new SimulatedStudy(
      specOf({
        algorithm: { name: "random" },
        parallelism: 2,
        budget: { maxTrials: 4 },
        earlyStopping,
        ...more,
      }),
    );
    await study.turn();
    study.start(0);
    study.start(1);
    study.observe(0, [0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1]);
    await study.turn();
    study.observe(1, [0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9]);
    await study.turn();
    return study;
  }

  test("the first of several rules that says stop decides, and says so in a sentence", async () => {
    const threshold = { name: "threshold", config: { worseThan: 0.8 } };
    const study = await judged({ rules: [{ name: "diverged" }, threshold, median] });
    expect(study.last("trial.stopping", 1)).toMatchObject({
      body: { kind: "prune" },
      why: { rule: "threshold" },
    });
    expect(study.last("trial.stopping", 1)?.why.text).toMatch(/^Pruned at step 8: 0\.9/);
  });

  test("a rung that was crossed within a batch of reports is judged all the same", async () => {
    const rule = { name: "asha-stop", config: { min: 2, max: 18, eta: 3 } };
    const study = new SimulatedStudy(
      specOf({ algorithm: { name: "random" }, parallelism: 4, earlyStopping: rule }),
    );
    await study.turn();
    for (const trial of [0, 1, 2]) {
      study.start(trial);
      study.observe(trial, [trial + 1, trial + 1, trial + 1]);
      await study.turn();
    }
    expect(study.last("trial.stopping")?.body).toMatchObject({ trial: 2, kind: "prune" });
    expect(study.last("trial.stopping")?.why.inputs).toMatchObject({ rung: 2 });
  });

  test("a trial that only ever reported NaN is stopped as diverged", async () => {
    const study = new SimulatedStudy(
      specOf({ algorithm: { name: "random" }, earlyStopping: { name: "diverged" } }),
    );
    await study.turn();
    study.start(0);
    study.observe(0, [Number.NaN]);
    await study.turn();
    expect(study.last("trial.stopping")?.body).toMatchObject({ trial: 0, kind: "prune" });
  });

  test("a share of the trials that should be pruned is held out, and judged no more", async () => {
    const study = await judged({ ...median, holdout: 1 });
    expect(study.last("trial.stopping")).toBeUndefined();
    expect(study.last("trial.held-out")?.body).toEqual({ type: "trial.held-out", trial: 1, step: 8 });
    study.observe(1, [0.95], { from: 9 });
    await study.turn();
    expect(study.log.filter(({ body }) => body.type === "trial.held-out")).toHaveLength(1);
    study.end(1, {});
    await study.turn();
    expect(study.last("trial.finished", 1)?.body).toMatchObject({ state: "completed" });
  });

  test("which trials are held out depends on the study's seed and their number alone", async () => {
    const draws = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12].map(async (seed) => {
        const study = await judged({ ...median, holdout: 0.5 }, { seed });
        const again = await judged({ ...median, holdout: 0.5 }, { seed });
        const heldOut = study.last("trial.held-out") !== undefined;
        expect(again.last("trial.held-out") !== undefined).toBe(heldOut);
        return heldOut;
      }),
    );
    expect(new Set(draws)).toEqual(new Set([true, false]));
  });

  test("with several objectives a trial is pruned only when it is hopeless in each", async () => {
    const objectives = [
      { metric: "loss", goal: "minimize" },
      { metric: "accuracy", goal: "maximize" },
    ] as const;
    const study = new SimulatedStudy(
      specOf({
        algorithm: { name: "random" },
        parallelism: 3,
        objectives: [...objectives],
        earlyStopping: median,
      }),
    );
    const values = (from: number, count = 4) => Array.from({ length: count }, () => from);
    await study.turn();
    for (const [trial, loss, accuracy] of [
      [0, 0.1, 0.9],
      [1, 0.8, 0.95],
      [2, 0.8, 0.2],
    ] as const) {
      study.start(trial);
      study.observe(trial, values(loss));
      study.observe(trial, values(accuracy), { metric: "accuracy" });
      await study.turn();
    }
    expect(study.last("trial.stopping", 1)).toBeUndefined();
    expect(study.last("trial.stopping", 2)?.why.text).toMatch(/loss: .*; accuracy: .*/);
    expect(Object.keys(study.last("trial.stopping", 2)!.why.inputs)).toEqual(["loss", "accuracy"]);
  });

  test("a rule may watch a metric that is no objective", async () => {
    const rule = { ...median, metric: "grad", goal: "minimize" as const };
    const study = new SimulatedStudy(
      specOf({ algorithm: { name: "random" }, parallelism: 2, earlyStopping: rule }),
    );
    await study.turn();
    for (const trial of [0, 1]) {
      study.start(trial);
      study.observe(trial, [0.5, 0.5, 0.5, 0.5]);
      study.observe(trial, [1 + trial, 1 + trial, 1 + trial, 1 + trial], { metric: "grad" });
      await study.turn();
    }
    expect(study.last("trial.stopping")?.body).toMatchObject({ trial: 1, kind: "prune" });
  });
});

async function* stream(study: SimulatedStudy) {
  for (const event of study.log) yield event;
}
