import { medianOf } from "./warp.ts";

/**
 * Losses of many budgets in the unit of one: what the loss would be at the budget that counts. Without it a model would
 * spend itself on how losses fall with training, and a warp would be chosen for the crowd of barely trained trials.
 *
 * A level is all results at one budget. Two neighbouring levels, a (farther from the reference) and b, are compared by the
 * k configurations that have results at both, because what reached b is a selection of the best of a, and medians of all
 * results would call the best third of b mediocre. loss at b ≈ m_b + s (loss at a - m_a), m: medians of the pairs, s: slope
 * of the regression of b on a, which such a selection leaves as it is; near 1 with few pairs. Levels farther away are moved
 * step by step.
 */

export interface LevelResult {
  /** Equal for equal configurations. */
  configuration: string;
  /** Coordinate of the budget. */
  budget: number;
  loss: number;
}

/** The loss at the level nearest to the reference that a loss at some budget stands for; increasing in the loss. */
export type LevelMap = (budget: number, loss: number) => number;

/** Pairs that count as much as the belief that two levels spread alike. */
const PAIRS_FOR_SLOPE = 4;
/** Level by level; a level without any bearing on the next would turn the ones below it into a constant. */
const SMALLEST_SLOPE = 0.3;
const LARGEST_SLOPE = 3;

export function alignLevels(results: readonly LevelResult[], reference: number): LevelMap {
  const levels = new Map<number, Map<string, number>>();
  for (const { configuration, budget, loss } of results) {
    const level = levels.get(budget) ?? new Map<string, number>();
    levels.set(budget, level.set(configuration, loss));
  }
  const budgets = [...levels.keys()].sort((a, b) => a - b);
  if (budgets.length === 0) return (_budget, loss) => loss;
  const centre = nearest(budgets, reference);
  const maps = new Map<number, Affine>([[budgets[centre]!, IDENTITY]]);
  for (const [from, step] of [
    [centre - 1, 1],
    [centre + 1, -1],
  ] as const) {
    for (let at = from; at >= 0 && at < budgets.length; at -= step) {
      const [own, next] = [budgets[at]!, budgets[at + step]!];
      maps.set(own, after(stepBetween(levels.get(own)!, levels.get(next)!), maps.get(next)!));
    }
  }
  return (budget, loss) => {
    const { slope, shift } = maps.get(budget) ?? maps.get(budgets[nearest(budgets, budget)]!)!;
    const moved = slope * loss + shift;
    return Number.isFinite(moved) ? moved : loss;
  };
}

/** loss -> slope · loss + shift */
interface Affine {
  slope: number;
  shift: number;
}
const IDENTITY: Affine = { slope: 1, shift: 0 };

type Level = ReadonlyMap<string, number>;

function stepBetween(from: Level, to: Level): Affine {
  const both = [...from.keys()].filter((configuration) => to.has(configuration));
  // Levels that share nothing were filled by something else than a selection: there medians of all results compare.
  const own = both.length > 0 ? both.map((configuration) => from.get(configuration)!) : [...from.values()];
  const next = both.length > 0 ? both.map((configuration) => to.get(configuration)!) : [...to.values()];
  const slope = both.length > 2 ? shrunkSlope(own, next) : 1;
  return { slope, shift: medianOf(next) - slope * medianOf(own) };
}

/** Of the regression of y on x, within limits, and drawn towards 1. */
function shrunkSlope(x: readonly number[], y: readonly number[]): number {
  const k = x.length;
  const [meanX, meanY] = [meanOf(x), meanOf(y)];
  const product = x.reduce((sum, value, i) => sum + (value - meanX) * (y[i]! - meanY), 0);
  const square = x.reduce((sum, value) => sum + (value - meanX) ** 2, 0);
  const slope = product / square;
  if (!Number.isFinite(slope)) return 1;
  const limited = Math.min(LARGEST_SLOPE, Math.max(SMALLEST_SLOPE, slope));
  return (k * limited + PAIRS_FOR_SLOPE) / (k + PAIRS_FOR_SLOPE);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function after(first: Affine, second: Affine): Affine {
  return { slope: first.slope * second.slope, shift: second.slope * first.shift + second.shift };
}

/** Index of the nearest of ascending numbers, the larger of two that are as near. */
function nearest(sorted: readonly number[], to: number): number {
  let best = 0;
  for (const [index, value] of sorted.entries())
    if (Math.abs(value - to) <= Math.abs(sorted[best]! - to)) best = index;
  return best;
}
