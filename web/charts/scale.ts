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
/** Orders of magnitude from which a log scale is better. */
const LOG_SPAN = 2.5;

/** @param wanted "log" or "linear" where somebody chose; null: by the data. */
export function robustScale(values: readonly number[], wanted: "log" | "linear" | null = null): Scale {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return scaleOf(0, 1, false, 0, 0);
  const quantile = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  const log = wanted === null ? spansOrders(sorted, quantile) : wanted === "log" && sorted[0]! > 0;
  const unit = (value: number) => (log ? Math.log(value) : value);
  const spread = unit(quantile(0.75)) - unit(quantile(0.25));
  const fence = spread > 0 ? FENCE * spread : Number.POSITIVE_INFINITY;
  const inside = sorted.filter(
    (value) => unit(value) >= unit(quantile(0.25)) - fence && unit(value) <= unit(quantile(0.75)) + fence,
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

function spansOrders(sorted: readonly number[], quantile: (share: number) => number): boolean {
  return sorted[0]! > 0 && Math.log10(quantile(0.98) / quantile(0.02)) >= LOG_SPAN;
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

/** Round numbers within the range: 1, 2 or 5 times a power of ten apart. */
export function linearTicks(low: number, high: number, count: number): number[] {
  const raw = (high - low) / Math.max(1, count);
  if (!(raw > 0)) return [low];
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
