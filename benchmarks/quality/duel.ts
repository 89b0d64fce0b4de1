import { studyRng } from "../../core/rng.ts";
import { type Comparison, leastSeeds } from "./comparison.ts";
import { bootstrap, type Interval, mean } from "./statistics.ts";

/** Two methods head to head, on all problems that both can do. Differences below 0 are in favour of the first. */
export interface Duel {
  first: string;
  second: string;
  horizon: number;
  workers: number;
  problems: number;
  /** The fewest seeds of either on any problem. */
  seeds: number;
  /** Problems on which the first's mean regret is below, equal to or above the second's. */
  record: readonly [wins: number, ties: number, losses: number];
  /** Mean rank of the first minus that of the second, -1 … 1. */
  rankDifference: Interval;
  /** Mean over problems of the difference of mean regrets. */
  regretDifference: Interval;
  families: { family: string; regretDifference: Interval }[];
}

/** @param comparison of two methods. Null when there is no problem that both did. */
export function duel(comparison: Comparison): Duel | null {
  const { methods, horizon, workers, problems, regrets } = comparison;
  const [first, second] = methods as [string, string];
  if (problems.length === 0) return null;
  const families = [...new Set(problems.map(({ family }) => family))];
  const signs = differences(regrets.flat().map(mean)).map(Math.sign);
  const count = (sign: number) => signs.filter((value) => value === sign).length;
  const [rankDifference, regretDifference, ...ofFamilies] = bootstrap(
    regrets.flat(),
    "mean",
    (means) => {
      const each = differences(means);
      const within = (family: string) => each.filter((_, index) => problems[index]!.family === family);
      return [mean(each.map(Math.sign)), mean(each), ...families.map((family) => mean(within(family)))];
    },
    studyRng(0, `duel/${first}/${second}/${horizon}/${workers}`),
  );
  return {
    ...{ first, second, horizon, workers },
    problems: problems.length,
    seeds: leastSeeds(comparison),
    record: [count(-1), count(0), count(1)],
    rankDifference: rankDifference!,
    regretDifference: regretDifference!,
    families: families.map((family, index) => ({ family, regretDifference: ofFamilies[index]! })),
  };
}

/** @param means of the first and the second, in turn. @returns first minus second, one a problem. */
function differences(means: ArrayLike<number>): number[] {
  return Array.from({ length: means.length / 2 }, (_, index) => means[2 * index]! - means[2 * index + 1]!);
}
