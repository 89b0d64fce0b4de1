import { describe, expect, test } from "vitest";
import type { Rank } from "../../../algorithms/common/ranks.ts";
import { createRegion, isSpent, type Region, withResult } from "../../../algorithms/turbo/region.ts";

const loss = (value: number): Rank => [0, value, 0];
const broken = (violation: number, value: number): Rank => [1, violation, value];
const pruned = (step: number, value: number): Rank => [2, -step, value];
const FAILED: Rank = [3, 0, 0];

/** A region of ten dimensions past its design of two results, the best of which is 1 and the other 2. */
const settled: Region = {
  id: 0,
  design: 2,
  side: 0.4,
  successes: 0,
  failures: 0,
  results: 2,
  incumbent: { trial: 1, rank: loss(1) },
  best: [loss(1), loss(2)],
};

interface Fate {
  side?: number;
  successes?: number;
  failures?: number;
}

const TABLE: [what: string, before: Partial<Region>, result: Rank, after: Fate & { incumbent: number }][] = [
  ["an improvement is a success", {}, loss(0.5), { successes: 1, failures: 0, incumbent: 9 }],
  ["a worse result is a failure", {}, loss(1.5), { successes: 0, failures: 1, incumbent: 1 }],
  ["the same loss again is a failure", {}, loss(1), { failures: 1, incumbent: 1 }],
  [
    "an improvement within a thousandth of the spread is a failure",
    {},
    loss(0.9999),
    { failures: 1, incumbent: 9 },
  ],
  ["one beyond it is a success", {}, loss(0.998), { successes: 1, incumbent: 9 }],
  ["a success ends a row of failures", { failures: 9 }, loss(0), { successes: 1, failures: 0, incumbent: 9 }],
  [
    "a failure ends a row of successes",
    { successes: 2 },
    loss(3),
    { successes: 0, failures: 1, incumbent: 1 },
  ],
  [
    "the third success doubles the side",
    { successes: 2 },
    loss(0),
    { side: 0.8, successes: 0, incumbent: 9 },
  ],
  [
    "the side stays below twice the largest",
    { successes: 2, side: 1.6 },
    loss(0),
    { side: 1.6, incumbent: 9 },
  ],
  ["the tenth failure halves the side", { failures: 9 }, loss(3), { side: 0.2, failures: 0, incumbent: 1 }],
  ["the ninth does not", { failures: 8 }, loss(3), { side: 0.4, failures: 9, incumbent: 1 }],
  ["a trial that fails is a failure", {}, FAILED, { failures: 1, incumbent: 1 }],
  ["a pruned trial is a failure", {}, pruned(5, 0.1), { failures: 1, incumbent: 1 }],
  ["a better loss that breaks a constraint is a failure", {}, broken(0.1, 0), { failures: 1, incumbent: 1 }],
  [
    "a feasible trial after infeasible ones is a success, whatever its loss",
    { incumbent: { trial: 1, rank: broken(1, 0) }, best: [broken(1, 0), broken(2, 0)] },
    loss(100),
    { successes: 1, incumbent: 9 },
  ],
  [
    "breaking constraints less is a success",
    { incumbent: { trial: 1, rank: broken(1, 0) }, best: [broken(1, 0), broken(2, 0)] },
    broken(0.5, 7),
    { successes: 1, incumbent: 9 },
  ],
  ["a result of the design is neither", { results: 1, failures: 0 }, loss(3), { failures: 0, incumbent: 1 }],
  ["an improvement in the design is neither", { results: 1 }, loss(0), { successes: 0, incumbent: 9 }],
  [
    "while every trial has failed, the region stays as it is",
    { failures: 0, incumbent: { trial: 1, rank: FAILED }, best: [FAILED, FAILED] },
    FAILED,
    { side: 0.4, failures: 0, incumbent: 1 },
  ],
];

describe("a trust region", () => {
  test.each(TABLE)("%s", (_, before, rank, { incumbent, ...after }) => {
    const region = withResult({ ...settled, ...before }, { trial: 9, rank }, 10);
    expect(region).toMatchObject(after);
    expect(region.incumbent?.trial).toBe(incumbent);
    expect(region.results).toBe((before.results ?? settled.results) + 1);
  });

  test("shrinks after as many failures as it has dimensions, but at least four", () => {
    const failuresUntilShrunk = (dimensions: number) => {
      let region = settled;
      let count = 0;
      for (; region.side === settled.side; count++)
        region = withResult(region, { trial: 9, rank: loss(3) }, dimensions);
      return count;
    };
    expect([1, 4, 5, 20, 100].map(failuresUntilShrunk)).toEqual([4, 4, 5, 20, 100]);
  });

  test("is spent once its side is below 2^-7", () => {
    expect(isSpent({ ...settled, side: 2 ** -7 })).toBe(false);
    expect(isSpent({ ...settled, side: 2 ** -7.01 })).toBe(true);
    let region = createRegion(0, 0);
    let failures = 0;
    region = withResult(region, { trial: 0, rank: loss(0) }, 4);
    for (; !isSpent(region); failures++) region = withResult(region, { trial: 1, rank: loss(1) }, 4);
    // From 0.8, seven halvings.
    expect(failures).toBe(7 * 4);
  });

  test("remembers the ten best ranks, and judges improvements by their spread", () => {
    let region = createRegion(0, 30);
    for (let k = 0; k < 30; k++) region = withResult(region, { trial: k, rank: loss(100 - k) }, 5);
    expect(region.best.map(([, value]) => value)).toEqual([71, 72, 73, 74, 75, 76, 77, 78, 79, 80]);
    const slightly = withResult(region, { trial: 30, rank: loss(71 - 0.008) }, 5);
    const clearly = withResult(region, { trial: 30, rank: loss(71 - 0.01) }, 5);
    expect([slightly.successes, clearly.successes]).toEqual([0, 1]);
  });
});
