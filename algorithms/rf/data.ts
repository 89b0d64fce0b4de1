import type { Point, TrialEvent } from "../../core/algorithm.ts";
import { type History, isFeasible, type TrialRecord } from "../common/history.ts";

/** What a forest learns from: the trials that ended, in the order in which they did. */

export interface Results {
  observe(event: TrialEvent): void;
  /** Trials that ended in a way that says something about their point, in the order of ending. */
  list(): readonly TrialRecord[];
}

export function createResults(history: History): Results {
  const ended = new Set<number>();
  return {
    observe(event) {
      if (event.type === "observed") return;
      // A trial that is scheduled again waits for its new end.
      ended.delete(event.trial);
      if (event.type === "finished" && event.cause !== "cancelled") ended.add(event.trial);
    },
    list: () => [...ended].flatMap((trial) => history.record(trial) ?? []),
  };
}

/**
 * How many of `results` the forest is grown on: all up to 500, then the last multiple of a step that grows with them
 * (2 % to 1 %). A function of the number alone, so that a replay grows the same forests.
 */
export function checkpoint(results: number): number {
  if (results < 500) return results;
  const step = 10 * 2 ** Math.floor(Math.log2(results / 500));
  return results - (results % step);
}

/** One objective's loss of each trial with nothing left out, so that every point has one. */
export interface Rated {
  points: Point[];
  losses: number[];
  /** Which of them satisfy every outcome constraint and have a loss of their own. */
  valid: boolean[];
}

/**
 * By one objective. A trial without losses counts as bad as the worst; a pruned one, which was judged weak before its
 * end, as no better than the median of those that were not.
 */
export function rate(records: readonly TrialRecord[], objective: number): Rated {
  const measured = records.flatMap(({ status, losses }) =>
    status === "completed" && losses ? [losses[objective]!] : [],
  );
  const sorted = Float64Array.from(measured).sort();
  const median = sorted[sorted.length >> 1] ?? 0;
  const worst = sorted.at(-1) ?? 0;
  const loss = ({ status, losses }: TrialRecord): number => {
    if (!losses) return worst;
    return status === "completed" ? losses[objective]! : Math.max(median, losses[objective]!);
  };
  return {
    points: records.map(({ point }) => point),
    losses: records.map(loss),
    valid: records.map((record) => record.losses !== null && isFeasible(record)),
  };
}
