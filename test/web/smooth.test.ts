import fc from "fast-check";
import { expect, test } from "vitest";
import { smooth } from "../../web/charts/smooth.ts";

const weight = fc.double({ min: 0, max: 0.999, noNaN: true });
/** Zero without a sign. */
const value = fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((one) => one + 0);
const points = fc
  .array(fc.option(value, { nil: null, freq: 5 }), { maxLength: 40 })
  .map((values) => values.map((one, step): [number, number | null] => [step, one]));
const valuesOf = (line: readonly (readonly [number, number | null])[]) => line.map(([, one]) => one);

test("a constant stays as it is, from its first point on", () => {
  fc.assert(
    fc.property(weight, value, fc.integer({ min: 1, max: 300 }), (share, constant, length) => {
      const line = Array.from({ length }, (_, step): [number, number] => [step, constant]);
      for (const one of valuesOf(smooth(line, share))) expect(one).toBeCloseTo(constant, 5);
    }),
  );
});

test("without weight nothing changes", () => {
  fc.assert(
    fc.property(points, (line) => {
      expect(smooth(line, 0)).toEqual(line);
    }),
  );
});

test("steps and holes stay where they are, and a hole does not touch the values around it", () => {
  fc.assert(
    fc.property(points, weight, (line, share) => {
      const smoothed = smooth(line, share);
      expect(smoothed.map(([step, one]) => [step, one === null])).toEqual(
        line.map(([step, one]) => [step, one === null]),
      );
      const filled = smooth(
        line.filter(([, one]) => one !== null),
        share,
      );
      expect(valuesOf(smoothed).filter((one) => one !== null)).toEqual(valuesOf(filled));
    }),
  );
});

test("never leaves the range of the values that came so far", () => {
  fc.assert(
    fc.property(points, weight, (line, share) => {
      for (const [index, one] of valuesOf(smooth(line, share)).entries()) {
        const soFar = valuesOf(line.slice(0, index + 1)).filter((before) => before !== null);
        if (one === null) continue;
        expect(one).toBeGreaterThanOrEqual(Math.min(...soFar) - 1e-6);
        expect(one).toBeLessThanOrEqual(Math.max(...soFar) + 1e-6);
      }
    }),
  );
});

test("the first value pulls no more than its share: after 0 then 1 at weight 0.5 the mean is 2/3", () => {
  expect(
    valuesOf(
      smooth(
        [
          [0, 0],
          [1, 1],
        ],
        0.5,
      ),
    )[1],
  ).toBeCloseTo(2 / 3, 12);
});
