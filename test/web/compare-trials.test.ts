import { describe, expect, test } from "vitest";
import type { Points } from "../../web/charts/align.ts";
import { lastCommonStep, standsFor, stepsOf, valueAt } from "../../web/pages/compare-trials/at-step.ts";

const curve: Points = [
  [1, 0.5],
  [3, 0.9],
  [5, 0.7],
];

describe("the value that stands for a trial", () => {
  test.each([
    ["last", 0.7],
    ["min", 0.5],
    ["max", 0.9],
  ] as const)("%s of the whole curve is %d", (show, value) => {
    expect(standsFor(curve, show, null)).toBe(value);
  });

  test("at a step it is the last one reported up to it", () => {
    expect([1, 2, 3, 4, 5].map((step) => valueAt(curve, step))).toEqual([0.5, 0.5, 0.9, 0.9, 0.7]);
  });

  test("a trial that did not come so far has none, for its last value is of a shorter run", () => {
    expect(valueAt(curve, 6)).toBeNull();
  });

  test("points without a number are passed over", () => {
    expect(standsFor([[1, null]], "max", null)).toBeNull();
    expect(
      valueAt(
        [
          [1, 0.5],
          [2, null],
        ],
        2,
      ),
    ).toBe(0.5);
  });
});

describe("steps to compare at", () => {
  const trials = [
    { metrics: new Map([["loss", curve]]) },
    { metrics: new Map([["loss", curve.slice(0, 2)]]) },
  ];

  test("the last common step is where the shortest curve ends", () => {
    expect(lastCommonStep(trials, "loss")).toBe(3);
    expect(stepsOf(trials, "loss")).toEqual([1, 3, 5]);
  });

  test("there is none when a trial never reported the metric", () => {
    expect(lastCommonStep([...trials, { metrics: new Map() }], "loss")).toBeNull();
  });
});
