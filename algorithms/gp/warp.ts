import { normalQuantile } from "../../math/normal.ts";

/**
 * Output warps: monotone maps of the losses to targets with mean 0 and variance 1 that a stationary Gaussian process
 * fits better. How far a bad trial is from the median says little about where good ones are, but a lot about the scale.
 *
 * y: n losses, minimised. m: their median. The better half: y <= m.
 * g: a smooth map of all losses. Identity; ln(1 + b (y - min) / (m - min)), which stretches the good end; ln y.
 * half-rank (Song et al. 2024, "The Vizier Gaussian process bandit algorithm", appendix B): the better half stays; the
 * others take the places that a Normal with the better half's spread around m would give their ranks.
 */

export type WarpName = "none" | "half-rank" | "half-rank-log-4" | "half-rank-log-64" | "half-rank-ln";

/** In the order in which a tie is settled. */
export const WARPS: readonly WarpName[] = [
  "half-rank",
  "half-rank-log-4",
  "half-rank-log-64",
  "half-rank-ln",
  "none",
];

export interface Warped {
  /** n targets; all 0 where the losses are equal. */
  targets: Float64Array;
  /** ln of the map's slope at the losses of the better half, up to a constant that all warps share; NaN elsewhere. */
  logSlope: Float64Array;
}

/** `losses`: n >= 1 finite numbers. Null where the warp does not exist for them. */
export function warp(name: WarpName, losses: ArrayLike<number>): Warped | null {
  const y = scaledDown(losses);
  const map = smoothMap(name, y);
  if (map === null) return null;
  const mapped = y.map(map.value);
  const median = medianOf(y);
  const places = name === "none" ? mapped : halfRank(mapped);
  const { targets, std } = standardise(places);
  const logSlope = y.map((value) => (value <= median ? map.logSlope(value) - Math.log(std) : Number.NaN));
  return { targets, logSlope };
}

/** Where `value` lies among the targets that warp "none" makes of the losses. */
export function plainTarget(losses: Float64Array, value: number): number {
  const y = scaledDown(losses);
  const largest = losses.reduce((most, loss) => Math.max(most, Math.abs(loss)), 0);
  const { mean, std } = standardise(y);
  return ((largest === 0 ? value : value / largest) - mean) / std;
}

interface SmoothMap {
  value(y: number): number;
  logSlope(y: number): number;
}

function smoothMap(name: WarpName, y: Float64Array): SmoothMap | null {
  if (name === "none" || name === "half-rank") return { value: (v) => v, logSlope: () => 0 };
  const best = y.reduce((a, b) => Math.min(a, b));
  if (name === "half-rank-ln") {
    if (!(best > 1e-12)) return null;
    return { value: Math.log, logSlope: (v) => -Math.log(v) };
  }
  const strength = name === "half-rank-log-4" ? 4 : 64;
  const slope = strength / (medianOf(y) - best);
  if (!Number.isFinite(slope)) return null;
  return {
    value: (v) => Math.log1p(slope * (v - best)),
    logSlope: (v) => Math.log(slope) - Math.log1p(slope * (v - best)),
  };
}

/** Losses divided by the largest magnitude, so that no difference or square of them overflows or vanishes. */
function scaledDown(losses: ArrayLike<number>): Float64Array {
  let largest = 0;
  for (let i = 0; i < losses.length; i++) largest = Math.max(largest, Math.abs(losses[i]!));
  // In two steps: 1 / largest overflows for the smallest numbers.
  return Float64Array.from(losses, (loss) => (largest === 0 ? 0 : loss / largest));
}

function halfRank(y: Float64Array): Float64Array {
  const median = medianOf(y);
  const unique = [...new Set(y)].sort((a, b) => a - b);
  const better = unique.filter((value) => value <= median);
  const spread = Math.sqrt(better.reduce((sum, value) => sum + (value - median) ** 2, 0) / better.length);
  const worse = unique.length - better.length;
  const below = worse + (better.at(-1) === median ? 0.5 : 0);
  const scale = spread > 0 ? spread : 1;
  const place = new Map(
    unique.slice(better.length).map((value, index) => {
      const rankFromWorst = worse - index;
      return [value, median - scale * normalQuantile((0.5 * (rankFromWorst - 0.5)) / below)];
    }),
  );
  return y.map((value) => place.get(value) ?? value);
}

/** Mean 0, variance 1. `std`: what was divided by; 1 where nothing varies. */
function standardise(y: Float64Array): { targets: Float64Array; mean: number; std: number } {
  const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
  const variance = y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length;
  const std = Math.sqrt(variance);
  // Relative: next to a disaster the differences that matter are tiny parts of the largest loss.
  const largest = y.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (!(std > 1e-14 * largest)) return { targets: new Float64Array(y.length), mean, std: 1 };
  return { targets: y.map((value) => (value - mean) / std), mean, std };
}

/** The middle value, the mean of the two middle ones. */
export function medianOf(y: ArrayLike<number>): number {
  const sorted = Float64Array.from(y).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : sorted[middle - 1]! / 2 + sorted[middle]! / 2;
}
