import type { Point, Problem } from "../../../../core/algorithm.ts";
import type { RewardRow, Start } from "./reward-rows.ts";
import type { Rows } from "./time-varying-gp.ts";

/**
 * Rewards as rows of numbers for the model. z: [loss before, then every numeric coordinate]. Times and losses are scaled
 * to [0, 1] by what was seen; an inactive coordinate stands at the centre.
 */
export interface Frame {
  /** Dimensions of the problem that z has a column of, in the order of the columns; the loss before is column 0. */
  readonly numeric: readonly number[];
  rows(starts: readonly Start[]): Rows;
}

const INACTIVE = 0.5;
/** Standardised gains are cut off here, so that one jump of the loss does not hide all others. */
const CLIP = 2;

/** `seen`: every start that is going to be a row. */
export function createFrame({ dimensions }: Problem, seen: readonly Start[]): Frame {
  const numeric = dimensions.flatMap(({ kind }, index) => (kind === "categorical" ? [] : [index]));
  const time = unitScale(seen.map(({ step }) => step));
  const before = unitScale(seen.map(({ loss }) => loss));
  const inputOf = ({ loss, point }: Start) => [before(loss), ...numeric.map((k) => coordinate(point, k))];
  return {
    numeric,
    rows: (starts) => ({
      n: starts.length,
      d: 1 + numeric.length,
      t: Float64Array.from(starts, ({ step }) => time(step)),
      z: Float64Array.from(starts.flatMap(inputOf)),
    }),
  };
}

/** Gains with mean 0 and standard deviation 1, all 0 where they are equal. */
export function standardisedGains(rows: readonly RewardRow[]): Float64Array {
  const gains = Float64Array.from(rows, ({ gain }) => gain);
  const mean = gains.reduce((sum, gain) => sum + gain / gains.length, 0);
  const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2 / gains.length, 0);
  const std = Math.sqrt(variance);
  if (!(std > 0) || !Number.isFinite(std)) return gains.fill(0);
  return gains.map((gain) => Math.min(CLIP, Math.max(-CLIP, (gain - mean) / std)));
}

function coordinate(point: Point, dimension: number): number {
  return point[dimension] ?? INACTIVE;
}

function unitScale(values: readonly number[]): (value: number) => number {
  const low = Math.min(...values);
  const range = Math.max(...values) - low;
  return (value) => (range > 0 && Number.isFinite(range) ? (value - low) / range : 0.5);
}
