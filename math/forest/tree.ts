import { bestCategoricalSplit, bestNumericSplit, type Node, type Split, type SplitRules } from "./split.ts";
import type { Table } from "./table.ts";

/**
 * One regression tree (CART, Breiman et al. 1984) in flat arrays.
 *
 * Node i: feature[i] < 0 for a leaf. Its children are left[i] and left[i] + 1; node 0 is the root. A numeric value goes
 * left when <= threshold[i], a choice when choices[i] has a 1 for it, a missing value when missingLeft[i] is 1.
 * mean, variance, weight: of the (bootstrapped) rows of each node, leaf or not; the variance is that of the population.
 */
export interface Tree {
  readonly nodes: number;
  readonly feature: Int32Array;
  readonly threshold: Float64Array;
  readonly choices: readonly (Uint8Array | null)[];
  readonly missingLeft: Uint8Array;
  readonly left: Int32Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  readonly weight: Float64Array;
}

export interface TreeOptions extends SplitRules {
  /** Features that a split chooses from, drawn for each split; at least 1. */
  candidates: number;
  /** Smallest weight of a node that is split. */
  minSplit: number;
  maxDepth: number;
}

/** `weights`: how often each of the table's rows counts; 0 leaves it out. At least one must be positive. */
export function growTree(table: Table, y: Float64Array, weights: Float64Array, options: TreeOptions): Tree {
  const grower = createGrower(table, y, weights, options);
  const tree = grower.tree;
  const pending = [{ node: 0, start: 0, end: grower.size, depth: 0 }];
  let nodes = 1;
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, start, end, depth } = next;
    const split = grower.summarise(node, start, end, depth);
    if (!split) continue;
    const middle = grower.partition(split, start, end);
    tree.feature[node] = split.feature;
    tree.threshold[node] = split.threshold;
    tree.choices[node] = split.choices;
    tree.missingLeft[node] = split.missingLeft ? 1 : 0;
    tree.left[node] = nodes;
    pending.push({ node: nodes + 1, start: middle, end, depth: depth + 1 });
    pending.push({ node: nodes, start, end: middle, depth: depth + 1 });
    nodes += 2;
  }
  return trimmed(tree, nodes);
}

function createGrower(table: Table, y: Float64Array, weights: Float64Array, options: TreeOptions) {
  const { features, order, columns } = table;
  const used = rowsInUse(weights);
  const size = used.length;
  // One array of rows a numeric feature, sorted by it, and one for all the others; a node is the same range of each.
  const sorted = order.map((rows) => (rows ? rows.filter((row) => weights[row]! > 0) : null));
  const arrays = [used, ...sorted.filter((rows) => rows !== null)];
  const weighted = y.map((value, row) => value * weights[row]!);
  const side = new Uint8Array(table.rows);
  const spare = new Int32Array(size);
  const drawn = Int32Array.from(features, (_, feature) => feature);
  const tree = emptyTree(2 * size - 1);

  const findSplit = (node: Node): Split | null => {
    // What a split must beat: the parent, by more than rounding.
    let best: Split | null = null;
    let floor = ((node.sum * node.sum) / node.weight) * (1 + 1e-12) + Number.MIN_VALUE;
    let tried = 0;
    for (let k = 0; k < drawn.length && tried < options.candidates; k++) {
      const other = k + Math.floor(options.random() * (drawn.length - k));
      const feature = drawn[other]!;
      drawn[other] = drawn[k]!;
      drawn[k] = feature;
      const rows = sorted[feature]!;
      const found = rows
        ? bestNumericSplit(table, feature, rows, node, weights, weighted, options, floor)
        : bestCategoricalSplit(table, feature, used, node, weights, weighted, options, floor);
      // A feature that does not vary in the node at all is no candidate: an inactive one must not use up a draw.
      if (found || varies(columns[feature]!, rows, used, node)) tried++;
      if (!found) continue;
      best = found;
      floor = found.score;
    }
    return best;
  };

  return {
    tree,
    size,
    summarise(node: number, start: number, end: number, depth: number): Split | null {
      let weight = 0;
      let sum = 0;
      for (let at = start; at < end; at++) {
        weight += weights[used[at]!]!;
        sum += weights[used[at]!]! * y[used[at]!]!;
      }
      const mean = sum / weight;
      let squares = 0;
      for (let at = start; at < end; at++) {
        squares += weights[used[at]!]! * (y[used[at]!]! - mean) ** 2;
      }
      tree.mean[node] = mean;
      tree.variance[node] = squares / weight;
      tree.weight[node] = weight;
      const splits = weight >= options.minSplit && depth < options.maxDepth && squares > 0;
      return splits ? findSplit({ start, end, weight, sum }) : null;
    },
    partition(split: Split, start: number, end: number): number {
      const column = columns[split.feature]!;
      for (let at = start; at < end; at++) side[used[at]!] = goesLeft(split, column[used[at]!]!) ? 1 : 0;
      let middle = start;
      for (const rows of arrays) middle = stablePartition(rows, side, spare, start, end);
      return middle;
    },
  };
}

