import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fromLoss,
  metricNameSchema,
  objectiveSchema,
  outcomeConstraintSchema,
  reachedTarget,
  reduceMetric,
  type Strategy,
  toLoss,
  violation,
} from "../../core/objective.ts";

const points = (...values: number[]) => values.map((value, step) => ({ step, value }));
const { NaN: nan, POSITIVE_INFINITY: inf, NEGATIVE_INFINITY: minusInf } = Number;

describe("a metric's value", () => {
  test.each<[Strategy, number[], number | null]>([
    ["last", [3, 1, 2], 2],
    ["min", [3, 1, 2], 1],
    ["max", [3, 1, 2], 3],
    [{ meanOfLast: 2 }, [9, 1, 2], 1.5],
    [{ meanOfLast: 5 }, [1, 2], 1.5],
    ["last", [], null],
    ["min", [], null],
    ["last", [1, nan], nan],
    ["last", [nan, 1], 1],
    ["last", [1, inf], inf],
    ["min", [nan, 2, nan], 2],
    ["max", [nan, 2, nan], 2],
    ["max", [nan, nan], nan],
    ["min", [1, minusInf], minusInf],
    [{ meanOfLast: 2 }, [1, nan], nan],
  ])("%j of %j is %j", (strategy, values, expected) => {
    expect(reduceMetric(strategy, points(...values))).toEqual(expected);
  });

  test("the last point is the one with the greatest step; of one step the later report counts", () => {
    const shuffled = [
      { step: 3, value: 30 },
      { step: 1, value: 10 },
      { step: 3, value: 31 },
      { step: 2, value: 20 },
    ];
    expect(reduceMetric("last", shuffled)).toBe(31);
    expect(reduceMetric({ meanOfLast: 2 }, shuffled)).toBe(25.5);
  });
});

describe("losses", () => {
  test("are minimised whatever the goal, and turn back into values exactly", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), fc.double({ noNaN: true }), (a, b) => {
        expect(toLoss("minimize", a) < toLoss("minimize", b)).toBe(a < b);
        expect(toLoss("maximize", a) < toLoss("maximize", b)).toBe(a > b);
        expect(fromLoss("maximize", toLoss("maximize", a))).toBe(a + 0);
      }),
    );
    expect(Object.is(toLoss("maximize", 0), 0)).toBe(true);
  });

  test("a target is reached inclusively, in the objective's direction, and never without one", () => {
    const up = objectiveSchema.parse({ metric: "acc", goal: "maximize", target: 0.9 });
    const down = objectiveSchema.parse({ metric: "loss", goal: "minimize", target: 0.1 });
    expect([0.89, 0.9, 0.91, nan].map((value) => reachedTarget(up, value))).toEqual([
      false,
      true,
      true,
      false,
    ]);
    expect([0.09, 0.1, 0.11, nan].map((value) => reachedTarget(down, value))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(reachedTarget(objectiveSchema.parse({ metric: "x", goal: "minimize" }), minusInf)).toBe(false);
  });
});

describe("outcome constraints", () => {
  test("tell by how much a value breaks them", () => {
    expect(violation({ metric: "ms", max: 20 }, 25)).toBe(5);
    expect(violation({ metric: "ms", max: 20 }, 20)).toBe(0);
    expect(violation({ metric: "acc", min: 0.5 }, 0.75)).toBe(-0.25);
    expect(violation({ metric: "x", min: 1, max: 3 }, 0)).toBe(1);
    expect(violation({ metric: "x", min: 1, max: 3 }, 2)).toBe(-1);
    expect(violation({ metric: "ms", max: 20 }, nan)).toBe(inf);
  });

  test.each([
    [{ metric: "x" }],
    [{ metric: "x", min: 2, max: 1 }],
    [{ metric: "x", max: 1, goal: "minimize" }],
    [{ metric: "x", max: inf }],
  ])("%j is refused", (constraint) => {
    expect(outcomeConstraintSchema.safeParse(constraint).success).toBe(false);
  });
});

describe("objective schema", () => {
  test("takes the last value unless told otherwise", () => {
    expect(objectiveSchema.parse({ metric: "loss", goal: "minimize" }).strategy).toBe("last");
  });

  test.each([["loss"], ["eval/loss"], ["valid_1 auc"], ["precision@5"], ["正解率"]])(
    "metric name %s is fine",
    (name) => {
      expect(metricNameSchema.safeParse(name).success).toBe(true);
    },
  );

  test.each([[""], [" loss"], ["loss "], ["a\nb"], ["x".repeat(201)]])(
    "metric name %j is refused",
    (name) => {
      expect(metricNameSchema.safeParse(name).success).toBe(false);
    },
  );

  test.each([[{ meanOfLast: 0 }], [{ meanOfLast: 1.5 }], ["best"], [{ meanOfLast: 2, min: 1 }]])(
    "strategy %j is refused",
    (strategy) => {
      expect(objectiveSchema.safeParse({ metric: "x", goal: "minimize", strategy }).success).toBe(false);
    },
  );
});
