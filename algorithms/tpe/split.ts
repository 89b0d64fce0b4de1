import type { Problem } from "../../core/algorithm.ts";
import { totalViolation } from "../../core/ranking.ts";
import { isFeasible, type TrialRecord } from "../common/history.ts";
import type { TrialTable } from "./table.ts";

/**
 * Which trials are good and which are the rest. Ranked are, in this order: completed trials that satisfy every outcome
 * constraint, by loss (several objectives: by `selectFront`); pruned ones, the furthest step first, then by the loss
 * there; those that break constraints, by how much. The first `goodCount(n)` of n are good, but for those that tie with
 * many before them. Pending trials are among the rest, so that the next suggestion keeps away from them, and so are failed
 * ones where `avoidFailed` says so.
 */

/**
 * Most of the good trials that may rank exactly equal. Where an objective is flat, trials that only repeat the best loss
 * would fill the good side, and the search would never leave that plateau: measured at 200 trials with 20 seeds, regret on
 * AX-HSS's MNIST falls from 0.717 to 0.601 and on LCBench's segment from 0.292 to 0.236. A quarter does more on the former
 * (0.491), and harm where a metric has few values but no plateaus (four problems, rounded to 20 values).
 */
const MOST_EQUAL = 0.5;

/** Which density a row is an observation of. */
export const NONE = 0;
export const GOOD = 1;
export const REST = 2;
export type Side = typeof NONE | typeof GOOD | typeof REST;

export interface SplitOptions {
  /** How many of n ranked trials are good. */
  goodCount(ranked: number): number;
  /** Whether trials that ended without a result speak against their point. */
  avoidFailed: boolean;
  /** The best `count` of points by several losses, as indices. */
  selectFront(losses: readonly (readonly number[])[], count: number): readonly number[];
}

export interface Split {
  /** Notes that a row is new or has changed. O(1). */
  touch(row: number): void;
  /** Trials that are ranked. */
  readonly ranked: number;
  /** Side of each row, as of the last `update`. */
  side(row: number): Side;
  /** Good rows, best first, as of the last `update`. */
  readonly good: readonly number[];
  /**
   * How much better a good row's loss is than that of the next trial behind all good ones, >= 0, in quarters of the loss so
   * that no difference overflows. Null where losses do not compare: several objectives, or a good row that is not a completed trial.
   */
  improvement(row: number): number | null;
  /** Brings sides up to date; the rows whose side changed. */
  update(): readonly number[];
}

const UNUSED = 0;
const COMPLETED = 1;
const PRUNED = 2;
const INFEASIBLE = 3;
/** Not ranked, but evidence against its point. */
const AGAINST = 4;

interface Standing {
  class: number;
  /** Smaller is better, in this order. */
  first: number;
  second: number;
}

