import { describe, expect, test } from "vitest";
import {
  bootstrap,
  friedman,
  holm,
  mean,
  median,
  nemenyi,
  ranks,
  wilcoxon,
} from "../../../benchmarks/quality/statistics.ts";
import { studyRng } from "../../../core/rng.ts";

/** Expected values are SciPy 1.17.1's: rankdata, friedmanchisquare, wilcoxon, studentized_range. */

const rows = [
  [0.31, 0.12, 0.55, 0.12],
  [0.9, 0.4, 0.7, 0.2],
  [0.05, 0.05, 0.3, 0.01],
  [1.2, 0.8, 0.9, 1.1],
  [0.6, 0.3, 0.45, 0.5],
  [0.22, 0.21, 0.5, 0.1],
];

describe("ranks and averages", () => {
  test("equal values share the mean of their ranks", () => {
    expect(rows.map(ranks)).toEqual([
      [3, 1.5, 4, 1.5],
      [4, 2, 3, 1],
      [2.5, 2.5, 4, 1],
      [4, 1, 2, 3],
      [4, 1, 2, 3],
      [3, 2, 4, 1],
    ]);
  });

  test("the median of an even number is the mean of the two in the middle", () => {
    expect(median([10, 9, 100, 1])).toBe(9.5);
    expect(median([10, 9, 100])).toBe(10);
    expect(median([])).toBeNaN();
  });
});

describe("tests of a difference", () => {
  test("Friedman's statistic and p value, with ties in the ranks", () => {
    const { chiSquare, p } = friedman(rows.map(ranks));
    expect(chiSquare).toBeCloseTo(9.465517241379317, 10);
    expect(p).toBeCloseTo(0.02370104279222908, 10);
  });

  test("Friedman's p value is 1 when all methods are equal", () => {
    expect(friedman([ranks([1, 1, 1]), ranks([2, 2, 2])])).toEqual({ chiSquare: 0, p: 1 });
  });

  test("Wilcoxon's p value is exact for few differences without ties", () => {
    const differences = [0.3, -0.1, 0.25, 0.7, -0.05, 0.4, 0.12, 0.9, -0.2, 0.33];
    expect(wilcoxon(differences)).toBeCloseTo(0.037109375, 12);
  });

  test("Wilcoxon's p value is approximate with ties, and without the zeros", () => {
    const differences = [0.3, -0.1, 0.1, 0.7, 0, 0.3, 0.1, -0.2, 0.4, 0.3, -0.1, 0.5];
    expect(wilcoxon(differences)).toBeCloseTo(0.04395951244187319, 6);
  });

  test("Wilcoxon's p value is approximate for many differences", () => {
    const differences = [
      ...[0.646, 1.122, 0.63, -1.003, 1.205, 0.746, -0.237, 0.881, 0.665, 0.594, 0.328, 0.847, -0.436, 0.137],
      ...[
        -0.182, 0.899, 0.34, 0.008, -0.482, 0.043, 0.308, 0.024, 1.594, 1.307, -2.411, -1.589, 0.125, -0.122,
      ],
      ...[0.514, 0.517, 2.418, -0.812, -0.078, 2.343, 0.947, 0.963, -0.214, -1.348, 0.467, 0.409],
    ];
    expect(wilcoxon(differences)).toBeCloseTo(0.018326839542467617, 6);
  });

  test("Holm's correction never lets a smaller p value end above a larger one", () => {
    const corrected = holm([0.01, 0.04, 0.03, 0.005]);
    [0.03, 0.06, 0.06, 0.02].forEach((p, index) => {
      expect(corrected[index]).toBeCloseTo(p, 12);
    });
  });

  test.each([
    [2, 1.9599639845400534],
    [5, 2.7277743708703763],
    [10, 3.163683577053373],
    [20, 3.5437991315177815],
  ])("the critical difference of %i methods follows the studentized range", (k, q) => {
    expect(nemenyi(k, 30)).toBeCloseTo(q * Math.sqrt((k * (k + 1)) / (6 * 30)), 3);
  });
});

describe("the bootstrap", () => {
  const group = (problem: number) => {
    const rng = studyRng(problem, "group");
    return Array.from({ length: 20 }, () => problem + rng());
  };
  const groups = Array.from({ length: 10 }, (_, problem) => group(problem));

  test("gives a mean of means the interval of the Normal approximation", () => {
    const [interval] = bootstrap(groups, "mean", (means) => [mean(means)], studyRng(1, "bootstrap"), 2000);
    const variances = groups.map((values) => {
      const centre = mean(values);
      return mean(values.map((value) => (value - centre) ** 2)) / values.length;
    });
    const half = (1.96 * Math.sqrt(variances.reduce((sum, value) => sum + value, 0))) / groups.length;
    expect(interval!.value).toBeCloseTo(mean(groups.map(mean)), 12);
    expect(interval!.high - interval!.value).toBeGreaterThan(0.9 * half);
    expect(interval!.high - interval!.value).toBeLessThan(1.1 * half);
    expect(interval!.value - interval!.low).toBeGreaterThan(0.9 * half);
    expect(interval!.value - interval!.low).toBeLessThan(1.1 * half);
  });

  test("leaves no doubt about groups without spread", () => {
    const [interval] = bootstrap([[2, 2, 2], [4]], "median", ([a, b]) => [a! + b!], studyRng(1, "bootstrap"));
    expect(interval).toEqual({ value: 6, low: 6, high: 6 });
  });

  test("contains a mean rank, although drawing again pulls ranks together", () => {
    const rng = studyRng(2, "ranks");
    const cells = Array.from({ length: 30 }, () => [
      Array.from({ length: 5 }, () => rng()),
      Array.from({ length: 5 }, () => rng() + 0.3),
      Array.from({ length: 5 }, () => rng() + 0.6),
    ]).flat();
    const first = (means: Float64Array) => {
      const rank = (row: number) => ranks(means.subarray(3 * row, 3 * row + 3))[0]!;
      return [mean(Array.from({ length: 30 }, (_, row) => rank(row)))];
    };
    const [{ value, low, high } = { value: 0, low: 0, high: 0 }] = bootstrap(cells, "mean", first, rng);
    expect(low).toBeLessThan(value);
    expect(high).toBeGreaterThan(value);
  });
});
