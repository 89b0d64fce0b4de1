import type { Feature } from "./table.ts";
import { createTable } from "./table.ts";
import { growTree, leafOf, type Tree } from "./tree.ts";

/**
 * A regression forest (Breiman 2001) that says how sure it is: mean and variance by the law of total variance over the
 * trees, with cuts at random places between neighbouring values, as in Hutter, Xu, Hoos & Leyton-Brown (2014).
 */
export interface Forest {
  readonly trees: readonly Tree[];
  readonly features: readonly Feature[];
}

export interface ForestOptions {
  trees: number;
  /** Share of the features that each split chooses from, in (0, 1]. */
  featureShare: number;
  /** Smallest weight of a node that is split, and of a leaf. */
  minSplit: number;
  minLeaf: number;
  maxDepth?: number;
  /** Whether each tree sees a bootstrap sample; otherwise a sample without replacement. */
  bootstrap: boolean;
  /** Most rows that a tree draws; more are sampled. */
  maxRows: number;
  /** Cuts uniformly between two neighbouring values, or in their middle. */
  cut: "random" | "middle";
}

export interface Prediction {
  mean: Float64Array;
  variance: Float64Array;
}

/**
 * `x`: n×d row-major, NaN where a value is missing; `y`: n finite numbers, n >= 1. `random` is drawn from in a fixed
 * order: the same data and numbers give the same forest. O(trees · d · n log n).
 */
export function growForest(
  x: Float64Array,
  y: Float64Array,
  features: readonly Feature[],
  options: ForestOptions,
  random: () => number,
): Forest {
  const table = createTable(x, y.length, features);
  const candidates = Math.max(1, Math.round(options.featureShare * features.length));
  const cut = options.cut === "middle" ? () => 0.5 : random;
  const { minSplit, minLeaf, maxDepth = 64 } = options;
  const trees = Array.from({ length: options.trees }, () => {
    const weights = drawWeights(y.length, options, random);
    return growTree(table, y, weights, { candidates, minSplit, minLeaf, maxDepth, cut, random });
  });
  return { trees, features };
}

/** Mean and variance at each of the rows of `x` (m×d row-major). */
export function predictForest({ trees, features }: Forest, x: Float64Array): Prediction {
  const width = features.length;
  const rows = width === 0 ? 0 : x.length / width;
  const mean = new Float64Array(rows);
  const variance = new Float64Array(rows);
  for (const tree of trees) {
    for (let row = 0; row < rows; row++) {
      const leaf = leafOf(tree, x, row * width);
      const value = tree.mean[leaf]!;
      mean[row]! += value;
      variance[row]! += value * value + tree.variance[leaf]!;
    }
  }
  for (let row = 0; row < rows; row++) {
    mean[row]! /= trees.length;
    variance[row] = Math.max(0, variance[row]! / trees.length - mean[row]! ** 2);
  }
  return { mean, variance };
}

function drawWeights(
  rows: number,
  { bootstrap, maxRows }: ForestOptions,
  random: () => number,
): Float64Array {
  const weights = new Float64Array(rows);
  const draws = Math.min(rows, maxRows);
  if (bootstrap) {
    for (let draw = 0; draw < draws; draw++) weights[Math.floor(random() * rows)]! += 1;
    return weights;
  }
  // Selection sampling (Knuth, Algorithm S): each row with the chance that fills the sample exactly.
  let left = draws;
  for (let row = 0; row < rows && left > 0; row++) {
    if (random() * (rows - row) < left) {
      weights[row] = 1;
      left--;
    }
  }
  return weights;
}