export function createSplit(problem: Problem, table: TrialTable, options: SplitOptions): Split {
  const standings: Standing[] = [];
  let sides = new Uint8Array(64);
  /** Ranked rows, best first. */
  let order: number[] = [];
  let good: readonly number[] = [];
  const touched = new Set<number>();
  let ranked = 0;
  const pendingStandings = new Map<number, Standing>();

  const compare = (a: number, b: number) => compareStandings(standings[a]!, standings[b]!) || a - b;

  const applyTouched = (): void => {
    const rebuild = touched.size > 32 + order.length / 16;
    for (const row of touched) {
      const before = standings[row];
      const position = !rebuild && before && isRanked(before) ? lowerBound(order, row, compare) : -1;
      if (position >= 0) order.splice(position, 1);
      standings[row] = pendingStandings.get(row)!;
      if (!rebuild && isRanked(standings[row]!)) order.splice(lowerBound(order, row, compare), 0, row);
    }
    if (rebuild) {
      order = standings.flatMap((standing, row) => (isRanked(standing) ? [row] : []));
      order.sort(compare);
    }
  };

  const firstOfOrder = (count: number): number[] => {
    const chosen: number[] = [];
    let equal = 0;
    for (let at = 0; at < order.length && chosen.length < count; at++) {
      const ties = at > 0 && compareStandings(standings[order[at - 1]!]!, standings[order[at]!]!) === 0;
      equal = ties ? equal + 1 : 1;
      if (equal <= Math.ceil(MOST_EQUAL * count)) chosen.push(order[at]!);
    }
    return chosen;
  };

  const chooseGood = (): number[] => {
    const count = Math.min(order.length, options.goodCount(order.length));
    if (problem.objectives === 1) return firstOfOrder(count);
    const completed = lowerBoundOfClass(order, standings, PRUNED);
    if (count >= completed) return order.slice(0, count);
    const losses = order.slice(0, completed).map((row) => table.record(row).losses!);
    return options.selectFront(losses, count).map((index) => order[index]!);
  };

  return {
    get ranked() {
      return ranked;
    },
    get good() {
      return good;
    },
    improvement(row) {
      const last = good.at(-1)!;
      const worst = standings[last]!;
      if (problem.objectives > 1 || worst.class !== COMPLETED) return null;
      const next = standings[order[lowerBound(order, last, compare) + 1] ?? -1];
      const threshold = next?.class === COMPLETED ? next.first : worst.first;
      return 0.25 * threshold - 0.25 * standings[row]!.first;
    },
    side: (row) => (sides[row] ?? NONE) as Side,
    touch(row) {
      const before = pendingStandings.get(row) ?? standings[row];
      const now = standingOf(table.record(row), options.avoidFailed);
      ranked += Number(isRanked(now)) - Number(before !== undefined && isRanked(before));
      pendingStandings.set(row, now);
      touched.add(row);
    },
    update() {
      if (touched.size === 0) return [];
      applyTouched();
      const chosen = chooseGood();
      if (table.size > sides.length) {
        const larger = new Uint8Array(2 * table.size);
        larger.set(sides);
        sides = larger;
      }
      const isGood = new Set(chosen);
      const changed: number[] = [];
      for (const row of new Set([...touched, ...good, ...chosen])) {
        const side = isGood.has(row) ? GOOD : standings[row]!.class === UNUSED ? NONE : REST;
        if (side !== sides[row]) changed.push(row);
        sides[row] = side;
      }
      good = chosen;
      touched.clear();
      pendingStandings.clear();
      return changed;
    },
  };
}

function standingOf(record: TrialRecord, avoidFailed: boolean): Standing {
  const { status, losses, last, violations } = record;
  const against: Standing = { class: avoidFailed ? AGAINST : UNUSED, first: 0, second: 0 };
  if (status === "pending") return { class: AGAINST, first: 0, second: 0 };
  if (status === "cancelled") return { class: UNUSED, first: 0, second: 0 };
  if (!isFeasible(record)) {
    return { class: INFEASIBLE, first: totalViolation(violations), second: losses?.[0] ?? Infinity };
  }
  if (status === "completed" && losses !== null) {
    return { class: COMPLETED, first: losses[0]!, second: 0 };
  }
  if (status === "pruned") {
    const loss = last?.losses[0] ?? Number.NaN;
    // Without a report it comes after those that reached any step.
    return { class: PRUNED, first: -(last?.step ?? -1), second: Number.isNaN(loss) ? Infinity : loss };
  }
  return against;
}

function isRanked(standing: Standing): boolean {
  return standing.class !== UNUSED && standing.class !== AGAINST;
}

function compareStandings(a: Standing, b: Standing): number {
  return a.class - b.class || compareNumbers(a.first, b.first) || compareNumbers(a.second, b.second);
}

// Not a - b: Infinity - Infinity is NaN, which a sort takes for "equal" in one direction only.
function compareNumbers(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** First position in `sorted` whose entry is not less than `value`. */
function lowerBound(
  sorted: readonly number[],
  value: number,
  compare: (a: number, b: number) => number,
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(sorted[middle]!, value) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lowerBoundOfClass(order: readonly number[], standings: readonly Standing[], wanted: number): number {
  let low = 0;
  let high = order.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (standings[order[middle]!]!.class < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
