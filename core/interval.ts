import type { UnitPrior } from "./algorithm.ts";
import { decimalExponent, roundToPlaces } from "./decimal.ts";
import type { FloatParameter } from "./space.ts";

/**
 * A continuous float and its coordinate.
 *
 * u: coordinate in [0, 1]. x: value in [low, high].
 *   linear       x = low + u (high - low)
 *   log          x = low (high / low)^u
 *   reverse-log  x = low + high - low (high / low)^u: u = 0 is `high`, so coordinates run against values
 *
 * Values carry at most DIGITS significant digits (of the larger bound where the scale is not log): short in a command
 * line, and far coarser than the rounding errors of exp and ln, so that u(x(u)) stands for exactly the same x again,
 * and any value that a person types round-trips. Both ends are exact.
 */
export interface Interval {
  encode(x: number): number;
  decode(u: number): number;
  prior: UnitPrior | undefined;
}

const DIGITS = 12;
// Narrower intervals, relative to their bounds, are linear and unrounded: few doubles are left between the bounds, and
// there x - low is exact, so that low + u (high - low) gives x back.
const NARROW = 1e-3;

export function createInterval(parameter: FloatParameter): Interval {
  const { low, high, scale } = parameter;
  if (scale === "linear" || Math.log(high) - Math.log(low) < NARROW) return linear(parameter);
  return logarithmic(parameter);
}

function linear({ low, high, prior }: FloatParameter): Interval {
  const range = high - low;
  const magnitude = Math.max(Math.abs(low), Math.abs(high));
  const places =
    range / magnitude < NARROW ? Number.POSITIVE_INFINITY : DIGITS - 1 - decimalExponent(magnitude);
  return {
    encode: (x) => (x - low) / range,
    decode: (u) => ends(u, low, high) ?? clamp(roundToPlaces(low + u * range, places), low, high),
    prior: prior && { mean: clamp((prior.mean - low) / range, 0, 1), std: prior.std / range },
  };
}

function logarithmic({ low, high, scale, prior }: FloatParameter): Interval {
  const start = Math.log(low);
  const width = Math.log(high) - start;
  const toUnit = (w: number) => clamp((Math.log(w) - start) / width, 0, 1);
  const fromUnit = (u: number) => Math.exp(start + u * width);
  const mirror = (x: number) => low + (high - x);
  const places = DIGITS - 1 - decimalExponent(high);
  const reversed = scale === "reverse-log";
  return {
    encode: reversed ? (x) => toUnit(mirror(x)) : toUnit,
    decode: reversed
      ? (u) => ends(u, high, low) ?? clamp(roundToPlaces(mirror(fromUnit(u)), places), low, high)
      : (u) => ends(u, low, high) ?? clamp(Number(fromUnit(u).toPrecision(DIGITS)), low, high),
    prior: prior && { mean: toUnit(reversed ? mirror(prior.mean) : prior.mean), std: prior.std / width },
  };
}

function ends(u: number, first: number, last: number): number | undefined {
  if (u === 0) return first + 0;
  return u === 1 ? last + 0 : undefined;
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}
