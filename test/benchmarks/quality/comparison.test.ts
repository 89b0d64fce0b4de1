import { describe, expect, test } from "vitest";
import { chooseRuns, compare, indexRuns, normalisedRegret } from "../../../benchmarks/quality/comparison.ts";
import { problemNamed, runOf } from "./records.ts";

const a = problemNamed("test/a");
const b = problemNamed("test/b");

const at = (methods: string[], horizon = 50) => ({ methods, horizon, workers: 1, minSeeds: 1 });

describe("the runs that stand for a method at a horizon", () => {
  test("are those of the budget with the most seeds", () => {
    const runs = [
      runOf({ trials: 200, seed: 0 }),
      ...[0, 1, 2].map((seed) => runOf({ trials: 100, seed })),
      ...[0, 1, 2, 3, 4].map((seed) => runOf({ trials: 25, seed })),
    ];
    expect(chooseRuns(runs, 50).map(({ trials }) => trials)).toEqual([100, 100, 100]);
    expect(chooseRuns(runs, 25)).toHaveLength(5);
    expect(chooseRuns(runs, 150).map(({ trials }) => trials)).toEqual([200]);
    expect(chooseRuns(runs, 201)).toEqual([]);
  });

  test("are those of the largest budget where several have as many seeds", () => {
    const runs = [runOf({ trials: 50 }), runOf({ trials: 200 }), runOf({ trials: 100 })];
    expect(chooseRuns(runs, 50).map(({ trials }) => trials)).toEqual([200]);
  });

  test("are one a seed, the last recorded, in the order of seeds", () => {
    const runs = [runOf({ seed: 3 }), runOf({ seed: 1, clock: 1 }), runOf({ seed: 1, clock: 2 })];
    expect(chooseRuns(runs, 50).map(({ seed, clock }) => [seed, clock])).toEqual([
      [1, 2],
      [3, 1],
    ]);
  });

  test("are none that failed", () => {
    expect(chooseRuns([runOf({ status: "failed" }), runOf({ status: "timeout", seed: 1 })], 50)).toEqual([]);
  });
});

describe("a comparison", () => {
  test("takes the score at the horizon, as a share of what random search leaves", () => {
    const problem = problemNamed("test/a", { best: -2, reference: 2 });
    const run = runOf({ curve: [1, 4, 40, 0, 60, -2] });
    const [cells] = compare(indexRuns([run]), [problem], at(["tpe"])).regrets;
    expect(cells).toEqual([[0.5]]);
  });

  test("leaves out a problem that one of the methods did not do, and says because of whom", () => {
    const records = [
      runOf(),
      runOf({ problem: "test/b" }),
      runOf({ method: "gp" }),
      runOf({ method: "gp", problem: "test/b", status: "unsupported", error: "conditions" }),
    ];
    const { problems, leftOut } = compare(indexRuns(records), [a, b], at(["tpe", "gp"]));
    expect(problems).toEqual([a]);
    expect(leftOut).toEqual([{ problem: "test/b", method: "gp", reason: "unsupported: conditions" }]);
  });

  test("counts the newest version of a method only, and the problem only as it is", () => {
    const records = [
      runOf({ version: "1", seed: 0 }),
      runOf({ version: "2", seed: 1 }),
      runOf({ version: "2", seed: 2, task: "an earlier one" }),
    ];
    const { regrets } = compare(indexRuns(records), [a], at(["tpe"]));
    expect(regrets).toEqual([[[1]]]);
  });

  test("keeps sequential and parallel runs, and paired and unpaired ones, apart", () => {
    const records = [runOf({ workers: 8 }), runOf({ paired: 4 })];
    expect(compare(indexRuns(records), [a], at(["tpe"])).problems).toEqual([]);
    expect(compare(indexRuns(records), [a], { ...at(["tpe"]), workers: 8 }).problems).toEqual([a]);
    expect(compare(indexRuns(records, 4), [a], at(["tpe"])).problems).toEqual([a]);
  });
});

test("regret is never below 0, and 1 before anything finite was found", () => {
  expect(normalisedRegret(-0.1, a)).toBe(0);
  expect(normalisedRegret(null, a)).toBe(1);
});
