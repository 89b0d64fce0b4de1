import { type Rng, studyRng, uniformInt } from "../../core/rng.ts";
import { type Individual, type Member, rankFeasibleFirst, type Survival } from "./generations.ts";

/**
 * Survival of NSGA-III (Deb & Jain 2014): whole fronts while they fit; of the front that does not, those that belong to
 * the reference directions with the fewest survivors.
 *
 * f: losses less the ideal point, scaled so that the hyperplane through the extreme points cuts every axis at 1.
 * Niche of a member: the direction w from which its f lies the least distance away.
 */

/** Weight of the other losses in the achievement function that finds extreme points (Deb & Jain: 1e-6). */
const OTHER_AXIS = 1e-6;
/** Smallest intercept that is taken for an axis' length rather than for a degenerate front. */
const LEAST_INTERCEPT = 1e-6;

export function surviveByNiches(directions: readonly (readonly number[])[], seed: number): Survival {
  return (members, size, turn) => {
    const rng = studyRng(seed, `nsga3/${turn}`);
    const fronts = rankFeasibleFirst(members);
    const whole: Individual[][] = [];
    let count = 0;
    while (whole.length < fronts.length && count + fronts[whole.length]!.length <= size) {
      count += fronts[whole.length]!.length;
      whole.push(fronts[whole.length]!);
    }
    const last = fronts[whole.length] ?? [];
    const kept = whole.flat();
    if (count === size || last.length === 0) return kept;
    // Members that break a constraint have no place in the space of losses: the earlier ones stay.
    if (last[0]!.violation > 0) return [...kept, ...last.slice(0, size - count)];
    return [...kept, ...fillNiches(directions, kept, last, size - count, rng)];
  };
}

function fillNiches(
  directions: readonly (readonly number[])[],
  kept: readonly Individual[],
  last: readonly Individual[],
  wanted: number,
  rng: Rng,
): Individual[] {
  const all = [...kept, ...last];
  const niches = normalise(all, directions[0]!.length).map((f) => nearestDirection(f, directions));
  const crowd = new Int32Array(directions.length);
  for (let i = 0; i < kept.length; i++) crowd[niches[i]!.direction]!++;
  const candidates = new Map<number, { member: Individual; distance: number }[]>();
  for (const [index, member] of last.entries()) {
    const { direction, distance } = niches[kept.length + index]!;
    candidates.set(direction, [...(candidates.get(direction) ?? []), { member, distance }]);
  }
  const chosen: Individual[] = [];
  while (chosen.length < wanted) {
    const direction = leastCrowded([...candidates.keys()], crowd, rng);
    const waiting = candidates.get(direction)!;
    // The nearest opens a niche; into one that is inhabited already any may come.
    const at = crowd[direction] === 0 ? indexOfNearest(waiting) : uniformInt(rng, waiting.length);
    chosen.push(waiting.splice(at, 1)[0]!.member);
    crowd[direction]!++;
    if (waiting.length === 0) candidates.delete(direction);
  }
  return chosen;
}

function leastCrowded(directions: readonly number[], crowd: Int32Array, rng: Rng): number {
  const least = directions.reduce(
    (lowest, direction) => Math.min(lowest, crowd[direction]!),
    Number.POSITIVE_INFINITY,
  );
  const lowest = directions.filter((direction) => crowd[direction] === least);
  return lowest[uniformInt(rng, lowest.length)]!;
}

function indexOfNearest(waiting: readonly { distance: number }[]): number {
  let nearest = 0;
  for (const [index, { distance }] of waiting.entries()) {
    if (distance < waiting[nearest]!.distance) nearest = index;
  }
  return nearest;
}

/** f of every member: the feasible ones' losses from their ideal point, in units of the axes' intercepts. */
export function normalise(members: readonly Member[], m: number): number[][] {
  const ideal = Array.from({ length: m }, (_, k) => extreme(members, k, Math.min));
  const worst = Array.from({ length: m }, (_, k) => extreme(members, k, Math.max));
  // In units of the range first, so that neither huge nor tiny losses break the equations; halves do not overflow.
  const scaled = members.map(({ losses }) =>
    losses.map((loss, k) => {
      const range = worst[k]! / 2 - ideal[k]! / 2;
      return range > 0 ? (loss / 2 - ideal[k]! / 2) / range : 0;
    }),
  );
  const axes = intercepts(scaled, m);
  return scaled.map((f) => f.map((value, k) => value / axes[k]!));
}

function extreme(members: readonly Member[], k: number, pick: (a: number, b: number) => number): number {
  return members.reduce((found, { losses }) => pick(found, losses[k]!), members[0]!.losses[k]!);
}

/** Where the hyperplane through the extreme points cuts the axes; 1, the range, where there is none. */
function intercepts(scaled: readonly (readonly number[])[], m: number): number[] {
  const corners = Array.from({ length: m }, (_, axis) => {
    const reach = (f: readonly number[]) => Math.max(...f.map((x, k) => (k === axis ? x : x / OTHER_AXIS)));
    return scaled.reduce((best, f) => (reach(f) < reach(best) ? f : best), scaled[0]!);
  });
  const normal = solve(corners.map((corner) => [...corner, 1]));
  return Array.from({ length: m }, (_, k) => {
    const intercept = 1 / (normal?.[k] ?? 1);
    return intercept > LEAST_INTERCEPT && intercept <= 1 ? intercept : 1;
  });
}

/** Solves the augmented m × (m + 1) system by elimination with pivoting; null where it is singular. */
function solve(rows: number[][]): number[] | null {
  const m = rows.length;
  for (let column = 0; column < m; column++) {
    let pivot = column;
    for (let row = column + 1; row < m; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    if (Math.abs(rows[pivot]![column]!) < 1e-12) return null;
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < m; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      for (let k = column; k <= m; k++) rows[row]![k]! -= factor * rows[column]![k]!;
    }
  }
  return rows.map((row, index) => row[m]! / row[index]!);
}

function nearestDirection(
  f: readonly number[],
  directions: readonly (readonly number[])[],
): { direction: number; distance: number } {
  let nearest = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (const [index, w] of directions.entries()) {
    let along = 0;
    let norm = 0;
    for (let k = 0; k < w.length; k++) {
      along += w[k]! * f[k]!;
      norm += w[k]! * w[k]!;
    }
    let squared = 0;
    for (let k = 0; k < w.length; k++) squared += (f[k]! - (along / norm) * w[k]!) ** 2;
    if (squared < distance) {
      nearest = index;
      distance = squared;
    }
  }
  return { direction: nearest, distance };
}
