import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decimalExponent, decimalPlaces, roundToPlaces } from "../../core/decimal.ts";

describe("decimal arithmetic", () => {
  test.each([
    [1000, 3, 0],
    [999.5, 2, 1],
    [0.1, -1, 1],
    [1e-7, -7, 7],
    [1.25e-7, -7, 9],
    [-0.05, -2, 2],
    [1e300, 300, 0],
    [5e-324, -324, 324],
  ])("%d has the exponent %d and %d places", (x, exponent, places) => {
    expect(decimalExponent(x)).toBe(exponent);
    expect(decimalPlaces(x)).toBe(places);
  });

  test.each([
    [0.1 + 0.2, 1, 0.3],
    [0.35, 0, 0],
    [0.5, 0, 1],
    [-0.7, 0, -1],
    [0.04, 1, 0],
    [1234.5, -2, 1200],
    [60, -2, 100],
    [40, -2, 0],
    [1 / 3, 30, 1 / 3],
    [0, 3, 0],
  ])("%d to %d places is %d", (x, places, expected) => {
    expect(roundToPlaces(x, places)).toBe(expected);
  });

  test("rounding moves a number by half a unit at most and is done once", () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.integer({ min: -3, max: 8 }),
        (x, places) => {
          const rounded = roundToPlaces(x, places);
          expect(Math.abs(rounded - x)).toBeLessThanOrEqual(0.5000001 * 10 ** -places);
          expect(roundToPlaces(rounded, places)).toBe(rounded);
        },
      ),
    );
  });
});
