import type { TrialEvent } from "../../core/algorithm.ts";
import type { TrialRecord } from "../common/history.ts";
import { FAILED, rankOf } from "../common/ranks.ts";
import { createRegion, isSpent, type Region, type RegionResult, withResult } from "./region.ts";

/** Which trials belong to the region at hand, and how it fares: a fold over the log and nothing else. */

export interface RegionLog {
  /** Folds a fact. `record`: the trial as it stands afterwards. */
  observe(event: TrialEvent, record: TrialRecord): void;
  readonly region: Region;
  /** The region's results in the order in which they came; a trial that was run again is there twice. */
  readonly results: readonly RegionResult[];
  /** Trials that were scheduled since the region began. */
  readonly scheduled: number;
  /** The region as it was when its hyper-parameters were due last. */
  readonly fitted: Region;
}

export interface RegionLogOptions {
  /** Results that the first region starts from, and each of the others. */
  first: number;
  later: number;
  /** Dimensions that are searched. */
  dimensions: number;
}

/** Results between two fits, as a part of those at the first of them. */
const REFIT_PART = 0.05;

export function createRegionLog({ first, later, dimensions }: RegionLogOptions): RegionLog {
  let region = createRegion(0, first);
  let results: RegionResult[] = [];
  let scheduled = 0;
  let fitted = region;
  const regionOf = new Map<number, number>();

  const begin = (next: Region): void => {
    region = next;
    results = [];
    scheduled = 0;
    fitted = next;
  };
  const finish = (result: RegionResult): void => {
    results.push(result);
    region = withResult(region, result, dimensions);
    if (isDue(fitted, region)) fitted = region;
    if (isSpent(region)) begin(createRegion(region.id + 1, later));
  };

  return {
    get region() {
      return region;
    },
    get results() {
      return results;
    },
    get scheduled() {
      return scheduled;
    },
    get fitted() {
      return fitted;
    },
    observe(event, record) {
      const { trial } = event;
      if (event.type === "scheduled" && !regionOf.has(trial)) {
        regionOf.set(trial, region.id);
        scheduled++;
      }
      // What an earlier region left running says nothing about this one.
      if (event.type !== "finished" || regionOf.get(trial) !== region.id) return;
      const rank = rankOf(record);
      if (rank !== null) finish({ trial, rank });
    },
  };
}

/** A fit is due after so many results more, and after each one while there is no loss to fit to. */
function isDue(fitted: Region, { results }: Region): boolean {
  if (fitted.incumbent === null || fitted.incumbent.rank[0] === FAILED) return true;
  return results >= fitted.results + Math.max(1, Math.floor(REFIT_PART * fitted.results));
}
