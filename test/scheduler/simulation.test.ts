import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { StudyEvent } from "../../core/event.ts";
import { isTerminal } from "../../core/trial.ts";
import { verifyStudy } from "../../scheduler/verify.ts";
import { SimulatedStudy, specOf } from "../support/simulated-study.ts";

const ENDINGS = ["completed", "nan", "silent", "failed", "lost", "requeue", "infeasible"] as const;
type Ending = (typeof ENDINGS)[number];

const step = fc.record({
  pick: fc.nat(),
  ending: fc.constantFrom<Ending>(...ENDINGS),
  crash: fc.boolean(),
  loss: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
});

const spec = (parallelism: number, algorithm: string, config = {}) =>
  specOf({
    parallelism,
    algorithm: { name: algorithm, config },
    budget: { maxTrials: 12 },
    retry: { maxRetries: 1 },
    parameters: [
      { name: "optimizer", type: "categorical", choices: ["sgd", "adam"] },
      {
        name: "momentum",
        type: "float",
        low: 0,
        high: 0.9,
        step: 0.3,
        when: { parameter: "optimizer", in: ["sgd"] },
      },
      { name: "layers", type: "int", low: 1, high: 4 },
    ],
  });

interface Open {
  running: Map<number, number>;
  queued: number[];
}

/** Which trials are open, from the log alone. */
function openTrials(log: readonly StudyEvent[]): Open {
  const running = new Map<number, number>();
  const queued = new Set<number>();
  for (const { body } of log) {
    if (body.type === "trial.scheduled" || body.type === "trial.requeued") queued.add(body.trial);
    if (body.type === "trial.started") {
      queued.delete(body.trial);
      running.set(body.trial, body.attempt);
    }
    if (body.type === "trial.requeued") running.delete(body.trial);
    if (body.type === "trial.finished") {
      queued.delete(body.trial);
      running.delete(body.trial);
    }
  }
  return { running, queued: [...queued] };
}

async function playStep(
  study: SimulatedStudy,
  choice: { pick: number; ending: Ending; loss: number },
): Promise<void> {
  const { running, queued } = openTrials(study.log);
  const attempts = (trial: number) =>
    study.log.filter(({ body }) => body.type === "trial.started" && body.trial === trial).length;
  for (const trial of queued) study.start(trial, attempts(trial) + 1);
  await study.turn();
  const candidates = [...openTrials(study.log).running];
  const chosen = candidates[choice.pick % Math.max(1, candidates.length)];
  if (chosen === undefined) return;
  expect(running.size).toBeLessThanOrEqual(study.study.spec.parallelism);
  const [trial, attempt] = chosen;
  if (choice.ending === "completed") study.observe(trial, [choice.loss], { attempt });
  if (choice.ending === "nan") study.observe(trial, [Number.NaN], { attempt });
  const outcome = choice.ending === "nan" || choice.ending === "silent" ? "completed" : choice.ending;
  study.end(trial, { outcome, failureClass: outcome === "lost" ? "lost" : null }, attempt);
  await study.turn();
}

async function* replay(log: readonly StudyEvent[]) {
  yield* log;
}

describe.each(["random", "sobol", "grid"])("a study searched by %s", (algorithm) => {
  test("ends with each trial in one terminal state, whatever its trials do and whenever the scheduler crashes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.infiniteStream(step),
        async (parallelism, steps) => {
          const study = new SimulatedStudy(spec(parallelism, algorithm));
          await study.turn();
          let played = 0;
          while (study.study.state !== "done" && played++ < 2_000) {
            const choice = steps.next().value;
            if (choice.crash) study.restart();
            await playStep(study, choice);
          }
          expect(study.study.state).toBe("done");
          expect(study.study.created).toBeLessThanOrEqual(12);
          const last = new Map<number, string>();
          for (const { body } of study.log)
            if (body.type === "trial.finished") last.set(body.trial, body.state);
          expect(last.size).toBe(study.study.created);
          expect([...last.values()].every((state) => isTerminal(state as "completed"))).toBe(true);
          expect((await verifyStudy(study.study.spec, replay(study.log))).problems).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  test("gets the same trials with and without crashes, for the same seed and results", async () => {
    const play = async (crashes: boolean) => {
      const study = new SimulatedStudy(spec(1, algorithm));
      await study.turn();
      for (let trial = 0; study.study.state !== "done" && trial < 100; trial++) {
        if (crashes) study.restart();
        await playStep(study, { pick: 0, ending: "completed", loss: trial });
      }
      return study.log.flatMap(({ body }) => (body.type === "trial.scheduled" ? [body.point] : []));
    };
    expect(await play(true)).toEqual(await play(false));
  });
});

describe("verification", () => {
  /** Independent draws: a point that was tampered with changes none that come after it. */
  async function finishedStudy(): Promise<SimulatedStudy> {
    const study = new SimulatedStudy(spec(2, "random", { repeats: true }));
    await study.turn();
    while (study.study.state !== "done") await playStep(study, { pick: 0, ending: "completed", loss: 1 });
    return study;
  }

  test("finds a point that the search did not propose", async () => {
    const study = await finishedStudy();
    const tampered = study.log.map((event) =>
      event.body.type === "trial.scheduled" && event.body.trial === 3
        ? { ...event, body: { ...event.body, point: [0, 0.125, 0.125] } }
        : event,
    );
    const { problems } = await verifyStudy(study.study.spec, replay(tampered));
    expect(problems).toMatchObject([{ trial: 3 }]);
  });

  test("finds an event that is missing from the log", async () => {
    const study = await finishedStudy();
    const { problems } = await verifyStudy(
      study.study.spec,
      replay(study.log.filter((event) => event.seq !== 4)),
    );
    expect(problems.length).toBeGreaterThan(0);
  });
});
