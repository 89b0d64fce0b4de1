import { expect, test } from "vitest";
import { simulate } from "../../../benchmarks/fidelity/simulate.ts";
import { createStudyTuner, type StudyChoice, specOf } from "../../../benchmarks/fidelity/study-tuner.ts";
import type { Listens } from "../../../benchmarks/fidelity/tuner.ts";
import { line } from "./line.ts";

async function run(choice: StudyChoice, listens: Listens = "budgets", options = { workers: 4, seed: 7 }) {
  const tuner = createStudyTuner(line, specOf(line, choice, options), listens);
  const simulation = await simulate(line, tuner, { ...options, horizon: 90 });
  return { ...simulation, log: tuner.study.log.map(({ body }) => body) };
}

const asha: StudyChoice = { algorithm: "random", schedule: { name: "asha" } };

test("without a schedule every training is whole", async () => {
  const { log, completed, trainings } = await run({ algorithm: "random" });
  expect(completed.size).toBeGreaterThan(20);
  expect(trainings.size - completed.size).toBeLessThanOrEqual(4);
  expect(log.some(({ type }) => type === "trial.paused")).toBe(false);
});

test("the deployed scheduler pauses at rungs, promotes the best, and lets no worker wait", async () => {
  const { log, completed, trainings, idleSeconds } = await run(asha);
  const budgets = log.flatMap((body) => (body.type === "trial.promoted" ? [body.budget] : []));
  expect(new Set(budgets)).toEqual(new Set([3, 9]));
  expect(completed.size).toBeGreaterThan(0);
  expect(trainings.size).toBeGreaterThan(60);
  expect(idleSeconds.barrier).toBe(0);
});

test("the same seed gives the same log", async () => {
  const [one, other] = [await run(asha), await run(asha)];
  expect(one.log).toEqual(other.log);
  expect(one.observations).toEqual(other.observations);
});

test("an early stopper that watches every step ends trainings on their way", async () => {
  const { completed, trainings } = await run({ algorithm: "random", stopping: { name: "median" } }, "steps");
  expect(completed.size).toBeGreaterThan(0);
  expect(trainings.size).toBeGreaterThan(completed.size + 4);
});
