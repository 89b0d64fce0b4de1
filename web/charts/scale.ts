/**
 * Axes that survive odd values: the range of the useful values, a log scale when they span orders of magnitude, and what
 * lies beyond counted instead of flattening the rest.
 */
export interface Scale {
  low: number;
  high: number;
  log: boolean;
  /** Values beyond the range. */
  above: number;
  below: number;
  /** 0 at low, 1 at high; clipped. */
  position(value: number): number;
  ticks(count: number): number[];
}

/** Beyond so many interquartile ranges a value counts as an outlier. */
const FENCE = 4;
/** Of fewer values the quartiles say little: of them only one as far out as this does. */
const FEW = 12;
const FENCE_OF_FEW = 100;
/** Orders of magnitude from which a log scale is better. */
const LOG_SPAN = 2.5;

/**
 * @param wanted "log" or "linear" where somebody chose; null: by the data.
 * @param keep Those of the values that are no outliers, however far out.
 */
export function robustScale(
  values: readonly number[],
  wanted: "log" | "linear" | null = null,
  keep: readonly number[] = [],
): Scale {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return scaleOf(0, 1, false, 0, 0);
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const kept = new Set(keep.filter(Number.isFinite));
  const [least, most] = [Math.min(quantile(0.02), ...kept), Math.max(quantile(0.98), ...kept)];
  const log = sorted[0]! > 0 && (wanted === null ? spansOrders(least, most) : wanted === "log");
  const unit = (value: number) => (log ? Math.log(value) : value);
  const spread = unit(quantile(0.75)) - unit(quantile(0.25));
  const ranges = sorted.length < FEW ? FENCE_OF_FEW : FENCE;
  const fence = spread > 0 ? ranges * spread : Number.POSITIVE_INFINITY;
  const [lowest, highest] = [unit(quantile(0.25)) - fence, unit(quantile(0.75)) + fence];
  const inside = sorted.filter(
    (value) => kept.has(value) || (unit(value) >= lowest && unit(value) <= highest),
  );
  const low = inside[0]!;
  const high = inside.at(-1)!;
  const above = sorted.filter((value) => value > high).length;
  const below = sorted.filter((value) => value < low).length;
  if (low === high) {
    const room = Math.abs(low) * 0.05 || 0.5;
    return log
      ? scaleOf(low / 1.5, high * 1.5, true, above, below)
      : scaleOf(low - room, high + room, false, above, below);
  }
  return scaleOf(low, high, log, above, below);
}

function spansOrders(least: number, most: number): boolean {
  return Math.log10(most / least) >= LOG_SPAN;
}

/** "3 above", "2 above, 1 below", each after its sign; null when all is within. */
export function clippedText({ above, below }: Scale, sign = { above: "", below: "" }): string | null {
  const parts = [
    above > 0 ? [`${sign.above}${above} above`] : [],
    below > 0 ? [`${sign.below}${below} below`] : [],
  ];
  return parts.flat().join(", ") || null;
}

/** A scale over a known range. */
export function scaleOf(low: number, high: number, log: boolean, above = 0, below = 0): Scale {
  const unit = (value: number) => (log ? Math.log(Math.max(value, Number.MIN_VALUE)) : value);
  const from = unit(low);
  const width = unit(high) - from || 1;
  return {
    low,
    high,
    log,
    above,
    below,
    position: (value) => Math.min(1, Math.max(0, (unit(value) - from) / width)),
    ticks: (count) => (log ? logTicks(low, high, count) : linearTicks(low, high, count)),
  };
}

/** Narrower than this share of its values, a range has no room for round numbers: they would all read the same. */
const NARROWEST = 1e-12;

/** Round numbers within the range: 1, 2 or 5 times a power of ten apart. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / Math.max(1, count);
  if (!(raw > NARROWEST * Math.max(Math.abs(low), Math.abs(high)))) return [low];
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= raw)!;
  const ticks: number[] = [];
  for (let index = Math.ceil(low / step); index * step <= high + step * 1e-9; index++)
    ticks.push(Number((index * step).toPrecision(12)));
  return ticks;
}

function logTicks(low: number, high: number, count: number): number[] {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  if (last - first < 1) return linearTicks(low, high, count);
  const stride = Math.max(1, Math.ceil((last - first + 1) / count));
  const ticks: number[] = [];
  for (let power = first; power <= last; power += stride) ticks.push(Number(`1e${power}`));
  return ticks;
}
