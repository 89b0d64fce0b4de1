import { maskInactive } from "../../core/activity.ts";
import type { Dimension, Point, Problem } from "../../core/algorithm.ts";
import { cellOf, levelAt, positionOf } from "../../core/dimension.ts";
import { type Rng, uniformInt } from "../../core/rng.ts";
import { fromUniform } from "../draw.ts";
import type { Columns } from "./columns.ts";
import type { EvenPoints } from "./even-points.ts";

/**
 * Points around the centre of a region: some of its coordinates are replaced, numeric ones by others in the box, choices
 * by any. Were all replaced at once, in many dimensions no point would be near (Regis & Shoemaker 2013).
 */

/** Coordinates that are replaced on average in spaces that have more. */
const REPLACED = 20;

export interface Box {
  centre: Point;
  /** In parts of the unit cube. */
  side: number;
  /** Stretches the side, one factor a column. */
  shape: Float64Array;
}

export interface Interval {
  low: number;
  high: number;
}

/** As many points of the space as `even` has, which need not satisfy its constraints, nor be new. */
export function drawCandidates(
  problem: Problem,
  columns: Columns,
  box: Box,
  even: EvenPoints,
  rng: Rng,
): Point[] {
  const { dimensions } = problem;
  const { of } = columns;
  const uniform = even.draw(rng);
  const intervals = of.map((index, column) =>
    intervalOf(dimensions[index]!, box.centre[index]!, side(box, column)),
  );
  const chances = of.map((index) => chanceOf(dimensions[index]!, box, index, of.length));
  const start = box.centre.map((coordinate, index) => coordinate ?? fromUniform(dimensions[index]!, 0.5));
  return Array.from({ length: even.count }, (_, k) => {
    const coordinates = start.slice();
    const forced = uniformInt(rng, of.length);
    for (const [column, index] of of.entries()) {
      if (rng() >= chances[column]! && column !== forced) continue;
      coordinates[index] = coordinateIn(dimensions[index]!, intervals[column]!, uniform(k, column));
    }
    return maskInactive(problem, coordinates);
  });
}

function side({ side, shape }: Box, column: number): number {
  return side * shape[column]!;
}

/**
 * Where a coordinate may go from `centre`: half of `side` both ways, within [0, 1]; everywhere if it is inactive there.
 * However small the side, the neighbouring levels are in it: between them there is nothing else to try.
 */
export function intervalOf(dimension: Dimension, centre: number | null, side: number): Interval {
  if (dimension.kind === "categorical" || centre === null) return { low: 0, high: 1 };
  const low = Math.max(0, centre - side / 2);
  const high = Math.min(1, centre + side / 2);
  if (dimension.kind === "continuous") return { low, high };
  const level = levelAt(dimension, centre);
  return {
    low: Math.min(low, cellOf(dimension, Math.max(0, level - 1)).low),
    high: Math.max(high, cellOf(dimension, Math.min(dimension.levels - 1, level + 1)).high),
  };
}

function coordinateIn(dimension: Dimension, { low, high }: Interval, u: number): number {
  if (dimension.kind === "categorical") return fromUniform(dimension, u);
  const coordinate = low + u * (high - low);
  return dimension.kind === "continuous" ? coordinate : positionOf(dimension, levelAt(dimension, coordinate));
}

/**
 * Of being replaced. Always where the centre has no value to keep. A choice has no near ones, so in a smaller region
 * fewer of them are replaced instead.
 */
function chanceOf({ kind }: Dimension, { centre, side }: Box, index: number, columns: number): number {
  if (centre[index] === null) return 1;
  const chance = Math.min(1, REPLACED / columns);
  return kind === "categorical" ? chance * Math.min(1, Math.max(side, 1 / columns)) : chance;
}
