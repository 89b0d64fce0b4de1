import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  logTruncatedNormalMass,
  logTruncatedNormalPdf,
  sampleTruncatedNormal,
  truncatedNormalQuantile,
} from "../../math/truncated-normal.ts";
import tables from "../fixtures/math/distributions.json" with { type: "json" };

const number = (x: number | string): number =>
  typeof x === "string" ? Number(x.replace("inf", "Infinity")) : x;

describe("the truncated standard normal", () => {
  test("quantiles agree with mpmath to 1e-10 of the interval's scale, 1000 deviations out too", () => {
    for (const [a, b, u, expected] of tables.truncatedNormalQuantile) {
      const [low, high, x] = [number(a!), number(b!), expected as number];
      // The length over which the density falls by a factor e, or the whole interval where that is shorter.
      const near = low >= 0 ? low : high <= 0 ? -high : 0;
      const scale = Math.min(high - low, 1 / (1 + near));
      const actual = truncatedNormalQuantile(u as number, low, high);
      const tolerance = 1e-10 * scale + 4e-16 * Math.abs(x);
      expect(Math.abs(actual - x), `quantile(${u}, ${a}, ${b})`).toBeLessThanOrEqual(tolerance);
    }
  });

  test("the quantile undoes the mass, in the middle and far out", () => {
    const u = fc.double({ min: 1e-6, max: 1 - 1e-6, noNaN: true });
    const a = fc.double({ min: -300, max: 300, noNaN: true });
    const logWidth = fc.double({ min: -5, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(u, a, logWidth, (share, low, width) => {
        const high = low + 10 ** width;
        const x = truncatedNormalQuantile(share, low, high);
        expect(x).toBeGreaterThanOrEqual(low);
        expect(x).toBeLessThanOrEqual(high);
        // An x next to an end is known to a rounding error of the end, which moves the mass by its hazard.
        const rounding = 1e-15 * (1 + Math.abs(low)) ** 2 + (1e-14 * (1 + Math.abs(low))) / 10 ** width;
        const mass = Math.exp(logTruncatedNormalMass(low, x, low, high));
        expect(Math.abs(mass - share)).toBeLessThan(1e-9 + rounding);
      }),
      { numRuns: 500 },
    );
  });

  test("quantiles grow with u, also a hundred million deviations out", () => {
    for (const [a, b] of [
      [1e8, 1e8 + 1],
      [-1e8 - 1, -1e8],
      [-3, 40],
      [5, Number.POSITIVE_INFINITY],
    ] as const) {
      let last = a as number;
      for (let u = 0; u <= 1; u += 1 / 64) {
        const x = truncatedNormalQuantile(u, a, b);
        expect(x).toBeGreaterThanOrEqual(last);
        last = x;
      }
      expect(last).toBe(b);
    }
  });

  test("the ends are the quantiles of 0 and 1; what is no probability has none", () => {
    expect(truncatedNormalQuantile(0, -2, 3)).toBe(-2);
    expect(truncatedNormalQuantile(1, -2, 3)).toBe(3);
    expect(truncatedNormalQuantile(0.4, 2, 2)).toBe(2);
    expect([truncatedNormalQuantile(-0.1, 0, 1), truncatedNormalQuantile(0.5, 1, 0)]).toEqual([
      Number.NaN,
      Number.NaN,
    ]);
  });

  test("the density integrates to 1 and is none outside", () => {
    const [a, b, n] = [4, 6, 20_000];
    let sum = 0;
    for (let i = 0; i < n; i++) sum += Math.exp(logTruncatedNormalPdf(a + ((i + 0.5) * (b - a)) / n, a, b));
    expect((sum * (b - a)) / n).toBeCloseTo(1, 6);
    expect(logTruncatedNormalPdf(3.9, a, b)).toBe(Number.NEGATIVE_INFINITY);
    expect(logTruncatedNormalMass(-10, 10, a, b)).toBe(0);
    expect(logTruncatedNormalMass(7, 10, a, b)).toBe(Number.NEGATIVE_INFINITY);
  });

  test("samples stay inside, and have the mean of the distribution", () => {
    let sum = 0;
    for (let i = 0; i < 10_000; i++) sum += sampleTruncatedNormal((i + 0.5) / 10_000, -0.5, 0.1, 0, 1);
    // SciPy: truncnorm.mean(5, 15, loc=-0.5, scale=0.1).
    expect(sum / 10_000).toBeCloseTo(0.018650396712583, 5);
    for (const mean of [-1e6, 1e6]) {
      const x = sampleTruncatedNormal(0.5, mean, 1, 0, 1);
      expect(x >= 0 && x <= 1).toBe(true);
      expect(Math.min(x, 1 - x)).toBeCloseTo(Math.LN2 / 1e6, 9);
    }
  });
});
