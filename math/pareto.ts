/**
 * Pareto geometry of n points of m losses, all minimised.
 *
 * a dominates b: nowhere worse, somewhere better. Front 0: points that none dominates; front k: those that only fronts
 * before k dominate. Equal points share a front.
 */

export type Losses = readonly (readonly number[])[];

/**
 * The front that each point belongs to, as core/ranking.ts has it. One sort, then every point is placed by a binary
 * search over the fronts (Zhang et al. 2015, ENS-BS), in which one loss fewer counts because of the sort: O(n log n)
 * for m <= 2, O(n log² n) comparisons for m = 3 (each front is a sorted staircase), O(n² m) at worst above.
 */
export function paretoRanks(losses: Losses): Int32Array {
  const ranks = new Int32Array(losses.length);
  if (losses.length === 0) return ranks;
  const order = lexicographicOrder(losses);
  const fronts = createFronts(losses[0]!.length);
  let previous = -1;
  for (const index of order) {
    const point = losses[index]!;
    if (previous >= 0 && samePoint(losses[previous]!, point)) ranks[index] = ranks[previous]!;
    else {
      const rank = firstNotDominating(fronts, point);
      fronts.add(rank, point);
      ranks[index] = rank;
    }
    previous = index;
  }
  return ranks;
}

/** Indices of the points that none dominates, ascending; equal points are all listed. */
export function paretoFront(losses: Losses): number[] {
  const ranks = paretoRanks(losses);
  return losses.flatMap((_, index) => (ranks[index] === 0 ? [index] : []));
}

/**
 * Crowding distance of each point among these, which are one front (Deb et al. 2002): the perimeter of the box that its
 * neighbours span, in units of the front's extent; Infinity for the ends of each loss. Ties are in order of index.
 */
export function crowdingDistances(losses: Losses): Float64Array {
  const distances = new Float64Array(losses.length);
  const order = Array.from(losses, (_, index) => index);
  for (let k = 0; k < (losses[0]?.length ?? 0); k++) {
    order.sort((a, b) => compareNumbers(losses[a]![k]!, losses[b]![k]!) || a - b);
    const lowest = losses[order[0]!]![k]!;
    const highest = losses[order.at(-1)!]![k]!;
    if (lowest === highest) continue;
    // Halves, because the difference of two huge losses may overflow.
    const extent = highest / 2 - lowest / 2;
    for (let i = 1; i < order.length - 1; i++) {
      const gap = losses[order[i + 1]!]![k]! / 2 - losses[order[i - 1]!]![k]! / 2;
      distances[order[i]!]! += gap / extent;
    }
    distances[order[0]!] = Number.POSITIVE_INFINITY;
    distances[order.at(-1)!] = Number.POSITIVE_INFINITY;
  }
  return distances;
}

/** What is known of the fronts while points arrive in lexicographic order. */
interface Fronts {
  count(): number;
  /** Whether a point of that front dominates one that comes later in the order and differs from all before. */
  dominates(front: number, point: readonly number[]): boolean;
  add(front: number, point: readonly number[]): void;
}

function createFronts(m: number): Fronts {
  if (m === 1) return singleFronts();
  if (m === 2) return planeFronts();
  return m === 3 ? staircaseFronts() : listedFronts();
}

// A point that some front dominates is dominated by every front before it too.
function firstNotDominating(fronts: Fronts, point: readonly number[]): number {
  let low = 0;
  let high = fronts.count();
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fronts.dominates(middle, point)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function singleFronts(): Fronts {
  let count = 0;
  return {
    count: () => count,
    dominates: () => true,
    add: () => {
      count++;
    },
  };
}

/** The first loss only grows, so that the lowest second loss of a front decides. */
function planeFronts(): Fronts {
  const lowest: number[] = [];
  return {
    count: () => lowest.length,
    dominates: (front, point) => lowest[front]! <= point[1]!,
    add: (front, point) => {
      lowest[front] = point[1]!;
    },
  };
}

/** Each front as the staircase of its second and third losses: `ys` ascending, `zs` descending. */
function staircaseFronts(): Fronts {
  const stairs: { ys: number[]; zs: number[] }[] = [];
  return {
    count: () => stairs.length,
    dominates: (front, point) => {
      const { ys, zs } = stairs[front]!;
      const at = upperBound(ys, point[1]!);
      return at > 0 && zs[at - 1]! <= point[2]!;
    },
    add: (front, point) => {
      stairs[front] ??= { ys: [], zs: [] };
      const { ys, zs } = stairs[front];
      const at = lowerBound(ys, point[1]!);
      let end = at;
      while (end < zs.length && zs[end]! >= point[2]!) end++;
      ys.splice(at, end - at, point[1]!);
      zs.splice(at, end - at, point[2]!);
    },
  };
}

function listedFronts(): Fronts {
  const members: (readonly number[])[][] = [];
  return {
    count: () => members.length,
    dominates: (front, point) => {
      const others = members[front]!;
      // The latest first: they are nearest in the first loss, and so dominate most often.
      for (let i = others.length - 1; i >= 0; i--) if (nowhereWorse(others[i]!, point)) return true;
      return false;
    },
    add: (front, point) => {
      members[front] ??= [];
      members[front].push(point);
    },
  };
}

function nowhereWorse(a: readonly number[], b: readonly number[]): boolean {
  for (let k = 1; k < a.length; k++) if (a[k]! > b[k]!) return false;
  return true;
}

function lexicographicOrder(losses: Losses): number[] {
  const order = Array.from(losses, (_, index) => index);
  return order.sort((i, j) => {
    const [a, b] = [losses[i]!, losses[j]!];
    for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return a[k]! < b[k]! ? -1 : 1;
    return i - j;
  });
}

function samePoint(a: readonly number[], b: readonly number[]): boolean {
  for (let k = 0; k < a.length; k++) if (a[k] !== b[k]) return false;
  return true;
}

/** Index of the first entry >= x of an ascending list. */
export function lowerBound(sorted: readonly number[], x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the first entry > x of an ascending list. */
function upperBound(sorted: readonly number[], x: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
