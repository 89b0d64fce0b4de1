import type { Problem } from "../../core/algorithm.ts";
import type { Tree } from "../../math/forest/tree.ts";
import { type Boxes, binsWithin, boxesOf } from "./boxes.ts";

/**
 * Shares of the variance of one tree's piecewise constant function f over the unit cube, by parameter and by pair.
 *
 * V: variance of f. Region of a parameter: where its ancestors have values that keep it active; P: its size. f_k: mean
 * of f over the region at each bin of axis k. Share of k: P · Var(f_k) / V. Share of a pair: the same with what its
 * f_ij has beyond f_i and f_j, over the region where both are active.
 */
export interface VarianceShares {
  /** One entry a dimension; all zero for a constant tree. */
  main: readonly number[];
  /** The interaction of two dimensions alone, without their main effects. */
  pair(i: number, j: number): number;
}

/** By dimension: the share of each of its bins that belongs to a region. */
type Region = ReadonlyMap<number, Float64Array>;

export function varianceShares(tree: Tree, problem: Problem): VarianceShares {
  const { dimensions } = problem;
  const boxes = boxesOf(tree, dimensions);
  const total = totalVariance(boxes);
  const regions = regionsOf(problem);
  if (!(total > 0)) return { main: dimensions.map(() => 0), pair: () => 0 };
  return {
    main: dimensions.map((_, k) => mainVariance(boxes, k, regions[k]!) / total),
    pair: (i, j) => pairVariance(boxes, i, j, intersection(regions[i]!, regions[j]!)) / total,
  };
}

/** Whether one of the two decides over the other: their interaction would only repeat that. */
export function areRelated({ activity }: Problem, i: number, j: number): boolean {
  const ancestors = (k: number): number[] =>
    activity.filter(({ child }) => child === k).flatMap(({ parent }) => [parent, ...ancestors(parent)]);
  return ancestors(i).includes(j) || ancestors(j).includes(i);
}

function regionsOf({ dimensions, activity }: Problem): Region[] {
  const regions: Region[] = dimensions.map(() => new Map());
  // Parents come before children, so that a parent's own region is complete.
  for (const { child, parent, levels } of activity) {
    const own = new Map([[parent, binsWithin(dimensions[parent]!, levels)]]);
    regions[child] = intersection(intersection(regions[child]!, regions[parent]!), own);
  }
  return regions;
}

function intersection(a: Region, b: Region): Region {
  const both = new Map(a);
  for (const [dimension, within] of b) {
    const other = a.get(dimension);
    both.set(dimension, other ? within.map((share, bin) => Math.min(share, other[bin]!)) : within);
  }
  return both;
}

function totalVariance({ leaves, mean, axes }: Boxes): number {
  let first = 0;
  let second = 0;
  // Around one of the values, against cancellation.
  const origin = mean[0]!;
  for (let leaf = 0; leaf < leaves; leaf++) {
    let volume = 1;
    for (const axis of axes) volume *= axis?.share[leaf] ?? 1;
    first += volume * (mean[leaf]! - origin);
    second += volume * (mean[leaf]! - origin) ** 2;
  }
  const variance = second - first * first;
  return variance > 1e-12 * second ? variance : 0;
}

/** For each leaf, the share of the region that it covers along all axes but `apart`; and the size of the region. */
function sharesInRegion(
  { leaves, axes }: Boxes,
  apart: readonly number[],
  region: Region,
): { shares: Float64Array; size: number } {
  const shares = new Float64Array(leaves).fill(1);
  let size = 1;
  for (const [k, within] of region) if (!apart.includes(k)) size *= insideOf(within) / within.length;
  for (const [k, axis] of axes.entries()) {
    if (axis === null || apart.includes(k)) continue;
    const within = region.get(k);
    const inside = within ? insideOf(within) : 0;
    for (let leaf = 0; leaf < leaves; leaf++) {
      shares[leaf]! *= within ? overlap(axis.covers, leaf * axis.bins, within) / inside : axis.share[leaf]!;
    }
  }
  return { shares, size };
}

function insideOf(within: Float64Array): number {
  return within.reduce((sum, part) => sum + part, 0);
}

function overlap(covers: Float64Array, offset: number, within: Float64Array): number {
  let sum = 0;
  for (let bin = 0; bin < within.length; bin++) sum += covers[offset + bin]! * within[bin]!;
  return sum;
}

function mainVariance(boxes: Boxes, k: number, region: Region): number {
  const axis = boxes.axes[k]!;
  if (axis === null) return 0;
  const { bins, covers } = axis;
  const { shares, size } = sharesInRegion(boxes, [k], region);
  if (!(size > 0)) return 0;
  const effect = new Float64Array(bins);
  for (let leaf = 0; leaf < boxes.leaves; leaf++) {
    const weighted = shares[leaf]! * boxes.mean[leaf]!;
    if (weighted === 0) continue;
    for (let bin = 0; bin < bins; bin++) effect[bin]! += weighted * covers[leaf * bins + bin]!;
  }
  return size * varianceOf(effect);
}

function pairVariance(boxes: Boxes, i: number, j: number, region: Region): number {
  const first = boxes.axes[i]!;
  const second = boxes.axes[j]!;
  if (first === null || second === null) return 0;
  const { bins: rows, covers: ofI } = first;
  const { bins: columns, covers: ofJ } = second;
  const { shares, size } = sharesInRegion(boxes, [i, j], region);
  if (!(size > 0)) return 0;
  const effect = new Float64Array(rows * columns);
  for (let leaf = 0; leaf < boxes.leaves; leaf++) {
    const weighted = shares[leaf]! * boxes.mean[leaf]!;
    for (let row = 0; row < rows; row++) {
      const inRow = weighted * ofI[leaf * rows + row]!;
      if (inRow === 0) continue;
      for (let column = 0; column < columns; column++) {
        effect[row * columns + column]! += inRow * ofJ[leaf * columns + column]!;
      }
    }
  }
  return size * interactionOf(effect, rows, columns);
}

function varianceOf(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value / values.length, 0);
  return values.reduce((sum, value) => sum + (value - mean) ** 2 / values.length, 0);
}

/** Mean square of what is left of a table without the means of its rows and columns. */
function interactionOf(table: Float64Array, rows: number, columns: number): number {
  const ofRow = new Float64Array(rows);
  const ofColumn = new Float64Array(columns);
  let mean = 0;
  for (let cell = 0; cell < table.length; cell++) {
    ofRow[Math.floor(cell / columns)]! += table[cell]! / columns;
    ofColumn[cell % columns]! += table[cell]! / rows;
    mean += table[cell]! / table.length;
  }
  let squares = 0;
  for (let cell = 0; cell < table.length; cell++) {
    squares += (table[cell]! - ofRow[Math.floor(cell / columns)]! - ofColumn[cell % columns]! + mean) ** 2;
  }
  return squares / table.length;
}
