import fc from "fast-check";
import { expect, test } from "vitest";
import { countBelow, quantile } from "../../../algorithms/stopping/order-statistics.ts";

test.each([
  // numpy.quantile(values, q)
  [[3, 1, 2], 0.5, 2],
  [[4, 1, 3, 2], 0.5, 2.5],
  [[4, 1, 3, 2], 1 / 3, 2],
  [[10, 20], 0.25, 12.5],
  [[5, 5, 1, 5], 0, 1],
  [[5, 5, 1, 9], 1, 9],
  [[7], 0.3, 7],
])("the quantile of %j at %d is %d", (values, q, expected) => {
  expect(quantile(Float64Array.from(values), q)).toBeCloseTo(expected, 12);
});

test("there is no quantile of nothing", () => {
  expect(quantile(new Float64Array(0), 0.5)).toBeNaN();
});

test("a quantile lies where sorting puts it, and counting what is below it agrees", () => {
  const values = fc.array(
    fc.oneof(fc.double({ noNaN: true, min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 3 })),
    {
      minLength: 1,
      maxLength: 60,
    },
  );
  fc.assert(
    fc.property(values, fc.nat(), (list, seed) => {
      const sorted = Float64Array.from(list).sort();
      const rank = seed % list.length;
      const found = quantile(Float64Array.from(list), list.length === 1 ? 0 : rank / (list.length - 1));
      // The position rank / (n - 1) * (n - 1) may miss the whole number by rounding.
      const gap = Math.max(1, Math.abs(sorted[0]!), Math.abs(sorted.at(-1)!));
      expect(Math.abs(found - sorted[rank]!)).toBeLessThanOrEqual(1e-12 * gap * list.length);
      expect(countBelow(sorted, sorted[rank]!)).toBe(sorted.indexOf(sorted[rank]!));
    }),
  );
});
