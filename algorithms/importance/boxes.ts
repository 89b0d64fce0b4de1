import type { Dimension } from "../../core/algorithm.ts";
import { levelAt } from "../../core/dimension.ts";
import type { Tree } from "../../math/forest/tree.ts";

/**
 * The leaves of a tree as boxes of the full cube, on a grid of equal bins along each axis (choices are bins).
 *
 * L: leaves. B: bins of an axis. covers: L×B, the share of a bin that a leaf's box covers. share: L, that of the axis.
 */
export interface Boxes {
  leaves: number;
  /** L foretold losses. */
  mean: Float64Array;
  /** null where the tree never splits: every box covers the whole axis. */
  axes: readonly (BoxAxis | null)[];
}

export interface BoxAxis {
  bins: number;
  covers: Float64Array;
  share: Float64Array;
}

/** Within one bin of so many a smooth effect varies by a thousandth of its variance. */
const BINS = 32;
/** Places in a bin at which the level of an ordered dimension is looked up. */
const PLACES = 16;

export function binsOf(dimension: Dimension): number {
  if (dimension.kind === "categorical") return dimension.choices;
  const exact = dimension.kind === "ordered" && dimension.logOffset === undefined && dimension.levels <= BINS;
  return exact ? dimension.levels : BINS;
}

/** The share of each bin in which a dimension has one of these levels. */
export function binsWithin(dimension: Dimension, levels: readonly number[]): Float64Array {
  const within = new Float64Array(binsOf(dimension));
  if (dimension.kind === "continuous") return within.fill(1);
  if (dimension.kind === "categorical") return within.map((_, choice) => (levels.includes(choice) ? 1 : 0));
  return within.map((_, bin) => {
    let inside = 0;
    for (let place = 0; place < PLACES; place++) {
      const u = (bin + (place + 0.5) / PLACES) / within.length;
      if (levels.includes(levelAt(dimension, u))) inside++;
    }
    return inside / PLACES;
  });
}

/** Where a box lies on an axis: a stretch of a number's, some choices of the others. */
type Side = { low: number; high: number } | Uint8Array;

export function boxesOf(tree: Tree, dimensions: readonly Dimension[]): Boxes {
  const leaves = leavesOf(tree, dimensions);
  const split = new Set(tree.feature);
  const axes = dimensions.map((dimension, k): BoxAxis | null => {
    if (!split.has(k)) return null;
    const bins = binsOf(dimension);
    const covers = new Float64Array(leaves.length * bins);
    for (const [leaf, { sides }] of leaves.entries()) covers.set(coverageOf(sides[k]!, bins), leaf * bins);
    const share = Float64Array.from(leaves, ({ sides }) => shareOf(sides[k]!));
    return { bins, covers, share };
  });
  return { leaves: leaves.length, mean: Float64Array.from(leaves, ({ mean }) => mean), axes };
}

function leavesOf(tree: Tree, dimensions: readonly Dimension[]): { mean: number; sides: readonly Side[] }[] {
  const whole = dimensions.map((dimension): Side => {
    return dimension.kind === "categorical" ? new Uint8Array(dimension.choices).fill(1) : { low: 0, high: 1 };
  });
  const leaves: { mean: number; sides: readonly Side[] }[] = [];
  const pending: { node: number; sides: readonly Side[] }[] = [{ node: 0, sides: whole }];
  for (let next = pending.pop(); next; next = pending.pop()) {
    const { node, sides } = next;
    const k = tree.feature[node]!;
    if (k < 0) {
      leaves.push({ mean: tree.mean[node]!, sides });
      continue;
    }
    const [left, right] = halves(tree, node, sides[k]!);
    pending.push({ node: tree.left[node]! + 1, sides: sides.with(k, right) });
    pending.push({ node: tree.left[node]!, sides: sides.with(k, left) });
  }
  return leaves;
}

function halves(tree: Tree, node: number, side: Side): [left: Side, right: Side] {
  if (side instanceof Uint8Array) {
    const choices = tree.choices[node]!;
    return [
      side.map((on, choice) => on & choices[choice]!),
      side.map((on, choice) => on & ~choices[choice]!),
    ];
  }
  const { low, high } = side;
  const cut = Math.min(high, Math.max(low, tree.threshold[node]!));
  return [
    { low, high: cut },
    { low: cut, high },
  ];
}

/** The share of each bin that a side covers. */
function coverageOf(side: Side, bins: number): Float64Array {
  if (side instanceof Uint8Array) return Float64Array.from(side);
  const { low, high } = side;
  const overlap = (_: unknown, bin: number) =>
    Math.max(0, Math.min(high * bins, bin + 1) - Math.max(low * bins, bin));
  return Float64Array.from({ length: bins }, overlap);
}

function shareOf(side: Side): number {
  if (!(side instanceof Uint8Array)) return side.high - side.low;
  return side.reduce((sum, on) => sum + on, 0) / side.length;
}
