import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { linearTicks, robustScale, scaleOf } from "../../web/charts/scale.ts";

const values = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 60 });

describe("a robust scale", () => {
  test("holds every value or counts it as beyond, and places those within in order", () => {
    fc.assert(
      fc.property(values, (list) => {
        const { low, high, above, below, position } = robustScale(list);
        const inside = list.filter((value) => value >= low && value <= high);
        expect(inside.length + above + below).toBe(list.length);
        for (const value of list) {
          expect(position(value)).toBeGreaterThanOrEqual(0);
          expect(position(value)).toBeLessThanOrEqual(1);
        }
        const sorted = inside.toSorted((a, b) => a - b).map(position);
        expect(sorted).toEqual(sorted.toSorted((a, b) => a - b));
      }),
    );
  });

  test("is not flattened by one value that diverged", () => {
    const { high, above } = robustScale([...Array.from({ length: 30 }, (_, i) => 0.5 + i / 100), 1e30]);
    expect(high).toBeLessThan(1);
    expect(above).toBe(1);
  });

  test("is logarithmic for values that span orders of magnitude, unless somebody wants it linear", () => {
    const rates = [1e-5, 1e-4, 1e-3, 1e-2, 1e-1];
    expect(robustScale(rates).log).toBe(true);
    expect(robustScale(rates).position(1e-3)).toBeCloseTo(0.5, 9);
    expect(robustScale(rates, "linear").log).toBe(false);
    expect(robustScale([-1, 1e-5, 1]).log).toBe(false);
  });

  test("takes nothing, one value and infinities", () => {
    expect(robustScale([]).ticks(4).length).toBeGreaterThan(0);
    expect(robustScale([3, 3]).position(3)).toBeCloseTo(0.5, 9);
    expect(robustScale([Number.NaN, Number.POSITIVE_INFINITY, 2]).above).toBe(0);
  });
});

test("ticks are round, within the range and about as many as asked for", () => {
  expect(linearTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(scaleOf(1e-4, 1, true).ticks(5)).toEqual([1e-4, 1e-3, 1e-2, 1e-1, 1]);
  fc.assert(
    fc.property(
      fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      (low, width) => {
        const ticks = linearTicks(low, low + width, 6);
        expect(ticks.length).toBeLessThanOrEqual(8);
        for (const tick of ticks) expect(tick).toBeGreaterThanOrEqual(low - width * 1e-6);
      },
    ),
  );
});
