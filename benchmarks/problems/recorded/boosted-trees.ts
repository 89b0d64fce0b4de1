/** Boosted regression trees as XGBoost saves them: a prediction is the base score plus one leaf of every tree. */
export interface BoostedTrees {
  base_score: number;
  trees: readonly Tree[];
}

/** Nodes by index; the root is 0. */
interface Tree {
  /** Left and right child, -1 in a leaf. */
  l: readonly number[];
  r: readonly number[];
  /** Feature that a node asks for. */
  f: readonly number[];
  /** Threshold of a node, value of a leaf. */
  c: readonly number[];
}

/** Features and thresholds are compared as float32, as XGBoost does: below goes left. */
export function predict({ base_score, trees }: BoostedTrees, features: readonly number[]): number {
  const rounded = features.map(Math.fround);
  return trees.reduce((sum, tree) => sum + leafOf(tree, rounded), base_score);
}

function leafOf({ l, r, f, c }: Tree, features: readonly number[]): number {
  let node = 0;
  while (l[node] !== -1) node = features[f[node]!]! < Math.fround(c[node]!) ? l[node]! : r[node]!;
  return c[node]!;
}
