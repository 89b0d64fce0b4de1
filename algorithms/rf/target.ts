/**
 * Losses as a forest likes them: squared error on a transformed scale, where the good end is resolved and a few huge
 * losses do not draw every split. Monotone, so that the order of trials stays.
 */
export interface TargetScale {
  toTarget(loss: number): number;
  /** Undoes `toTarget`, for people. */
  toLoss(target: number): number;
}

const GOOD_END = 0.05;
const FARTHEST_QUANTILE = 10;
/** The least distance of the logarithm's zero from the best loss, as a share of that of the median. */
const LEAST_MARGIN = 0.01;

/**
 * ln((loss - a) / (max - a)) with a = 2 min - q, q: the 5 % quantile (SMAC3, RunHistoryLogScaledEncoder). A loss below
 * all of `losses` is held above a. @param losses at least one, finite.
 */
export function logScale(losses: ArrayLike<number>): TargetScale {
  const sorted = Float64Array.from(losses).sort();
  const min = sorted[0]!;
  const max = sorted.at(-1)!;
  const margin = Math.max(quantile(sorted, GOOD_END) - min, LEAST_MARGIN * (quantile(sorted, 0.5) - min));
  const base = min - margin;
  const width = max - base;
  const least = LEAST_MARGIN * margin;
  // Half of the trials or more share the best loss, or numbers are too large or too close to be subtracted.
  if (!(Number.isFinite(width) && least / width > 0)) return rankScale(sorted);
  return {
    toTarget: (loss) => Math.log(Math.max(loss - base, least) / width),
    toLoss: (target) => base + width * Math.exp(target),
  };
}

/** Ranks of the distinct losses, evenly over [0, 1]: what is left when distances say nothing. */
export function rankScale(losses: ArrayLike<number>): TargetScale {
  const sorted = distinct(losses);
  if (sorted.length < 2) return { toTarget: () => 0, toLoss: () => sorted[0]! };
  return interpolated(
    sorted,
    sorted.map((_, rank) => rank / (sorted.length - 1)),
  );
}

/** To [0, 1], without bending. */
export function plainScale(losses: ArrayLike<number>): TargetScale {
  const sorted = distinct(losses);
  const width = sorted.at(-1)! - sorted[0]!;
  if (!(width > 0 && Number.isFinite(width))) return rankScale(sorted);
  return { toTarget: (loss) => (loss - sorted[0]!) / width, toLoss: (target) => sorted[0]! + target * width };
}

/**
 * The losses above the median as they are, those below by the quantile of half a normal distribution (Golovin et al.
 * 2017, Vizier's half-rank): a resolved good end that keeps no heavy tail towards the optimum.
 */
export function halfRankScale(losses: ArrayLike<number>, normalQuantile: (p: number) => number): TargetScale {
  const sorted = distinct(losses);
  const width = sorted.at(-1)! - sorted[0]!;
  // Quantiles reach some deviations below the median, and a deviation is at most the width.
  if (!(width > 0 && Number.isFinite(FARTHEST_QUANTILE * width))) return rankScale(sorted);
  return interpolated(sorted, halfRanks(sorted, normalQuantile));
}

function halfRanks(sorted: readonly number[], normalQuantile: (p: number) => number): number[] {
  const middle = Math.floor(sorted.length / 2);
  const median = sorted[middle]!;
  const above = sorted.slice(middle);
  const spread = Math.hypot(...above.map((loss) => loss - median)) / Math.sqrt(above.length);
  const scale = spread > 0 ? spread : 1;
  return sorted.map((loss, rank) =>
    rank >= middle ? loss : median + scale * normalQuantile((0.5 * (rank + 0.5)) / (middle + 0.5)),
  );
}

function interpolated(from: readonly number[], to: readonly number[]): TargetScale {
  return {
    toTarget: (loss) => interpolate(from, to, loss),
    toLoss: (target) => interpolate(to, from, target),
  };
}

/** Piecewise linear through (from, to), held at the ends. `from` increases strictly, `to` does not fall. */
function interpolate(from: readonly number[], to: readonly number[], value: number): number {
  if (value <= from[0]!) return to[0]!;
  let low = 0;
  let high = from.length - 1;
  if (value >= from[high]!) return to[high]!;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (from[middle]! <= value) low = middle;
    else high = middle;
  }
  const share = (value - from[low]!) / (from[high]! - from[low]!);
  return to[low]! + share * (to[high]! - to[low]!);
}

function distinct(losses: ArrayLike<number>): number[] {
  return [...new Set(Float64Array.from(losses).sort())];
}

/** Linear between the two nearest ranks. */
function quantile(sorted: Float64Array, share: number): number {
  const rank = share * (sorted.length - 1);
  const low = Math.floor(rank);
  const high = Math.min(sorted.length - 1, low + 1);
  return sorted[low]! + (rank - low) * (sorted[high]! - sorted[low]!);
}
