import type { ActivityRule } from "./algorithm.ts";

/**
 * All points of a finite space, numbered 0 … size - 1 without building any of them, in lexicographic order: the last
 * coordinate changes fastest. Inactive coordinates take no part, so no point is numbered twice.
 *
 * The activity rules make the coordinates a forest. A node's subtree has as many points as its levels have, where a
 * level counts the product of the subtrees of the children that are active at it.
 */
export interface Lattice {
  /** Number of points; past 2^53 an approximation, possibly Infinity. */
  size: number;
  /** Levels of point `index` (an integer in [0, size), below 2^53); null where inactive. */
  at(index: number): (number | null)[];
}

/** `sizes`: number of levels of each coordinate, >= 1. */
export function createLattice(sizes: readonly number[], activity: readonly ActivityRule[]): Lattice {
  const nodes = buildForest(sizes, activity);
  const children = new Set(activity.map((rule) => rule.child));
  const roots = nodes.filter((node) => !children.has(node.coordinate));
  const at = (index: number) => {
    const point: (number | null)[] = sizes.map(() => null);
    placeAll(roots, index, point);
    return point;
  };
  return { size: productOf(roots), at };
}

interface TreeNode {
  coordinate: number;
  /** Points of the subtree. */
  size: number;
  levels: number;
  /** Levels at which some child is active, ascending. All other levels count one point each. */
  branches: { level: number; size: number; children: TreeNode[] }[];
}

function buildForest(sizes: readonly number[], activity: readonly ActivityRule[]): TreeNode[] {
  const nodes: TreeNode[] = sizes.map((levels, coordinate) => ({
    coordinate,
    size: levels,
    levels,
    branches: [],
  }));
  const rulesOf = new Map<number, ActivityRule[]>();
  for (const rule of activity) rulesOf.set(rule.parent, [...(rulesOf.get(rule.parent) ?? []), rule]);
  // Children before parents: a subtree's size needs those below it.
  const parents = [...new Set(activity.map((rule) => rule.parent))].reverse();
  const deepestFirst = parents.sort((a, b) => depthOf(b, activity) - depthOf(a, activity));
  for (const parent of deepestFirst) addBranches(nodes[parent]!, rulesOf.get(parent)!, nodes);
  return nodes;
}

function depthOf(coordinate: number, activity: readonly ActivityRule[]): number {
  const rule = activity.find((other) => other.child === coordinate);
  return rule ? depthOf(rule.parent, activity) + 1 : 0;
}

function addBranches(node: TreeNode, rules: readonly ActivityRule[], nodes: readonly TreeNode[]): void {
  const childrenAt = new Map<number, TreeNode[]>();
  for (const rule of [...rules].sort((a, b) => a.child - b.child)) {
    for (const level of rule.levels)
      childrenAt.set(level, [...(childrenAt.get(level) ?? []), nodes[rule.child]!]);
  }
  node.branches = [...childrenAt]
    .sort(([a], [b]) => a - b)
    .map(([level, children]) => ({ level, size: productOf(children), children }));
  node.size =
    node.levels - node.branches.length + node.branches.reduce((sum, branch) => sum + branch.size, 0);
}

function productOf(nodes: readonly TreeNode[]): number {
  return nodes.reduce((product, node) => product * node.size, 1);
}

/** Writes point `index` of the product of `nodes`. */
function placeAll(nodes: readonly TreeNode[], index: number, point: (number | null)[]): void {
  let rest = index;
  for (const node of nodes.toReversed()) {
    place(node, rest % node.size, point);
    rest = Math.floor(rest / node.size);
  }
}

function place(node: TreeNode, index: number, point: (number | null)[]): void {
  let level = 0;
  let rest = index;
  for (const branch of node.branches) {
    const plain = branch.level - level;
    if (rest < plain) break;
    rest -= plain;
    level = branch.level;
    if (rest < branch.size) {
      point[node.coordinate] = level;
      placeAll(branch.children, rest, point);
      return;
    }
    rest -= branch.size;
    level++;
  }
  point[node.coordinate] = level + rest;
}
