import { compareRanks, FAILED, type Rank } from "../common/ranks.ts";

/**
 * A trust region as a fold over its results (Eriksson et al. 2019, "Scalable Global Optimization via Local Bayesian
 * Optimization"): its side doubles after a few successes in a row and halves after many failures in a row; once it is too
 * small the search starts again elsewhere.
 */
export interface Region {
  /** Counts the regions of the study from 0. */
  readonly id: number;
  /** Results that it starts from, evenly spread or of another method. */
  readonly design: number;
  /** Side of the box around the incumbent, in parts of the unit cube, before the length scales stretch it. */
  readonly side: number;
  /** In a row. */
  readonly successes: number;
  readonly failures: number;
  /** Number of results so far, failed ones included. */
  readonly results: number;
  /** The best of them; null without any. */
  readonly incumbent: RegionResult | null;
  /** The ranks of the ten best, best first. */
  readonly best: readonly Rank[];
}

export interface RegionResult {
  readonly trial: number;
  readonly rank: Rank;
}

export const FIRST_SIDE = 0.8;
const LARGEST_SIDE = 1.6;
/** Below it the region is spent. */
const SMALLEST_SIDE = 2 ** -7;
const SUCCESSES_TO_GROW = 3;
/** Failures in a row to shrink, at least; in more dimensions, one a dimension. */
const FAILURES_TO_SHRINK = 4;
/** An improvement counts from this part of the distance between the best results on. */
const CLEAR = 1e-3;
const BEST_RESULTS = 10;

export function createRegion(id: number, design: number): Region {
  return { id, design, side: FIRST_SIDE, successes: 0, failures: 0, results: 0, incumbent: null, best: [] };
}

/** The region after a result. Those of its design count neither as success nor as failure. */
export function withResult(region: Region, result: RegionResult, dimensions: number): Region {
  const { rank } = result;
  const better = region.incumbent === null || compareRanks(rank, region.incumbent.rank) < 0;
  const incumbent = better ? result : region.incumbent!;
  const next: Region = {
    ...region,
    results: region.results + 1,
    incumbent,
    best: [...region.best, rank].sort(compareRanks).slice(0, BEST_RESULTS),
  };
  // Where all trials have failed there is no box yet that could be too large.
  if (region.results < region.design || incumbent.rank[0] === FAILED) return next;
  const counts =
    better && isClear(region.best, rank)
      ? { successes: region.successes + 1, failures: 0 }
      : { successes: 0, failures: region.failures + 1 };
  return resized({ ...next, ...counts }, dimensions);
}

/** Whether it has become too small to go on in. */
export function isSpent({ side }: Region): boolean {
  return side < SMALLEST_SIDE;
}

function resized(region: Region, dimensions: number): Region {
  const { side, successes, failures } = region;
  if (successes >= SUCCESSES_TO_GROW)
    return { ...region, side: Math.min(LARGEST_SIDE, 2 * side), successes: 0 };
  if (failures >= Math.max(FAILURES_TO_SHRINK, dimensions)) return { ...region, side: side / 2, failures: 0 };
  return region;
}

/** Relative to the ten best, so that it means the same wherever losses lie and however close they have come. */
function isClear(best: readonly Rank[], now: Rank): boolean {
  const first = best[0];
  if (first === undefined || first[0] !== now[0]) return true;
  const last = best.at(-1)!;
  const distance = last[0] === first[0] ? last[1] - first[1] : 0;
  return first[1] - now[1] > CLEAR * distance || (first[1] === now[1] && now[2] < first[2]);
}
