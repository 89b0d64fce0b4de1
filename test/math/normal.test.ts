import { describe, expect, test } from "vitest";
import { normalCdf, normalQuantile, truncatedUnitNormalQuantile } from "../../math/normal.ts";

// SciPy 1.17: norm.cdf, norm.ppf, truncnorm.ppf.
const CDF: [x: number, p: number][] = [
  [-37, 5.7255712225239266e-300],
  [-10, 7.61985302416047e-24],
  [-3, 0.0013498980316300933],
  [-2.9999, 0.001350341282954925],
  [-1, 0.15865525393145707],
  [0, 0.5],
  [0.5, 0.6914624612740131],
  [2.99, 0.9986051127645078],
  [5, 0.9999997133484281],
];
const QUANTILE: [p: number, x: number][] = [
  [1e-300, -37.0470962993612],
  [1e-10, -6.361340902404056],
  [0.01, -2.3263478740408408],
  [0.3, -0.5244005127080409],
  [0.5, 0],
  [0.9, 1.2815515655446004],
  [0.999999, 4.753424308817087],
];

describe("the normal distribution", () => {
  test.each(CDF)("cdf(%d) is %d", (x, p) => {
    expect(Math.abs(normalCdf(x) - p)).toBeLessThanOrEqual(1e-12 * p);
  });

  test.each(QUANTILE)("quantile(%d) is %d", (p, x) => {
    expect(Math.abs(normalQuantile(p) - x)).toBeLessThanOrEqual(1e-14 * Math.abs(x));
  });

  test("the quantile undoes the cdf", () => {
    for (let x = -8; x <= 5; x += 0.0137) expect(normalQuantile(normalCdf(x))).toBeCloseTo(x, 9);
  });

  test("ends are infinite, what is outside is not a number", () => {
    expect([0, 1, -0.1, 1.1, Number.NaN].map(normalQuantile)).toEqual([
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN].map(normalCdf)).toEqual([
      0,
      1,
      Number.NaN,
    ]);
  });

  test("cut off at 0 and 1 it agrees with SciPy, stays inside and turns uniform as the deviation grows", () => {
    expect(truncatedUnitNormalQuantile(0.5, 0, 0.1)).toBeCloseTo(0.06744897501960817, 14);
    expect(truncatedUnitNormalQuantile(0.3, 0.4, 9999)).toBeCloseTo(0.29999999996674026, 9);
    expect(truncatedUnitNormalQuantile(0.3, 0.4, 1e300)).toBe(0.3);
    expect(truncatedUnitNormalQuantile(0.3, 0.4, 1e-300)).toBeCloseTo(0.4, 14);
    for (const u of [0, 1e-16, 0.5, 1 - 2 ** -53, 1]) {
      for (const mean of [0, 0.2, 1]) {
        const x = truncatedUnitNormalQuantile(u, mean, 0.01);
        expect(x >= 0 && x <= 1).toBe(true);
      }
    }
  });
});
