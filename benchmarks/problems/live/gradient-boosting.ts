import { type Rng, uniformInt } from "../../../core/rng.ts";

/**
 * Gradient boosting of regression trees on binned features (Friedman 2001; splits and leaves are those of XGBoost, Chen
 * & Guestrin 2016, with hessian 1).
 *
 *   n rows    p features    g  gradients, the residuals that a tree is fitted to    G  their sum in a node
 *   gain of a split  GL²/(nL + l2) + GR²/(nR + l2) - G²/(n + l2)    value of a leaf  G/(n + l2)
 */

export const BINS = 32;

export interface Table {
  rows: number;
  features: number;
  /** rows × features bins in 0 … BINS - 1, row-major. */
  bins: Uint8Array;
  targets: Float64Array;
}

export interface BoostingOptions {
  trees: number;
  shrinkage: number;
  depth: number;
  minLeaf: number;
  l2: number;
  /** Shares of the rows and of the features that each tree sees. */
  subsample: number;
  columns: number;
  /** Residuals beyond it, in the target's unit, count as if they were it (Huber's loss); Infinity: squared error. */
  clip: number;
}

/** The training targets' median plus the trees' leaves, for the rows of the validation table. */
export function boost(train: Table, validation: Table, options: BoostingOptions, rng: Rng): Float64Array {
  const start = train.targets.toSorted()[train.rows >> 1]!;
  const fitted = new Float64Array(train.rows).fill(start);
  const predicted = new Float64Array(validation.rows).fill(start);
  const gradients = new Float64Array(train.rows);
  for (let tree = 0; tree < options.trees; tree++) {
    for (let row = 0; row < train.rows; row++) {
      const residual = train.targets[row]! - fitted[row]!;
      gradients[row] = Math.max(-options.clip, Math.min(options.clip, residual));
    }
    const rows = sample(train.rows, options.subsample, rng);
    const features = sample(train.features, options.columns, rng);
    const root = grow(train, gradients, rows, features, options, options.depth);
    addTo(fitted, train, root, options.shrinkage);
    addTo(predicted, validation, root, options.shrinkage);
  }
  return predicted;
}

type Node = { value: number } | { feature: number; bin: number; left: Node; right: Node };

interface Split {
  feature: number;
  /** The last bin that goes left. */
  bin: number;
  gain: number;
}

function grow(
  table: Table,
  gradients: Float64Array,
  rows: Uint32Array,
  features: Uint32Array,
  options: BoostingOptions,
  depth: number,
): Node {
  const total = rows.reduce((sum, row) => sum + gradients[row]!, 0);
  const split = depth === 0 ? null : bestSplit(table, gradients, rows, features, options, total);
  if (split === null) return { value: total / (rows.length + options.l2) };
  const { feature, bin } = split;
  const goesLeft = (row: number) => table.bins[row * table.features + feature]! <= bin;
  const child = (part: Uint32Array) => grow(table, gradients, part, features, options, depth - 1);
  const left = child(rows.filter(goesLeft));
  return { feature, bin, left, right: child(rows.filter((row) => !goesLeft(row))) };
}

/** Null where no split gains anything, or all leave too few rows on a side. */
function bestSplit(
  { bins, features: width }: Table,
  gradients: Float64Array,
  rows: Uint32Array,
  features: Uint32Array,
  { minLeaf, l2 }: BoostingOptions,
  total: number,
): Split | null {
  let best: Split | null = null;
  const sums = new Float64Array(BINS);
  const counts = new Uint32Array(BINS);
  const unsplit = total ** 2 / (rows.length + l2);
  for (const feature of features) {
    sums.fill(0);
    counts.fill(0);
    for (const row of rows) {
      const bin = bins[row * width + feature]!;
      sums[bin]! += gradients[row]!;
      counts[bin]!++;
    }
    let [sum, count] = [0, 0];
    for (let bin = 0; bin < BINS - 1; bin++) {
      sum += sums[bin]!;
      count += counts[bin]!;
      if (count < minLeaf || rows.length - count < minLeaf) continue;
      const gain = sum ** 2 / (count + l2) + (total - sum) ** 2 / (rows.length - count + l2) - unsplit;
      if (gain > (best?.gain ?? 0)) best = { feature, bin, gain };
    }
  }
  return best;
}

function addTo(sums: Float64Array, { rows, features, bins }: Table, root: Node, shrinkage: number): void {
  for (let row = 0; row < rows; row++) {
    let node = root;
    while ("feature" in node) {
      node = bins[row * features + node.feature]! <= node.bin ? node.left : node.right;
    }
    sums[row]! += shrinkage * node.value;
  }
}

/** A share of 0 … count - 1, one at least, without replacement. */
function sample(count: number, share: number, rng: Rng): Uint32Array {
  const all = Uint32Array.from({ length: count }, (_, index) => index);
  const kept = Math.max(1, Math.round(share * count));
  for (let i = 0; i < kept && kept < count; i++) {
    const j = i + uniformInt(rng, count - i);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.subarray(0, kept);
}
