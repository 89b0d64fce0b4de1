import { studyRng } from "../../core/rng.ts";
import type { Comparison } from "./comparison.ts";
import { bootstrap, holm, type Interval, mean, median, ranks, wilcoxon } from "./statistics.ts";

/** One method of a comparison in figures. */
export interface Summary {
  method: string;
  /** Seeds of its poorest and richest problem. */
  seeds: readonly [least: number, most: number];
  /** Mean over problems of the mean over seeds, with what the seeds leave open. */
  regret: Interval;
  /** Median over problems of the median over seeds. */
  medianRegret: Interval;
  meanRank: Interval;
  /** Problems on which its mean regret is below, equal to or above that of the first method. */
  against: readonly [wins: number, ties: number, losses: number];
  /** Wilcoxon's signed-rank test over problems against the first method, after Holm; 1 for the first itself. */
  p: number;
}

/** In the comparison's order of methods. Needs at least one problem. */
export function summarise(comparison: Comparison): Summary[] {
  const { methods, regrets } = comparison;
  const means = regrets.map((cells) => cells.map(mean));
  const intervals = intervalsOf(regrets);
  const p = holm(methods.slice(1).map((_, index) => wilcoxon(means.map((row) => row[0]! - row[index + 1]!))));
  return methods.map((method, index) => {
    const sizes = regrets.map((row) => row[index]!.length);
    return {
      method,
      seeds: [Math.min(...sizes), Math.max(...sizes)],
      regret: intervals.regret[index]!,
      medianRegret: intervals.medianRegret[index]!,
      meanRank: intervals.meanRank[index]!,
      against: record(means.map((row) => row[index]! - row[0]!)),
      p: index === 0 ? 1 : p[index - 1]!,
    };
  });
}

/** Rows of ranks, one a problem: what Friedman's test looks at. */
export function rankRows({ regrets }: Comparison): number[][] {
  return regrets.map((cells) => ranks(cells.map(mean)));
}

function record(differences: readonly number[]): Summary["against"] {
  const wins = differences.filter((difference) => difference < 0).length;
  const losses = differences.filter((difference) => difference > 0).length;
  return [wins, differences.length - wins - losses, losses];
}

/** Of all methods, with all seeds drawn again at once: ranks depend on each other. */
function intervalsOf(
  regrets: Comparison["regrets"],
): Record<"regret" | "medianRegret" | "meanRank", Interval[]> {
  const count = regrets[0]!.length;
  const methods = Array.from({ length: count }, (_, method) => method);
  const cells = regrets.flat();
  const column = (centres: Float64Array, method: number) =>
    regrets.map((_, problem) => centres[problem * count + method]!);
  const ofMeans = (centres: Float64Array) => [
    ...methods.map((method) => mean(column(centres, method))),
    ...meanRanks(centres, count),
  ];
  const ofMedians = (centres: Float64Array) => methods.map((method) => median(column(centres, method)));
  const means = bootstrap(cells, "mean", ofMeans, studyRng(0, "bootstrap/means"));
  const medianRegret = bootstrap(cells, "median", ofMedians, studyRng(0, "bootstrap/medians"));
  return { regret: means.slice(0, count), meanRank: means.slice(count), medianRegret };
}

/** @param centres rows of `count` methods, one a problem. */
function meanRanks(centres: Float64Array, count: number): number[] {
  const sums = new Array<number>(count).fill(0);
  for (let start = 0; start < centres.length; start += count) {
    ranks(centres.subarray(start, start + count)).forEach((rank, method) => {
      sums[method]! += rank;
    });
  }
  return sums.map((sum) => (sum * count) / centres.length);
}
