import { describe, expect, test } from "vitest";
import { simulate } from "../../../benchmarks/fidelity/simulate.ts";
import { line, scripted } from "./line.ts";

const slow = { x: 0.75 };
const fast = { x: 0.25 };
const alone = { workers: 1, horizon: 100, seed: 1 };

describe("the clock", () => {
  test("a training's report is told when its seconds have passed, and its worker is free at once", async () => {
    const tuner = scripted([
      { trial: 0, params: fast, budget: 3 },
      { trial: 1, params: slow, budget: 3 },
    ]);
    await simulate(line, tuner, alone);
    expect(tuner.told).toEqual(["3: 0 at 3", "3: 0 completed", "9: 1 at 3", "9: 1 completed"]);
  });

  test("workers train side by side", async () => {
    const jobs = [slow, fast].map((params, trial) => ({ trial, params, budget: 3 }));
    const tuner = scripted(jobs);
    await simulate(line, tuner, { ...alone, workers: 2 });
    expect(tuner.told).toEqual(["3: 1 at 3", "3: 1 completed", "6: 0 at 3", "6: 0 completed"]);
  });

  test("a tuner that listens to steps is told each, and one that says stop has the training end there", async () => {
    const tuner = scripted([{ trial: 0, params: fast }], { listens: "steps", stopAt: 2 });
    const run = await simulate(line, tuner, alone);
    expect(tuner.told).toEqual(["1: 0 at 1", "2: 0 at 2", "2: 0 stopped"]);
    expect(run.completed.size).toBe(0);
    expect(run.trainedSeconds).toBe(2);
  });

  test("nothing is told past the horizon, but what was reported before it is observed", async () => {
    const tuner = scripted([{ trial: 0, params: fast }]);
    const run = await simulate(line, tuner, { ...alone, horizon: 4.5 });
    expect(tuner.told).toEqual([]);
    expect(run.observations.map(({ time, step }) => [time, step])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(run.trainedSeconds).toBe(4.5);
  });
});

describe("promotion", () => {
  const promote = (tuner: "with" | "without", resumable = true) => {
    const first = { trial: 0, attempt: 1, params: fast, budget: 3 };
    const scriptedTuner = scripted([first], {
      onEnd: (job) => (job.budget === 3 ? { ...job, attempt: 2, budget: 9 } : null),
    });
    const options = { ...alone, checkpoints: tuner === "with" };
    return simulate({ ...line, resumable }, scriptedTuner, options).then((run) => ({ run, scriptedTuner }));
  };

  test("with a checkpoint, training goes on where it paused", async () => {
    const { run, scriptedTuner } = await promote("with");
    expect(scriptedTuner.told.at(-1)).toBe("9: 0 completed");
    expect(run.wastedSeconds).toBe(0);
  });

  test("without one, it starts again, and what was done before was in vain", async () => {
    const { run, scriptedTuner } = await promote("without");
    expect(scriptedTuner.told.at(-1)).toBe("12: 0 completed");
    expect(run.wastedSeconds).toBe(3);
  });

  test("where no training can go on, each budget is one of its own", async () => {
    const { run, scriptedTuner } = await promote("with", false);
    expect(scriptedTuner.told.at(-1)).toBe("12: 0 completed");
    expect(run.observations.map(({ step }) => step)).toEqual([3, 9]);
  });
});

describe("idle workers", () => {
  test("a worker that waits for another's result waits at a barrier", async () => {
    // Two workers, one job, and the next only when it is done.
    const tuner = scripted([{ trial: 0, params: fast }], {
      onEnd: ({ trial }) => (trial < 2 ? { trial: trial + 1, attempt: 1, params: fast, budget: 9 } : null),
    });
    const run = await simulate(line, tuner, { ...alone, workers: 2, horizon: 27 });
    expect(run.idleSeconds).toEqual({ barrier: 27, end: 0 });
  });

  test("a worker without work after the study's end waits for nothing", async () => {
    const run = await simulate(line, scripted([{ trial: 0, params: fast }]), { ...alone, horizon: 20 });
    expect(run.idleSeconds).toEqual({ barrier: 0, end: 11 });
  });

  test("worked and idle time add up to the workers' time", async () => {
    const jobs = Array.from({ length: 5 }, (_, trial) => ({ trial, params: trial % 2 ? slow : fast }));
    const run = await simulate(line, scripted(jobs), { ...alone, workers: 3, horizon: 40 });
    expect(run.trainedSeconds + run.idleSeconds.barrier + run.idleSeconds.end).toBeCloseTo(3 * 40, 9);
  });
});

describe("faults", () => {
  const jobs = Array.from({ length: 20 }, (_, trial) => ({ trial, params: fast }));

  test("a lost attempt ends on its way, and what it trained is wasted", async () => {
    const run = await simulate(line, scripted(jobs), { ...alone, horizon: 1000, failures: 1 });
    expect(run.lost).toBe(20);
    expect(run.completed.size).toBe(0);
    expect(run.wastedSeconds).toBeCloseTo(run.trainedSeconds, 9);
    expect(run.trainedSeconds).toBeLessThan(20 * 9);
  });

  test("a straggler takes so many times as long", async () => {
    const run = await simulate(line, scripted(jobs), {
      ...{ ...alone, horizon: 10_000 },
      ...{ stragglers: 1, slowdown: 4 },
    });
    expect(run.trainedSeconds).toBeCloseTo(20 * 9 * 4, 9);
  });

  test("who fails depends on the seed alone", async () => {
    const lostOf = async (seed: number) =>
      (await simulate(line, scripted(jobs), { workers: 3, horizon: 1000, failures: 0.5, seed })).observations;
    expect(await lostOf(1)).toEqual(await lostOf(1));
    expect(await lostOf(1)).not.toEqual(await lostOf(2));
  });
});
