import { describe, expect, test } from "vitest";
import { createHistory } from "../../../algorithms/common/history.ts";
import type { Rank } from "../../../algorithms/common/ranks.ts";
import { columnsOf } from "../../../algorithms/turbo/columns.ts";
import { failingAt, failureData, fitFailures } from "../../../algorithms/turbo/failures.ts";
import { localResults, lossData } from "../../../algorithms/turbo/local-data.ts";
import { targetsOf } from "../../../algorithms/turbo/targets.ts";
import type { Point } from "../../../core/algorithm.ts";
import { createProblem } from "../../../core/problem.ts";
import { studyRng } from "../../../core/rng.ts";
import { SPACES, spaceOf } from "../../support/spaces.ts";

const PLAIN = { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, seed: 1, fidelity: null };
const loss = (value: number): Rank => [0, value, 0];

function historyOf(points: readonly Point[]) {
  const history = createHistory();
  for (const [trial, point] of points.entries())
    history.observe({ type: "scheduled", trial, point, budget: null });
  return history;
}

describe("what the model of a region rests on", () => {
  const space = spaceOf([
    { name: "x", type: "float", low: 0, high: 1 },
    { name: "c", type: "categorical", choices: ["a", "b", "c"] },
  ]);
  const columns = columnsOf(createProblem(space, PLAIN));
  const points: Point[] = [
    [0.9, 0],
    [0.5, 0],
    [0.4, 0],
    [0.5, 1],
    [0.45, 0],
  ];
  const results = points.map((_, trial) => ({ trial, rank: loss(trial) }));

  test("is the results nearest to the incumbent, in the order in which they came", () => {
    const local = localResults(results, 1, columns, historyOf(points), 3);
    expect(local.trials).toEqual([1, 2, 4]);
    const data = lossData(local);
    expect([...data.x]).toEqual([0.5, 0, 0.4, 0, 0.45, 0]);
    expect(data).toMatchObject({ n: 3, d: 2, categorical: Uint8Array.of(0, 1), trials: [1, 2, 4] });
  });

  test("takes another choice for as far as the whole range", () => {
    expect(localResults(results, 1, columns, historyOf(points), 4).trials).toEqual([0, 1, 2, 4]);
  });

  test("is every result while there are few", () => {
    const local = localResults(results, 1, columns, historyOf(points), 100);
    expect(local.trials).toEqual([0, 1, 2, 3, 4]);
    expect([...lossData(local).y]).toEqual([...targetsOf(results.map(({ rank }) => rank))]);
  });

  test("counts the last result of a trial that was run again", () => {
    const again = [...results, { trial: 0, rank: loss(-1) }];
    const local = localResults(again, 1, columns, historyOf(points), 100);
    expect(local.trials).toEqual([0, 1, 2, 3, 4]);
    expect(local.ranks[0]).toEqual(loss(-1));
  });

  test("keeps trials that failed apart: they have no loss, but a place", () => {
    const some: Rank = [3, 0, 0];
    const mixed = results.map(({ trial, rank }) => ({ trial, rank: trial % 2 === 1 ? some : rank }));
    const local = localResults(mixed, 0, columns, historyOf(points), 100);
    expect(lossData(local).trials).toEqual([0, 2, 4]);
    const failures = failureData(local)!;
    expect(failures).toMatchObject({ n: 5, share: 0.4 });
    const [succeeded, failed] = [-Math.sqrt(0.4 / 0.6), Math.sqrt(0.6 / 0.4)];
    for (const [k, y] of failures.y.entries()) expect(y).toBeCloseTo(k % 2 === 1 ? failed : succeeded, 12);
    expect(failureData(localResults(results, 1, columns, historyOf(points), 100))).toBeNull();
  });

  test("gives an inactive number the middle and an inactive choice a value of its own", () => {
    const problem = createProblem(SPACES.conditional, PLAIN);
    const { row, of } = columnsOf(problem);
    expect([...row([0, null, null, null, null])]).toEqual([0, 0.5, 0.5, 0.5, 0.5]);
    expect(of).toEqual([0, 1, 2, 3, 4]);
    const nested = spaceOf([
      { name: "a", type: "categorical", choices: ["p", "q"] },
      { name: "b", type: "categorical", choices: ["r", "s", "t"], when: { parameter: "a", in: ["q"] } },
    ]);
    expect([...columnsOf(createProblem(nested, PLAIN)).row([0, null])]).toEqual([0, 3]);
  });

  test("leaves out parameters with one value", () => {
    const { of, row } = columnsOf(createProblem(SPACES.oneValue, PLAIN));
    expect(of).toEqual([2]);
    expect([...row([0, 0.5, 0.25])]).toEqual([0.25]);
  });
});

