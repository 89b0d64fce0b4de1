import { normalCdf } from "../../math/normal.ts";

/**
 * Wilcoxon's signed-rank test (1945), one-sided.
 *
 * r: ranks of |d|, ties at their mean rank. Zeros are ranked and then dropped (Pratt 1959), which is also what splitting
 * their ranks between the two sides comes to, once one looks at their signs as given. n: differences that are not zero.
 * W: sum of r where d > 0. Under the null hypothesis each of the n signs is a fair coin and the ranks stay as they are, so
 * that ties need no correction: E W = sum r / 2, Var W = sum r² / 4.
 */

/** Up to so many non-zero differences the distribution of W is counted, beyond it is taken for normal. */
const EXACT_UP_TO = 50;

/**
 * P(W >= its observed value): small when the differences tend to be positive; 1 when all are zero or there are none.
 * `differences`: finite, in any order.
 */
export function signedRankP(differences: readonly number[]): number {
  const ranked = rank(differences);
  const ranks = ranked.filter(({ difference }) => difference !== 0).map(({ doubledRank }) => doubledRank);
  const observed = ranked.reduce((sum, item) => sum + (item.difference > 0 ? item.doubledRank : 0), 0);
  if (ranks.length === 0) return 1;
  return ranks.length <= EXACT_UP_TO ? exactTail(ranks, observed) : normalTail(ranks, observed);
}

/** Twice the rank is whole: a tie's mean rank may end in a half. */
function rank(differences: readonly number[]): { difference: number; doubledRank: number }[] {
  const sorted = differences.toSorted((a, b) => Math.abs(a) - Math.abs(b));
  const ranked: { difference: number; doubledRank: number }[] = [];
  for (let start = 0; start < sorted.length; ) {
    let end = start + 1;
    while (end < sorted.length && Math.abs(sorted[end]!) === Math.abs(sorted[start]!)) end++;
    for (let index = start; index < end; index++)
      ranked.push({ difference: sorted[index]!, doubledRank: start + 1 + end });
    start = end;
  }
  return ranked;
}

/** Counts the sign patterns by their sum, one rank after another: `chance[s]` is the probability of sum s so far. */
function exactTail(ranks: readonly number[], observed: number): number {
  const total = ranks.reduce((sum, value) => sum + value, 0);
  const chance = new Float64Array(total + 1);
  chance[0] = 1;
  for (const value of ranks) {
    for (let sum = total; sum >= 0; sum--)
      chance[sum] = (chance[sum]! + (sum >= value ? chance[sum - value]! : 0)) / 2;
  }
  return chance.subarray(observed).reduce((sum, value) => sum + value, 0);
}

function normalTail(ranks: readonly number[], observed: number): number {
  const mean = ranks.reduce((sum, value) => sum + value, 0) / 2;
  const variance = ranks.reduce((sum, value) => sum + value * value, 0) / 4;
  return normalCdf((mean - observed) / Math.sqrt(variance));
}
