import { type Losses, lowerBound } from "./pareto.ts";

/**
 * Hypervolume: the volume of what n points of m losses dominate, up to a reference point. Minimised losses.
 *
 * r: reference point, m finite numbers. g = r - p: gains, one row a point; the volume is that of the union of the boxes
 * [0, g]. Gains are divided by powers of two near their largest values, so that nothing overflows on the way and no digit
 * is lost. Points that do not lie below r in every loss add nothing.
 */

type Gains = readonly Float64Array[];

/**
 * Volume dominated by the points. A sweep over a staircase for m <= 3, O(n log n) comparisons; above, slicing along the
 * last loss with limit sets (While et al. 2012, WFG), which costs a factor n a dimension.
 */
export function hypervolume(losses: Losses, reference: readonly number[]): number {
  const { gains, unit } = scaledGains(losses, reference);
  return unit(volume(gains.filter(isInside), reference.length));
}

/** What each point alone adds: the volume that would be lost without it. 0 for dominated points and for duplicates. */
export function hypervolumeContributions(losses: Losses, reference: readonly number[]): Float64Array {
  const { gains, unit } = scaledGains(losses, reference);
  const inside = gains.flatMap((gain, index) => (isInside(gain) ? [index] : []));
  const contributions = new Float64Array(losses.length);
  for (const index of inside) {
    const others = inside.filter((other) => other !== index).map((other) => gains[other]!);
    contributions[index] = unit(exclusive(gains[index]!, others));
  }
  return contributions;
}

/**
 * The `count` points that greedily build the largest hypervolume, in the order of selection (a (1 - 1/e) approximation
 * of the best subset, Guerreiro et al. 2016). Ties go to the lower index. Contributions only fall as the selection grows,
 * so that an old one is an upper bound and only the promising are computed again.
 */
export function selectByHypervolume(losses: Losses, reference: readonly number[], count: number): number[] {
  const { gains } = scaledGains(losses, reference);
  const bounds = Float64Array.from(gains, (gain) => (isInside(gain) ? boxVolume(gain) : 0));
  const fresh = new Int32Array(losses.length);
  const queue = Array.from(losses, (_, index) => index).sort((a, b) => bounds[b]! - bounds[a]! || a - b);
  const selected: number[] = [];
  const rows: Float64Array[] = [];
  while (selected.length < count && queue.length > 0) {
    const index = queue.shift()!;
    if (fresh[index] === selected.length || bounds[index] === 0) {
      selected.push(index);
      if (isInside(gains[index]!)) rows.push(gains[index]!);
      continue;
    }
    bounds[index] = Math.max(0, Math.min(bounds[index]!, exclusive(gains[index]!, rows)));
    fresh[index] = selected.length;
    insertSorted(queue, index, bounds);
  }
  return selected;
}

/**
 * The reference point that is usual where none is given: the worst loss of each objective, moved out by a tenth of its
 * size (Optuna, MO-TPE), at least by the smallest number there is.
 */
export function usualReference(losses: Losses): number[] {
  const m = losses[0]?.length ?? 0;
  return Array.from({ length: m }, (_, k) => {
    let worst = Number.NEGATIVE_INFINITY;
    for (const point of losses) worst = Math.max(worst, point[k]!);
    const moved = Math.max(1.1 * worst, 0.9 * worst);
    return Math.min(Number.MAX_VALUE, moved > worst ? moved : worst + Number.MIN_VALUE);
  });
}

function insertSorted(queue: number[], index: number, bounds: Float64Array): void {
  let low = 0;
  let high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = queue[middle]!;
    const before = bounds[other]! > bounds[index]! || (bounds[other] === bounds[index] && other < index);
    if (before) low = middle + 1;
    else high = middle;
  }
  queue.splice(low, 0, index);
}

/** `unit` turns a volume of scaled gains into one of losses. */
function scaledGains(losses: Losses, reference: readonly number[]) {
  const exponents = reference.map((r, k) => {
    let largest = 0;
    for (const point of losses) largest = Math.max(largest, r / 2 - point[k]! / 2);
    return largest > 0 && largest < Number.POSITIVE_INFINITY ? Math.floor(Math.log2(largest)) : 0;
  });
  const gains = losses.map((point) =>
    Float64Array.from(reference, (r, k) => scaleByPower(r / 2 - point[k]! / 2, -exponents[k]!)),
  );
  const exponent = exponents.reduce((sum, e) => sum + e + 1, 0);
  return { gains, unit: (scaled: number) => scaleByPower(scaled, exponent) };
}

