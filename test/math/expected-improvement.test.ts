import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  createLogImprovements,
  logExpectedImprovement,
  logProbabilityBelow,
} from "../../math/expected-improvement.ts";
import tables from "../fixtures/math/distributions.json" with { type: "json" };

describe("log expected improvement", () => {
  test("value and derivatives agree with mpmath, to a hundred million deviations", () => {
    for (const [mean, std, best, value, dMean, dStd] of tables.logExpectedImprovement as number[][]) {
      const actual = logExpectedImprovement(mean!, std!, best!);
      const title = `logEI(${mean}, ${std}, ${best})`;
      expect(Math.abs(actual.value - value!), title).toBeLessThan(1e-11 * Math.max(1, Math.abs(value!)));
      expect(Math.abs(actual.dMean / dMean! - 1), title).toBeLessThan(1e-11);
      if (dStd !== 0) expect(Math.abs(actual.dStd / dStd! - 1), title).toBeLessThan(1e-11);
    }
  });

  test("is the logarithm of the improvement where the posterior is certain", () => {
    expect(logExpectedImprovement(1, 0, 3)).toEqual({ value: Math.log(2), dMean: -0.5, dStd: 0 });
    expect(logExpectedImprovement(3, 0, 3)).toEqual({ value: Number.NEGATIVE_INFINITY, dMean: 0, dStd: 0 });
  });

  test("has no step where its branches meet", () => {
    for (const u of [1, 5]) {
      const below = logExpectedImprovement(u * (1 - 1e-14), 1, 0);
      const above = logExpectedImprovement(u * (1 + 1e-14), 1, 0);
      expect(Math.abs(above.value - below.value)).toBeLessThan(1e-12);
      expect(Math.abs(above.dMean / below.dMean - 1)).toBeLessThan(1e-12);
    }
  });
});

test("log expected improvements of several means at several points are those of each, to the bit", () => {
  const values = fc.array(fc.double({ min: -60, max: 60, noNaN: true }), { minLength: 12, maxLength: 12 });
  const logImprovements = createLogImprovements();
  const stds = fc.tuple(fc.constantFrom(0, 1e-3, 1), fc.double({ min: 0.01, max: 10, noNaN: true }));
  fc.assert(
    fc.property(values, stds, (list, pair) => {
      const means = Float64Array.from(list.slice(0, 10));
      const bests = Float64Array.from([...list.slice(10), 0, 1, 2]);
      const expected = list
        .slice(0, 10)
        .map((mean, i) => logExpectedImprovement(mean, pair[i % 2]!, bests[Math.floor(i / 2)]!).value);
      const actual = new Float64Array(10);
      logImprovements(means, Float64Array.from(pair), bests, actual);
      expect([...actual]).toEqual(expected);
    }),
  );
});

describe.each([
  ["log expected improvement", logExpectedImprovement],
  ["log probability below a threshold", logProbabilityBelow],
])("%s", (_, acquisition) => {
  test("has the derivatives that central differences give, and falls as the mean rises", () => {
    const mean = fc.double({ min: -6, max: 30, noNaN: true });
    const std = fc.double({ min: 0.3, max: 3, noNaN: true });
    fc.assert(
      fc.property(mean, std, (m, s) => {
        const { value, dMean, dStd } = acquisition(m, s, 0.7);
        const h = 1e-5;
        const byMean = (acquisition(m + h, s, 0.7).value - acquisition(m - h, s, 0.7).value) / (2 * h);
        const byStd = (acquisition(m, s + h, 0.7).value - acquisition(m, s - h, 0.7).value) / (2 * h);
        expect(dMean).toBeLessThanOrEqual(0);
        const tolerance = 1e-6 * (1 + Math.abs(value));
        expect(Math.abs(byMean - dMean)).toBeLessThan(tolerance);
        expect(Math.abs(byStd - dStd)).toBeLessThan(tolerance);
      }),
    );
  });
});

describe("log probability below a threshold", () => {
  test("is 0 or -Infinity where the posterior is certain, and finite a million deviations out", () => {
    expect(logProbabilityBelow(1, 0, 2).value).toBe(0);
    expect(logProbabilityBelow(3, 0, 2).value).toBe(Number.NEGATIVE_INFINITY);
    expect(logProbabilityBelow(1e6, 1, 0).dMean).toBeCloseTo(-1e6, 3);
    expect(logProbabilityBelow(-1e6, 1, 0)).toEqual({ value: -0, dMean: -0, dStd: 0 });
  });
});
