import type { Problem } from "../../core/algorithm.ts";
import type { ParameterImportance, RatedTrial } from "./importance.ts";

/** |rank correlation| below which no direction is claimed, and how many standard errors it must be from zero. */
const LEAST_CORRELATION = 0.2;
const STANDARD_ERRORS = 2.6;

/**
 * Whether the loss falls or rises with a numeric parameter, by Spearman's rank correlation over the trials in which it
 * is active; null for choices, and where no direction is clear.
 */
export function directionOf(
  { dimensions }: Problem,
  trials: readonly RatedTrial[],
  dimension: number,
): ParameterImportance["direction"] {
  if (dimensions[dimension]!.kind === "categorical") return null;
  const active = trials.filter(({ point }) => point[dimension] !== null);
  if (active.length < 3) return null;
  const x = ranks(active.map(({ point }) => point[dimension]!));
  const y = ranks(active.map(({ loss }) => loss));
  const correlation = correlationOf(x, y);
  // Without any relation the coefficient has a standard error of 1 / sqrt(n - 1).
  const needed = Math.max(LEAST_CORRELATION, STANDARD_ERRORS / Math.sqrt(active.length - 1));
  if (!(Math.abs(correlation) >= needed)) return null;
  return correlation < 0 ? "down" : "up";
}

/** Ranks from 0, the mean rank where values tie. */
function ranks(values: readonly number[]): Float64Array {
  const order = values.map((_, index) => index).sort((a, b) => values[a]! - values[b]!);
  const result = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[start]!]) end++;
    for (let at = start; at <= end; at++) result[order[at]!] = (start + end) / 2;
    start = end + 1;
  }
  return result;
}

function correlationOf(x: Float64Array, y: Float64Array): number {
  const centre = (x.length - 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - centre) * (y[i]! - centre);
    xx += (x[i]! - centre) ** 2;
    yy += (y[i]! - centre) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
