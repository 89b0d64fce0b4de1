import type { Table } from "./table.ts";

/**
 * The best split of one node on one feature, by the reduction of the sum of squares (Breiman et al. 1984).
 *
 * weights: w of each row (how often the bootstrap drew it); weighted: w·y. W, S: sum of w and of w·y over the node. L: left side.
 * score: S_L²/W_L + S_R²/W_R, to be maximised; the parent's own S²/W is the same without a split.
 * Missing values (inactive coordinates) go together to whichever side scores better. A numeric split leaves
 * `value <= threshold` on the left, +Infinity where only missing values go right. A categorical one sends a set of
 * choices left: those of the lowest mean, which for squared error is the best set (Fisher 1958).
 */

export interface Split {
  feature: number;
  score: number;
  threshold: number;
  /** Whether missing values go left. */
  missingLeft: boolean;
  /** Categorical: 1 for each choice that goes left. */
  choices: Uint8Array | null;
}

export interface Node {
  start: number;
  end: number;
  weight: number;
  sum: number;
}

export interface SplitRules {
  /** Smallest weight of a side. */
  minLeaf: number;
  /** Where between two neighbouring values to cut: 0.5, or uniform in [0, 1) for thresholds at random. */
  cut: () => number;
  random: () => number;
}

/**
 * `rows`: the node's rows are rows[start … end), for a numeric feature sorted by value with missing ones last.
 * Returns null when no split of this feature scores above `floor`.
 */
export function bestNumericSplit(
  { columns }: Table,
  feature: number,
  rows: Int32Array,
  node: Node,
  weights: Float64Array,
  weighted: Float64Array,
  rules: SplitRules,
  floor: number,
): Split | null {
  const column = columns[feature]!;
  const { start, end, weight, sum } = node;
  let present = end;
  let missingWeight = 0;
  let missingSum = 0;
  while (present > start && Number.isNaN(column[rows[present - 1]!]!)) {
    const row = rows[--present]!;
    missingWeight += weights[row]!;
    missingSum += weighted[row]!;
  }
  if (present === start) return null;
  const { minLeaf } = rules;
  let best = floor;
  let bestAt = -1;
  let missingLeft = false;
  let leftWeight = 0;
  let leftSum = 0;
  let value = column[rows[start]!]!;
  for (let at = start; at < present; at++) {
    const row = rows[at]!;
    leftWeight += weights[row]!;
    leftSum += weighted[row]!;
    const next = at + 1 < present ? column[rows[at + 1]!]! : Number.POSITIVE_INFINITY;
    if (next > value) {
      const rightWeight = weight - leftWeight;
      if (leftWeight >= minLeaf && rightWeight >= minLeaf) {
        const rightSum = sum - leftSum;
        const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / rightWeight;
        if (score > best) {
          best = score;
          bestAt = at;
          missingLeft = false;
        }
      }
      if (missingWeight > 0) {
        const lw = leftWeight + missingWeight;
        const rw = weight - lw;
        if (lw >= minLeaf && rw >= minLeaf) {
          const ls = leftSum + missingSum;
          const rs = sum - ls;
          const score = (ls * ls) / lw + (rs * rs) / rw;
          if (score > best) {
            best = score;
            bestAt = at;
            missingLeft = true;
          }
        }
      }
    }
    value = next;
  }
  if (bestAt < 0) return null;
  const low = column[rows[bestAt]!]!;
  const high = bestAt + 1 < present ? column[rows[bestAt + 1]!]! : Number.POSITIVE_INFINITY;
  const threshold = high === Number.POSITIVE_INFINITY ? high : between(low, high, rules.cut());
  const left = missingWeight > 0 ? missingLeft : rules.random() < 0.5;
  return { feature, score: best, threshold, missingLeft: left, choices: null };
}

export function bestCategoricalSplit(
  { columns, features }: Table,
  feature: number,
  rows: Int32Array,
  node: Node,
  weights: Float64Array,
  weighted: Float64Array,
  rules: SplitRules,
  floor: number,
): Split | null {
  const column = columns[feature]!;
  // One more group for missing values: they are a choice of their own, so that an inactive region can be told apart.
  const missing = features[feature]!.choices;
  const groupWeight = new Float64Array(missing + 1);
  const groupSum = new Float64Array(missing + 1);
  for (let at = node.start; at < node.end; at++) {
    const row = rows[at]!;
    const value = column[row]!;
    const group = Number.isNaN(value) ? missing : value;
    groupWeight[group]! += weights[row]!;
    groupSum[group]! += weighted[row]!;
  }
  const present: number[] = [];
  for (let group = 0; group <= missing; group++) if (groupWeight[group]! > 0) present.push(group);
  if (present.length < 2) return null;
  const meanOf = (group: number) => groupSum[group]! / groupWeight[group]!;
  present.sort((a, b) => meanOf(a) - meanOf(b) || a - b);
  let best = floor;
  let bestCount = 0;
  let leftWeight = 0;
  let leftSum = 0;
  for (let count = 1; count < present.length; count++) {
    leftWeight += groupWeight[present[count - 1]!]!;
    leftSum += groupSum[present[count - 1]!]!;
    const rightWeight = node.weight - leftWeight;
    if (leftWeight < rules.minLeaf || rightWeight < rules.minLeaf) continue;
    const rightSum = node.sum - leftSum;
    const score = (leftSum * leftSum) / leftWeight + (rightSum * rightSum) / rightWeight;
    if (score > best) {
      best = score;
      bestCount = count;
    }
  }
  if (bestCount === 0) return null;
  const sides = new Uint8Array(missing + 1);
  // A choice that no row of the node has goes to a side at random, so that trees disagree about it.
  for (let group = 0; group <= missing; group++) sides[group] = rules.random() < 0.5 ? 1 : 0;
  for (const [rank, group] of present.entries()) sides[group] = rank < bestCount ? 1 : 0;
  const choices = sides.slice(0, missing);
  return { feature, score: best, threshold: 0, missingLeft: sides[missing] === 1, choices };
}

/** A number in [low, high): the cut must leave `high` on the right even where rounding would reach it. */
function between(low: number, high: number, fraction: number): number {
  const cut = low + fraction * (high - low);
  return cut < high ? Math.max(low, cut) : low;
}
