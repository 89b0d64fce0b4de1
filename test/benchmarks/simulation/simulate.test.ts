import { describe, expect, test } from "vitest";
import type { BenchmarkProblem } from "../../../benchmarks/problems/problem.ts";
import { simulate, type Tuner } from "../../../benchmarks/simulation/simulate.ts";
import { createStudyTuner } from "../../../benchmarks/simulation/study-tuner.ts";
import type { StudyEvent } from "../../../core/event.ts";
import { verifyStudy } from "../../../scheduler/verify.ts";
import { bowl } from "../bowl.ts";

const random = { name: "random", config: {} };

async function* replay(log: readonly StudyEvent[]) {
  yield* log;
}

/** A tuner that hands out x = 0, 1, 2… and notes what it is told, in order. */
function counter(): Tuner & { told: number[] } {
  const told: number[] = [];
  let next = 0;
  return {
    told,
    ask: async () => ({ id: next, params: { x: next++ } }),
    tell: async (id) => {
      told.push(id);
    },
  };
}

const timed = (seconds: (x: number) => number): BenchmarkProblem => ({
  ...bowl,
  evaluate: ({ x }) => ({ losses: [x as number], seconds: seconds(x as number) }),
});

describe("the simulated clock", () => {
  test("one worker trains one trial after the other", async () => {
    const run = await simulate(
      timed((x) => x + 1),
      counter(),
      { trials: 4, workers: 1, seed: 1 },
    );
    expect(run.trials.map((trial) => trial.finishedAt)).toEqual([1, 3, 6, 10]);
    expect(run.clock).toBe(10);
  });

  test("a free worker takes the next trial at once, and results are told in the order of finishing", async () => {
    const tuner = counter();
    // Trial 0 takes 10 s; the second worker does 1, 2 and 3 in the meantime.
    const problem = timed((x) => (x === 0 ? 10 : 2));
    const run = await simulate(problem, tuner, { trials: 4, workers: 2, seed: 1 });
    expect(tuner.told).toEqual([1, 2, 3, 0]);
    expect(run.trials.map((trial) => trial.startedAt)).toEqual([0, 2, 4, 0]);
    expect(run.clock).toBe(10);
  });

  test("the noise of a seed's n-th trial is the same for every tuner", async () => {
    const repetitions: number[] = [];
    const noted: BenchmarkProblem = {
      ...bowl,
      evaluate: (_, repetition) => {
        repetitions.push(repetition);
        return { losses: [0], seconds: 1 };
      },
    };
    for (const seed of [1, 1, 2]) await simulate(noted, counter(), { trials: 3, workers: 1, seed });
    const [first, again, other] = [0, 3, 6].map((from) => repetitions.slice(from, from + 3));
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
    expect(new Set(first).size).toBe(3);
  });
});

describe("a study as a tuner", () => {
  test.each([1, 3])("makes a log with %i workers that verification derives again", async (workers) => {
    const tuner = createStudyTuner(bowl, { algorithm: random, trials: 12, workers, seed: 5 });
    const run = await simulate(bowl, tuner, { trials: 12, workers, seed: 5 });
    expect(run.trials).toHaveLength(12);
    expect(tuner.study.study.state).toBe("done");
    expect(tuner.askSeconds).toHaveLength(12);
    const verification = await verifyStudy(tuner.study.study.spec, replay(tuner.study.log));
    expect(verification).toMatchObject({ suggestions: 12, problems: [] });
  });

  test("runs the user's points first", async () => {
    const start = [
      { x: 0.25, y: -1 },
      { x: 0.5, y: 2 },
    ];
    const tuner = createStudyTuner(bowl, { algorithm: random, trials: 4, workers: 1, seed: 5, start });
    const run = await simulate(bowl, tuner, { trials: 4, workers: 1, seed: 5 });
    expect(run.trials.map((trial) => trial.params).slice(0, 2)).toEqual(start);
    expect(run.trials).toHaveLength(4);
  });

  test("ends early when a grid is exhausted", async () => {
    const small: BenchmarkProblem = {
      ...bowl,
      space: { parameters: [{ name: "x", type: "int", low: 0, high: 2, scale: "linear" }], constraints: [] },
      evaluate: () => ({ losses: [1], seconds: 1 }),
    };
    const tuner = createStudyTuner(small, {
      algorithm: { name: "grid", config: {} },
      trials: 10,
      workers: 2,
      seed: 5,
    });
    const run = await simulate(small, tuner, { trials: 10, workers: 2, seed: 5 });
    expect(run).toMatchObject({ exhausted: true });
    expect(run.trials).toHaveLength(3);
  });

  test("costs well under two milliseconds a trial", async () => {
    const run = async (trials: number) => {
      const tuner = createStudyTuner(bowl, { algorithm: random, trials, workers: 8, seed: 5 });
      const before = performance.now();
      await simulate(bowl, tuner, { trials, workers: 8, seed: 5 });
      return (performance.now() - before) / trials;
    };
    await run(200);
    expect(await run(1000)).toBeLessThan(2);
  });
});
