import { normalScores } from "../common/normal-scores.ts";
import { compareRanks, type Rank } from "../common/ranks.ts";

/**
 * Targets of the local model, mean 0 and variance 1; all 0 where all results are alike. Half-rank warping (Song et al.
 * 2024, "The Vizier Gaussian process bandit algorithm", appendix B): the better half keeps its losses, the others get
 * normal scores of their ranks, so that how bad the bad ones are distorts nothing, and infeasible and pruned trials have
 * a place. While less than half of the results are feasible all of them get normal scores.
 */
export function targetsOf(ranks: readonly Rank[]): Float64Array {
  const order = Array.from(ranks.keys()).sort((a, b) => compareRanks(ranks[a]!, ranks[b]!));
  const sorted = order.map((index) => ranks[index]!);
  const scores = normalScores(sorted, compareRanks);
  const half = Math.ceil(sorted.length / 2);
  const better = sorted.slice(0, half);
  const warped = better.every(([group]) => group === 0)
    ? halfRank(
        better.map(([, loss]) => loss),
        scores,
      )
    : scores;
  const targets = new Float64Array(ranks.length);
  for (const [place, index] of order.entries()) targets[index] = warped[place]!;
  return standardised(targets);
}

/** `losses`: of the better half, ascending; `scores`: of all. */
function halfRank(losses: readonly number[], scores: Float64Array): Float64Array {
  // Divided by the largest first, so that no difference or square of them overflows.
  const largest = losses.reduce((most, loss) => Math.max(most, Math.abs(loss)), 0) || 1;
  const scaled = losses.map((loss) => loss / largest);
  const median = scaled.at(-1)!;
  const spread = Math.sqrt(scaled.reduce((sum, y) => sum + (y - median) ** 2, 0) / scaled.length);
  return scores.map((score, place) => scaled[place] ?? median + (spread || 1) * Math.max(0, score));
}

/** Mean 0 and variance 1; all 0 where all are alike. */
export function standardised(y: Float64Array): Float64Array {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const std = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length);
  return y.map((value) => (std > 1e-14 ? (value - mean) / std : 0));
}
