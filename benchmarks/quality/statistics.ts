import type { Rng } from "../../core/rng.ts";
import { normalCdf } from "../../math/normal.ts";

/** Statistics of comparisons: ranks, intervals and tests. Losses and ranks are better when smaller. */

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < values.length; index++) sum += values[index]!;
  return sum / values.length;
}

/** The middle value, or the mean of the two in the middle; NaN of none. */
export function median(values: ArrayLike<number>): number {
  return sortedMedian(Float64Array.from(values).sort());
}

/** Ranks from 1; equal values share the mean of their ranks. */
export function ranks(values: ArrayLike<number>): number[] {
  const order = Array.from(values, (_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const result = new Array<number>(values.length);
  for (let first = 0; first < order.length; ) {
    let last = first;
    while (last + 1 < order.length && values[order[last + 1]!] === values[order[first]!]) last++;
    for (let index = first; index <= last; index++) result[order[index]!] = (first + last) / 2 + 1;
    first = last + 1;
  }
  return result;
}

export interface Interval {
  value: number;
  low: number;
  high: number;
}

/**
 * Percentile bootstrap (95 %) of figures that are made of the means, or medians, of groups: seeds are drawn again within
 * each group (problem and method), so that it says how much a figure owes to the seeds, on these very problems. Drawing
 * again adds noise, which pulls ranks towards each other: the percentiles are moved by as much as the median draw lies off
 * the figure itself.
 *
 * @param figures from the centres of all groups, in order, to any number of figures.
 * @returns an interval for each of these.
 */
export function bootstrap(
  groups: readonly (readonly number[])[],
  centre: "mean" | "median",
  figures: (centres: Float64Array) => readonly number[],
  rng: Rng,
  repetitions = 500,
): Interval[] {
  const centreOf = centre === "mean" ? mean : (values: Float64Array) => sortedMedian(values.sort());
  const buffers = groups.map(({ length }) => new Float64Array(length));
  const centres = new Float64Array(groups.length);
  const draws = Array.from({ length: repetitions }, () => {
    groups.forEach((group, index) => {
      const drawn = buffers[index]!;
      for (let k = 0; k < drawn.length; k++) drawn[k] = group[Math.floor(rng() * drawn.length)]!;
      centres[index] = centreOf(drawn);
    });
    return figures(centres);
  });
  return figures(Float64Array.from(groups, centre === "mean" ? mean : median)).map((value, figure) => {
    const sorted = Float64Array.from(draws, (drawn) => drawn[figure]!).sort();
    const shift = value - sortedMedian(sorted);
    const at = (p: number) => sorted[Math.min(repetitions - 1, Math.floor(p * repetitions))]! + shift;
    return { value, low: at(0.025), high: at(0.975) };
  });
}

/**
 * Critical difference of mean ranks (Nemenyi 1963, after Demsar 2006): two of k methods over n problems differ with 95 %
 * confidence when their mean ranks are further apart. NaN outside 2 … 20 methods.
 */
export function nemenyi(k: number, n: number): number {
  return (NEMENYI[k - 2] ?? Number.NaN) * Math.sqrt((k * (k + 1)) / (6 * n));
}

/** Studentized range of infinite degrees of freedom at 0.05, divided by sqrt 2, for 2 … 20 groups. */
const NEMENYI = [
  1.96, 2.344, 2.569, 2.728, 2.85, 2.948, 3.031, 3.102, 3.164, 3.219, 3.268, 3.313, 3.354, 3.391, 3.426,
  3.458, 3.489, 3.517, 3.544,
];

/**
 * Friedman's test that k methods are equal, from their ranks on n problems: the chi-square statistic with k - 1 degrees
 * of freedom, and its p value.
 */
export function friedman(rows: readonly (readonly number[])[]): { chiSquare: number; p: number } {
  const n = rows.length;
  const k = rows[0]?.length ?? 0;
  const sums = Array.from({ length: k }, (_, method) => mean(rows.map((row) => row[method]!)));
  const squares = sums.reduce((sum, rank) => sum + (rank - (k + 1) / 2) ** 2, 0);
  // With ties in the ranks the plain formula's denominator is too large: their own variance takes its place.
  const spread = rows.reduce(
    (sum, row) => sum + row.reduce((s, rank) => s + (rank - (k + 1) / 2) ** 2, 0),
    0,
  );
  if (spread === 0) return { chiSquare: 0, p: 1 };
  const chiSquare = ((k - 1) * n * n * squares) / spread;
  return { chiSquare, p: chiSquareTail(chiSquare, k - 1) };
}

/**
 * Wilcoxon's signed-rank test, two-sided, of paired differences: exact up to 25 differences without ties, else the Normal
 * approximation with the correction for ties. Zero differences are dropped.
 */
export function wilcoxon(differences: readonly number[]): number {
  const kept = differences.filter((difference) => difference !== 0);
  const n = kept.length;
  if (n === 0) return 1;
  const sizes = kept.map(Math.abs);
  const rank = ranks(sizes);
  const plus = kept.reduce((sum, difference, index) => sum + (difference > 0 ? rank[index]! : 0), 0);
  const less = Math.min(plus, (n * (n + 1)) / 2 - plus);
  if (n <= 25 && new Set(sizes).size === n) return Math.min(1, 2 * signedRankTail(n, less));
  const counts = new Map<number, number>();
  for (const size of sizes) counts.set(size, (counts.get(size) ?? 0) + 1);
  const ties = [...counts.values()].reduce((sum, t) => sum + t ** 3 - t, 0);
  const deviation = Math.sqrt((n * (n + 1) * (2 * n + 1)) / 24 - ties / 48);
  const z = (less - (n * (n + 1)) / 4 + 0.5) / deviation;
  return deviation === 0 ? 1 : Math.min(1, 2 * normalCdf(z));
}

/** Holm's step-down correction of p values of one family of tests, in the given order. */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, index) => index).sort((a, b) => pValues[a]! - pValues[b]!);
  const corrected = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((index, position) => {
    largest = Math.max(largest, Math.min(1, pValues[index]! * (pValues.length - position)));
    corrected[index] = largest;
  });
  return corrected;
}

/** P(W <= w) of the signed-rank sum of n untied differences. */
function signedRankTail(n: number, w: number): number {
  const total = (n * (n + 1)) / 2;
  const ways = new Float64Array(total + 1);
  ways[0] = 1;
  for (let rank = 1; rank <= n; rank++) {
    for (let sum = total; sum >= rank; sum--) ways[sum]! += ways[sum - rank]!;
  }
  let count = 0;
  for (let sum = 0; sum <= w; sum++) count += ways[sum]!;
  return count / 2 ** n;
}

/** P(X > x) of a chi-square variable, by the series of the incomplete gamma function. */
function chiSquareTail(x: number, degrees: number): number {
  if (x <= 0) return 1;
  const a = degrees / 2;
  let term = 1 / a;
  let sum = term;
  for (let n = 1; n < 10_000 && term > sum * 1e-15; n++) {
    term *= x / 2 / (a + n);
    sum += term;
  }
  return Math.max(0, 1 - sum * Math.exp(-x / 2 + a * Math.log(x / 2) - logGamma(a)));
}

/** ln Γ of a half-integer or integer a > 0. */
function logGamma(a: number): number {
  let value = Number.isInteger(a) ? 0 : Math.log(Math.PI) / 2;
  for (let x = Number.isInteger(a) ? 1 : 0.5; x < a; x++) value += Math.log(x);
  return value;
}

function sortedMedian(sorted: Float64Array): number {
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