/** x 2^exponent, in steps so that the power itself neither overflows nor underflows. */
function scaleByPower(x: number, exponent: number): number {
  let left = exponent;
  let scaled = x;
  while (Math.abs(left) > 1000 && scaled !== 0 && Number.isFinite(scaled)) {
    scaled *= 2 ** (1000 * Math.sign(left));
    left -= 1000 * Math.sign(left);
  }
  return scaled === 0 || !Number.isFinite(scaled) ? scaled : scaled * 2 ** left;
}

function isInside(gain: Float64Array): boolean {
  for (const g of gain) if (!(g > 0)) return false;
  return true;
}

function boxVolume(gain: Float64Array): number {
  let product = 1;
  for (const g of gain) product *= g;
  return product;
}

/** What `gain` adds to the others: its box less what the others, cut off to the box, cover of it. */
function exclusive(gain: Float64Array, others: Gains): number {
  const m = gain.length;
  const limited = others.map((other) => limitedTo(gain, other));
  return Math.max(0, boxVolume(gain) - volume(limited, m));
}

/** The part of the other's box that lies within `gain`'s, in the coordinates that `gain` has. */
function limitedTo(gain: Float64Array, other: Float64Array): Float64Array {
  const limited = new Float64Array(gain.length);
  for (let k = 0; k < gain.length; k++) limited[k] = Math.min(gain[k]!, other[k]!);
  return limited;
}

/** Volume of the union of the boxes [0, g] in the first m coordinates; every gain is > 0. */
function volume(gains: Gains, m: number): number {
  if (gains.length === 0) return 0;
  if (m === 1) return gains.reduce((largest, gain) => Math.max(largest, gain[0]!), 0);
  if (m === 2) return area(gains);
  return m === 3 ? solid(gains) : sliced(gains, m);
}

function area(gains: Gains): number {
  const sorted = [...gains].sort((a, b) => b[0]! - a[0]!);
  let height = 0;
  let sum = 0;
  for (const gain of sorted) {
    if (gain[1]! <= height) continue;
    sum += gain[0]! * (gain[1]! - height);
    height = gain[1]!;
  }
  return sum;
}

/** Sweeps down the third gain and keeps the area that is covered so far as a staircase: xs ascending, ys descending. */
function solid(gains: Gains): number {
  const sorted = [...gains].sort((a, b) => b[2]! - a[2]!);
  const xs: number[] = [];
  const ys: number[] = [];
  let covered = 0;
  let sum = 0;
  for (const [at, gain] of sorted.entries()) {
    covered += addStep(xs, ys, gain[0]!, gain[1]!);
    sum += covered * (gain[2]! - (sorted[at + 1]?.[2] ?? 0));
  }
  return sum;
}

/** Adds the corner (x, y) to a staircase; the area that it adds. */
function addStep(xs: number[], ys: number[], x: number, y: number): number {
  const end = lowerBound(xs, x);
  if (end < xs.length && ys[end]! >= y) return 0;
  // Left of x the steps that reach no higher than y are covered by the new corner.
  let start = end;
  let added = 0;
  let right = x;
  let height = ys[end] ?? 0;
  while (start > 0 && ys[start - 1]! <= y) {
    start--;
    added += (right - xs[start]!) * (y - height);
    right = xs[start]!;
    height = ys[start]!;
  }
  added += (right - (start > 0 ? xs[start - 1]! : 0)) * (y - height);
  const replaced = end < xs.length && xs[end] === x ? end + 1 : end;
  xs.splice(start, replaced - start, x);
  ys.splice(start, replaced - start, y);
  return added;
}

/**
 * Sorted by the last gain, what a point adds to those before it is a slab of constant cross-section: its own, less
 * what the others, cut off to it, cover of it.
 */
function sliced(gains: Gains, m: number): number {
  const last = m - 1;
  const sorted = [...gains].sort((a, b) => b[last]! - a[last]!);
  let sum = 0;
  for (const [at, gain] of sorted.entries()) {
    const own = gain.subarray(0, last);
    const limited = sorted.slice(0, at).map((other) => limitedTo(own, other));
    sum += gain[last]! * Math.max(0, boxVolume(own) - volume(maximal(limited, last), last));
  }
  return sum;
}

/** The rows that no other covers; the sweeps for m <= 3 see to that themselves. */
function maximal(gains: Gains, m: number): Gains {
  if (m <= 3 || gains.length < 2) return gains;
  const kept: Float64Array[] = [];
  for (const gain of [...gains].sort((a, b) => b[0]! - a[0]!)) {
    if (!kept.some((other) => covers(other, gain))) kept.push(gain);
  }
  return kept;
}

function covers(a: Float64Array, b: Float64Array): boolean {
  for (let k = 0; k < a.length; k++) if (a[k]! < b[k]!) return false;
  return true;
}
