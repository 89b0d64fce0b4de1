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
 * and any value that a person types round-trips. Both ends are exact, whatever their digits: what rounds to within
 * half a unit of an end is that end.
 */
export interface Interval {
  encode(x: number): number;
  decode(u: number): number;
  prior: UnitPrior | undefined;
}

const DIGITS = 12;
/** Half a unit in the last of 12 digits is at least this part of the value. */
const RELATIVE_UNIT = 5e-13;
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
  const unit = 10 ** -places;
  return {
    encode: (x) => (x - low) / range,
    decode: (u) => settle(roundToPlaces(low + u * range, places), unit / 2, low, high),
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
  const unit = 10 ** -places;
  const straight: Interval["decode"] = (u) => {
    const x = Number(fromUnit(u).toPrecision(DIGITS));
    return settle(x, x * RELATIVE_UNIT, low, high);
  };
  const reversed: Interval["decode"] = (u) =>
    settle(roundToPlaces(mirror(fromUnit(u)), places), unit / 2, low, high);
  return scale === "log"
    ? {
        encode: toUnit,
        decode: straight,
        prior: prior && { mean: toUnit(prior.mean), std: prior.std / width },
      }
    : {
        encode: (x) => toUnit(mirror(x)),
        decode: reversed,
        prior: prior && { mean: toUnit(mirror(prior.mean)), std: prior.std / width },
      };
}

/** The end within `tolerance` of x, or x itself; never -0, which JSON does not know. */
function settle(x: number, tolerance: number, low: number, high: number): number {
  if (x - low <= tolerance) return low + 0;
  return high - x <= tolerance ? high + 0 : x;
}

function clamp(x: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, x));
}
