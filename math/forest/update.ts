import type { Forest } from "./forest.ts";
import { leafOf, type Tree } from "./tree.ts";

/**
 * The forest with more rows in its leaves, without growing it again: each falls into one leaf of each tree and changes
 * that leaf's mean, variance and weight. Only leaves are brought up to date, inner nodes are not.
 *
 * `x`: m×d row-major, `y`: m finite numbers. The given forest stays as it is.
 * O(trees · (nodes + m · depth)).
 */
export function updateForest(forest: Forest, x: Float64Array, y: ArrayLike<number>): Forest {
  if (y.length === 0) return forest;
  const width = forest.features.length;
  return { ...forest, trees: forest.trees.map((tree) => updateTree(tree, x, y, width)) };
}

function updateTree(tree: Tree, x: Float64Array, y: ArrayLike<number>, width: number): Tree {
  const mean = tree.mean.slice();
  const variance = tree.variance.slice();
  const weight = tree.weight.slice();
  for (let row = 0; row < y.length; row++) {
    const leaf = leafOf(tree, x, row * width);
    // Welford (1962): the sum of squares grows by w / (w + 1) of the squared distance to the old mean.
    const before = weight[leaf]!;
    const distance = y[row]! - mean[leaf]!;
    weight[leaf] = before + 1;
    mean[leaf]! += distance / (before + 1);
    variance[leaf] =
      (variance[leaf]! * before + (distance * distance * before) / (before + 1)) / (before + 1);
  }
  return { ...tree, mean, variance, weight };
}
