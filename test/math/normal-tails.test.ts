import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  erfcx,
  log1mexp,
  logDiffNormalCdf,
  logNormalCdf,
  logSumExp,
  millsRatio,
} from "../../math/normal-tails.ts";
import tables from "../fixtures/math/distributions.json" with { type: "json" };

const number = (x: number | string): number =>
  typeof x === "string" ? Number(x.replace("inf", "Infinity")) : x;

describe("the normal distribution in the log domain", () => {
  test("erfcx agrees with mpmath to 14 digits, from where it overflows to where it is 1 / (x √π)", () => {
    for (const [x, expected] of tables.erfcx as number[][]) {
      expect(Math.abs(erfcx(x!) / expected! - 1), `erfcx(${x})`).toBeLessThan(x! < -1 ? 1e-13 : 4e-15);
    }
    expect([-30, Number.POSITIVE_INFINITY, Number.NaN].map(erfcx)).toEqual([
      Number.POSITIVE_INFINITY,
      0,
      Number.NaN,
    ]);
  });

  test("ln Phi agrees with mpmath down to -1e8 deviations", () => {
    for (const [x, expected] of tables.logNormalCdf as number[][]) {
      expect(Math.abs(logNormalCdf(x!) / expected! - 1), `logNormalCdf(${x})`).toBeLessThan(1e-12);
    }
    expect([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN].map(logNormalCdf)).toEqual([
      Number.NEGATIVE_INFINITY,
      -0,
      Number.NaN,
    ]);
  });

  test("the mass of an interval agrees with mpmath in both tails, however narrow it is", () => {
    for (const [a, b, expected] of tables.logDiffNormalCdf) {
      const actual = logDiffNormalCdf(number(a!), number(b!));
      const tolerance = 1e-13 + 4e-16 * Math.abs(expected as number);
      expect(Math.abs(actual - (expected as number)), `(${a}, ${b})`).toBeLessThanOrEqual(tolerance);
    }
  });

  test("the mass of an interval is that of its mirror image, adds up, and is none for a point", () => {
    const end = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(end, end, end, (x, y, z) => {
        const [a, b, c] = [x, y, z].sort((p, q) => p - q) as [number, number, number];
        expect(logDiffNormalCdf(a, b)).toBe(logDiffNormalCdf(-b, -a));
        const whole = logDiffNormalCdf(a, c);
        const parts = logSumExp([logDiffNormalCdf(a, b), logDiffNormalCdf(b, c)]);
        if (a < c) expect(Math.abs(whole - parts)).toBeLessThanOrEqual(1e-12 * (1 + Math.abs(whole)));
      }),
    );
    expect(logDiffNormalCdf(2, 2)).toBe(Number.NEGATIVE_INFINITY);
    expect(logDiffNormalCdf(2, 1)).toBeNaN();
  });

  test("the Mills ratio is 1 / x far out and √(π/2) in the middle", () => {
    expect(millsRatio(0)).toBeCloseTo(Math.sqrt(Math.PI / 2), 15);
    expect(millsRatio(1e9) * 1e9).toBeCloseTo(1, 15);
  });

  test("a sum of exponentials neither overflows nor underflows", () => {
    expect(logSumExp([1000, 1000])).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logSumExp([-1e5, -1e5 + 1])).toBeCloseTo(-1e5 + Math.log(1 + Math.E), 9);
    expect(logSumExp([Number.NEGATIVE_INFINITY, 3])).toBe(3);
    expect(logSumExp([])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([Number.NEGATIVE_INFINITY])).toBe(Number.NEGATIVE_INFINITY);
    expect(logSumExp([1, Number.NaN, 2])).toBeNaN();
  });

  test("ln(1 - e^x) keeps its digits near 0 and far from it", () => {
    expect(log1mexp(-1e-20)).toBeCloseTo(Math.log(1e-20), 13);
    expect(log1mexp(-50) / -Math.exp(-50)).toBeCloseTo(1, 14);
    expect(log1mexp(0)).toBe(Number.NEGATIVE_INFINITY);
    expect(log1mexp(1)).toBeNaN();
  });
});
