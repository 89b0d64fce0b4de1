import { compareTrials, type Ranked, totalViolation } from "../../core/ranking.ts";
import { crowdingDistances, paretoRanks } from "../../math/pareto.ts";

/** What a trial had reached at a rung. `losses` null: nothing finite, which counts as worse than every other. */
export interface RungResult {
  readonly trial: number;
  readonly losses: readonly number[] | null;
  readonly violations: readonly number[];
}

/**
 * The results of one rung in their order: the trials that satisfy every constraint by loss, then the others, then those
 * without a result; ties by trial. Kept as they arrive, so that no question sorts or scans 10,000 trials.
 */
export interface Ranking {
  /** A later result of the same trial takes the earlier one's place. `waits`: the trial is paused here. */
  put(result: RungResult, waits: boolean): void;
  /** The trial waits here no longer; its result stays. */
  leave(trial: number): void;
  /** All that reached the rung, best first. */
  all(): readonly RungResult[];
  /** Those of them that wait, best first. */
  waiting(): readonly RungResult[];
  /** What the trial reached here. */
  resultOf(trial: number): RungResult | undefined;
  /** How many are better than this one of them. */
  countBetter(result: RungResult): number;
}

export function createRanking(objectives: number): Ranking {
  return objectives === 1 ? singleRanking() : severalRanking();
}

type SingleEntry = RungResult & Ranked;

/** Sorted by insertion: a binary search and a move of at most 10,000 pointers. */
function singleRanking(): Ranking {
  const all: SingleEntry[] = [];
  const waiting: SingleEntry[] = [];
  const known = new Map<number, SingleEntry>();
  const leave = (trial: number): void => {
    const entry = known.get(trial);
    if (entry) takeOut(waiting, entry);
  };
  return {
    put(result, waits) {
      leave(result.trial);
      const before = known.get(result.trial);
      if (before) takeOut(all, before);
      const entry = { ...result, loss: result.losses?.[0] ?? null };
      known.set(entry.trial, entry);
      all.splice(placeOf(all, entry), 0, entry);
      if (waits) waiting.splice(placeOf(waiting, entry), 0, entry);
    },
    leave,
    all: () => all,
    waiting: () => waiting,
    resultOf: (trial) => known.get(trial),
    countBetter: ({ trial }) => placeOf(all, known.get(trial)!),
  };
}

function takeOut(sorted: SingleEntry[], entry: SingleEntry): void {
  const place = placeOf(sorted, entry);
  if (sorted[place] === entry) sorted.splice(place, 1);
}

/** Index of the first entry that does not come before this one. */
function placeOf(sorted: readonly SingleEntry[], entry: SingleEntry): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareTrials(sorted[middle]!, entry) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A new result may move any other to another front, so the order is made when it is asked for. */
function severalRanking(): Ranking {
  const results = new Map<number, RungResult>();
  const paused = new Set<number>();
  let sorted: readonly RungResult[] | null = null;
  let sortedWaiting: readonly RungResult[] | null = null;
  const leave = (trial: number): void => {
    if (paused.delete(trial)) sortedWaiting = null;
  };
  const all = (): readonly RungResult[] => {
    sorted ??= byFronts([...results.values()]);
    return sorted;
  };
  return {
    put(result, waits) {
      leave(result.trial);
      results.set(result.trial, result);
      if (waits) paused.add(result.trial);
      sorted = null;
      sortedWaiting = null;
    },
    leave,
    all,
    waiting() {
      sortedWaiting ??= all().filter(({ trial }) => paused.has(trial));
      return sortedWaiting;
    },
    resultOf: (trial) => results.get(trial),
    countBetter: (result) => all().findIndex(({ trial }) => trial === result.trial),
  };
}

/** As `compareTrials`, with the non-dominated rank in the place of the loss, and in a front the least crowded first. */
function byFronts(results: readonly RungResult[]): RungResult[] {
  const satisfied = results.filter(({ losses, violations }) => losses && totalViolation(violations) === 0);
  const ranks = paretoRanks(satisfied.map(({ losses }) => losses!));
  const fronts: RungResult[][] = [];
  for (const [index, result] of satisfied.entries()) {
    fronts[ranks[index]!] ??= [];
    fronts[ranks[index]!]!.push(result);
  }
  const rest = results.filter(({ losses, violations }) => !losses || totalViolation(violations) > 0);
  const broken = ({ trial, losses, violations }: RungResult): Ranked => ({
    trial,
    loss: losses?.[0] ?? null,
    violations,
  });
  return [...fronts.flatMap(leastCrowdedFirst), ...rest.sort((a, b) => compareTrials(broken(a), broken(b)))];
}

function leastCrowdedFirst(front: readonly RungResult[]): RungResult[] {
  const distances = crowdingDistances(front.map(({ losses }) => losses!));
  const order = front.map((_, index) => index);
  // Not a difference: two ends are both infinitely far, and Infinity - Infinity is no number.
  order.sort((a, b) =>
    distances[a] === distances[b]
      ? front[a]!.trial - front[b]!.trial
      : distances[a]! > distances[b]!
        ? -1
        : 1,
  );
  return order.map((index) => front[index]!);
}
