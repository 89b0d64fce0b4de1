import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clippedText, linearTicks, robustScale, scaleOf } from "../../web/charts/scale.ts";

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

  test("shows the whole of a short curve, the steep beginning too", () => {
    const curve = [2.3, 0.8, 0.62, 0.55, 0.52, 0.51, 0.5, 0.5];
    expect(robustScale(curve)).toMatchObject({ low: 0.5, high: 2.3, above: 0, below: 0, log: false });
  });

  test("is not flattened by a value that diverged even where there are few", () => {
    expect(robustScale([0.5, 0.52, 0.49, 0.55, -1e9, 0.5])).toMatchObject({ low: 0.49, below: 1 });
  });

  test("holds values that are kept however far out, on a logarithmic axis if it takes one", () => {
    const settled = Array.from({ length: 60 }, (_, i) => 0.5 + i / 1000);
    expect(robustScale([2.3, ...settled])).toMatchObject({ above: 1 });
    expect(robustScale([2.3, ...settled], null, [2.3])).toMatchObject({ high: 2.3, above: 0, log: false });
    expect(robustScale([9e3, ...settled], null, [9e3])).toMatchObject({ high: 9e3, above: 0, log: true });
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

test("values that differ in their last digit alone have a tick, and not an endless row of them", () => {
  const { low, high, ticks } = robustScale([1, 0.9999999999999999]);
  expect(low).toBeLessThan(high);
  expect(ticks(4)).toEqual([low]);
  expect(linearTicks(1e16, 1e16 + 2, 6)).toEqual([1e16]);
});

test("what lies beyond is said without what is none", () => {
  const beyond = (above: number, below: number) => scaleOf(0, 1, false, above, below);
  expect(clippedText(beyond(0, 2))).toBe("2 below");
  expect(clippedText(beyond(3, 0))).toBe("3 above");
  expect(clippedText(beyond(3, 2), { above: "▲ ", below: "▼ " })).toBe("▲ 3 above, ▼ 2 below");
  expect(clippedText(beyond(0, 0))).toBeNull();
});
