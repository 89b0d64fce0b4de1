import type { Dimension, Problem } from "../../core/algorithm.ts";
import { cellOf, type Ordered } from "../../core/dimension.ts";
import type { Group } from "./groups.ts";

/** How each coordinate of a group enters its kernels. */
export interface Columns {
  /** Continuous coordinates and ordered ones whose cells are narrow: a cut-off Normal's density. Dimension indices. */
  smooth: readonly number[];
  /** Other ordered coordinates: the mass of a cut-off Normal over the level's cell. */
  stepped: readonly number[];
  categorical: readonly number[];
}

/**
 * A cell narrower than this share of the smallest bandwidth counts as a point: its mass is its width times the density
 * at the level, which is off by less than (1/5)²/24 = 0.2% near the kernel's centre, the same in both densities.
 */
const NARROW = 0.2;

export function columnsOf({ dimensions }: Problem, { members }: Group, smallestBandwidth: number): Columns {
  const smooth: number[] = [];
  const stepped: number[] = [];
  const categorical: number[] = [];
  for (const index of members) {
    const dimension = dimensions[index]!;
    if (dimension.kind === "categorical") categorical.push(index);
    else if (isSmooth(dimension, smallestBandwidth)) smooth.push(index);
    else stepped.push(index);
  }
  return { smooth, stepped, categorical };
}

function isSmooth(
  dimension: Exclude<Dimension, { kind: "categorical" }>,
  smallestBandwidth: number,
): boolean {
  return dimension.kind === "continuous" || widestCell(dimension) < NARROW * smallestBandwidth;
}

/** On a log scale cells shrink upwards, but the first may be cut. */
function widestCell(dimension: Ordered): number {
  const widths = [0, Math.min(1, dimension.levels - 1)].map((level) => {
    const { low, high } = cellOf(dimension, level);
    return high - low;
  });
  return Math.max(...widths);
}