function goesLeft({ choices, threshold, missingLeft }: Split, value: number): boolean {
  if (Number.isNaN(value)) return missingLeft;
  return choices ? choices[value] === 1 : value <= threshold;
}

/** Moves rows of side 1 before those of side 0, each in their order; the number of the first that is right. */
function stablePartition(
  rows: Int32Array,
  side: Uint8Array,
  spare: Int32Array,
  start: number,
  end: number,
): number {
  let left = start;
  let right = 0;
  for (let at = start; at < end; at++) {
    const row = rows[at]!;
    if (side[row] === 1) rows[left++] = row;
    else spare[right++] = row;
  }
  for (let at = 0; at < right; at++) rows[left + at] = spare[at]!;
  return left;
}

/** `sorted`: the node's rows by the value, missing ones last; null where there is no such order. */
function varies(
  column: Float64Array,
  sorted: Int32Array | null,
  used: Int32Array,
  { start, end }: Node,
): boolean {
  if (sorted) return !Object.is(column[sorted[start]!]!, column[sorted[end - 1]!]!);
  const first = column[used[start]!]!;
  for (let at = start + 1; at < end; at++) if (!Object.is(column[used[at]!]!, first)) return true;
  return false;
}

function rowsInUse(weights: Float64Array): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < weights.length; row++) if (weights[row]! > 0) rows.push(row);
  return Int32Array.from(rows);
}

interface OpenTree extends Tree {
  choices: (Uint8Array | null)[];
}

function emptyTree(nodes: number): OpenTree {
  return {
    nodes,
    feature: new Int32Array(nodes).fill(-1),
    threshold: new Float64Array(nodes),
    choices: new Array<Uint8Array | null>(nodes).fill(null),
    missingLeft: new Uint8Array(nodes),
    left: new Int32Array(nodes),
    mean: new Float64Array(nodes),
    variance: new Float64Array(nodes),
    weight: new Float64Array(nodes),
  };
}

function trimmed(tree: OpenTree, nodes: number): Tree {
  return {
    nodes,
    feature: tree.feature.slice(0, nodes),
    threshold: tree.threshold.slice(0, nodes),
    choices: tree.choices.slice(0, nodes),
    missingLeft: tree.missingLeft.slice(0, nodes),
    left: tree.left.slice(0, nodes),
    mean: tree.mean.slice(0, nodes),
    variance: tree.variance.slice(0, nodes),
    weight: tree.weight.slice(0, nodes),
  };
}

/** The leaf that a row falls into. `x`: values, the row's first at `offset`. */
export function leafOf(tree: Tree, x: Float64Array, offset: number): number {
  const { feature, threshold, choices, missingLeft, left } = tree;
  let node = 0;
  for (let split = feature[0]!; split >= 0; split = feature[node]!) {
    const value = x[offset + split]!;
    const set = choices[node]!;
    const goLeft = Number.isNaN(value)
      ? missingLeft[node] === 1
      : set === null
        ? value <= threshold[node]!
        : set[value] === 1;
    node = left[node]! + (goLeft ? 0 : 1);
  }
  return node;
}
