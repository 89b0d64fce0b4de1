import type { Dimension } from "./algorithm.ts";

/**
 * Levels and coordinates of a dimension.
 *
 * n: levels. i: level, 0 … n - 1. u: coordinate in [0, 1]. a: logOffset.
 * Evenly spaced: cell of i is [i / n, (i + 1) / n). Log: v_i = a + i, and its cell reaches from ln(v_i - 1/2) to
 * ln(v_i + 1/2), all scaled to [0, 1]; below v_0 no further than to v_0 / 2, where a step is longer than the first
 * value. So a uniform u gives v with probability close to 1 / v, and every level lies inside its own cell.
 */

export type Ordered = Extract<Dimension, { kind: "ordered" }>;
/** Every suggestion has the same value in it: to whatever makes points it is a dimension of a single level. */
export type Pinned = Extract<Dimension, { kind: "continuous" }> & { pinned: number };
export type Finite = Exclude<Dimension, { kind: "continuous" }> | Pinned;

export function isPinned(dimension: Dimension): dimension is Pinned {
  return dimension.kind === "continuous" && dimension.pinned !== undefined;
}

/** Number of values that suggestions may have in a dimension; Infinity when continuous, 1 when pinned. */
export function sizeOf(dimension: Dimension): number {
  if (dimension.kind === "continuous") return isPinned(dimension) ? 1 : Number.POSITIVE_INFINITY;
  return dimension.kind === "ordered" ? dimension.levels : dimension.choices;
}

/** Level or choice index of a coordinate; undefined for a continuous one, 0 for any coordinate of a pinned one. */
export function indexAt(dimension: Dimension, coordinate: number): number | undefined {
  if (dimension.kind === "continuous") return isPinned(dimension) ? 0 : undefined;
  return dimension.kind === "ordered" ? levelAt(dimension, coordinate) : coordinate;
}

/** The coordinate of a level or choice index. */
export function coordinateAt(dimension: Finite, index: number): number {
  if (dimension.kind === "continuous") return dimension.pinned;
  return dimension.kind === "ordered" ? positionOf(dimension, index) : index;
}

/** The level that a coordinate stands for. */
export function levelAt(dimension: Ordered, u: number): number {
  const { levels } = dimension;
  if (!isLog(dimension)) return clampLevel(Math.floor(u * levels), levels);
  const { start, width } = logFrame(dimension);
  let level = clampLevel(Math.round(Math.exp(start + u * width) - dimension.logOffset), levels);
  // Rounding in exp and ln can put a coordinate next to an edge on its other side.
  while (level > 0 && u < lowerEdge(dimension, level)) level--;
  while (level < levels - 1 && u >= lowerEdge(dimension, level + 1)) level++;
  return level;
}

/** The coordinate that a suggestion gives for a level. `levelAt` undoes it exactly. */
export function positionOf(dimension: Ordered, level: number): number {
  if (!isLog(dimension)) return (level + 0.5) / dimension.levels;
  const { start, width } = logFrame(dimension);
  return (Math.log(dimension.logOffset + level) - start) / width;
}

/** The coordinate of a real v = logOffset + i (log) or i (evenly spaced), which may lie between levels; unclamped. */
export function fractionOf(dimension: Ordered, v: number): number {
  if (!isLog(dimension)) return (v + 0.5) / dimension.levels;
  const { start, width } = logFrame(dimension);
  return (Math.log(v) - start) / width;
}

/** Length of [0, 1] in the unit that levels are counted in: steps (evenly spaced) or natural logarithms. */
export function spanOf(dimension: Ordered): number {
  return isLog(dimension) ? logFrame(dimension).width : dimension.levels;
}

/** The coordinates that stand for a level: `low` inclusive, `high` exclusive but for the last. Cells tile [0, 1]. */
export function cellOf(dimension: Ordered, level: number): { low: number; high: number } {
  const high = level === dimension.levels - 1 ? 1 : lowerEdge(dimension, level + 1);
  return { low: lowerEdge(dimension, level), high };
}

function isLog(dimension: Ordered): dimension is Ordered & { logOffset: number } {
  return dimension.logOffset !== undefined && dimension.levels > 1;
}

function lowerEdge(dimension: Ordered, level: number): number {
  if (level === 0) return 0;
  if (!isLog(dimension)) return level / dimension.levels;
  const { start, width } = logFrame(dimension);
  return (Math.log(dimension.logOffset + level - 0.5) - start) / width;
}

function logFrame({ levels, logOffset: a }: Ordered & { logOffset: number }): {
  start: number;
  width: number;
} {
  const start = Math.log(Math.max(a - 0.5, a / 2));
  const end = Math.log(a + levels - 0.5);
  return { start, width: end - start };
}

function clampLevel(level: number, levels: number): number {
  return Math.min(levels - 1, Math.max(0, level));
}