describe("where trials fail", () => {
  const plane = spaceOf([
    { name: "x", type: "float", low: 0, high: 1 },
    { name: "y", type: "float", low: 0, high: 1 },
  ]);
  const columns = columnsOf(createProblem(plane, PLAIN));
  const rng = studyRng(4, "failures");
  const points = Array.from({ length: 80 }, (): Point => [rng(), rng()]);
  const probability = (fails: (point: Point, trial: number) => boolean, at: Point) => {
    const failed: Rank = [3, 0, 0];
    const results = points.map((point, trial) => ({ trial, rank: fails(point, trial) ? failed : loss(0) }));
    const local = localResults(results, 0, columns, historyOf(points), 100);
    return failingAt(local, fitFailures(local))?.(columns.row(at), 1)[0];
  };

  test("is learned where it depends on the place", () => {
    const fails = ([x]: Point) => x! > 0.6;
    expect(probability(fails, [0.9, 0.5])).toBeGreaterThan(0.9);
    expect(probability(fails, [0.2, 0.5])).toBeLessThan(0.1);
  });

  test("is everywhere as likely as ever where chance decides", () => {
    const fails = (_: Point, trial: number) => trial % 4 === 0;
    for (const at of [[0.1, 0.1], [0.5, 0.9], points[0]!, points[4]!])
      expect(Math.abs(probability(fails, at)! - 0.25)).toBeLessThan(0.2);
  });

  test("is not asked before any trial has failed", () => {
    expect(probability(() => false, [0.5, 0.5])).toBeUndefined();
  });
});

describe("the targets of the model", () => {
  const ordered = (targets: Float64Array) => [...targets.keys()].sort((a, b) => targets[a]! - targets[b]!);
  const moments = (targets: Float64Array) => {
    const mean = targets.reduce((sum, y) => sum + y, 0) / targets.length;
    return { mean, variance: targets.reduce((sum, y) => sum + (y - mean) ** 2, 0) / targets.length };
  };

  test("keep the order of ranks, with mean 0 and variance 1", () => {
    const ranks: Rank[] = [
      [3, 0, 0],
      [1, 0.5, 0],
      loss(4),
      loss(1),
      [2, -5, 1],
      loss(2),
      [1, 0.1, 9],
      loss(1.5),
    ];
    const targets = targetsOf(ranks);
    expect(ordered(targets)).toEqual([3, 7, 5, 2, 6, 1, 4, 0]);
    const { mean, variance } = moments(targets);
    expect(mean).toBeCloseTo(0, 12);
    expect(variance).toBeCloseTo(1, 12);
  });

  test("keep the distances of the better half and ignore those of the others", () => {
    const near = targetsOf([1, 2, 4, 5, 6, 7].map(loss));
    const far = targetsOf([1, 2, 4, 1e3, 1e6, 1e9].map(loss));
    expect([...far]).toEqual([...near]);
    expect((near[2]! - near[1]!) / (near[1]! - near[0]!)).toBeCloseTo(2, 12);
  });

  test("are all 0 where all results are alike", () => {
    expect([...targetsOf([loss(7), loss(7), loss(7)])]).toEqual([0, 0, 0]);
    expect([...targetsOf([[3, 0, 0]])]).toEqual([0]);
  });

  test("are finite for losses near the largest number there is, and for infinite violations", () => {
    const huge = targetsOf([1e308, -1e308, 0, 1.7e308, 5].map(loss));
    expect(huge.every(Number.isFinite)).toBe(true);
    expect(targetsOf([[1, Number.POSITIVE_INFINITY, 0], [1, 1, 0], loss(0)]).every(Number.isFinite)).toBe(
      true,
    );
  });
});
