import type { Point } from "../../../../core/algorithm.ts";
import type { Members, Result, Run } from "../members.ts";

/** What the bandit learns from: how much a trial gained per step, from where and with which parameters. */

/** A state that a trial trains on from. */
export interface Start {
  step: number;
  loss: number;
  point: Point;
}

export interface RewardRow extends Start {
  /** By how much the loss fell per step, up to the next pause. */
  gain: number;
}

/** One row for each interval between two finite results of a trial, a copied checkpoint's included; by ascending step. */
export function rewardRows({ runs }: Members): RewardRow[] {
  return runs.flatMap(rowsOf).sort((a, b) => a.step - b.step);
}

/** Where the trials that run now started from, those that have a finite loss there. */
export function pendingStarts({ runs }: Members): Start[] {
  return runs.flatMap((run) => {
    const from = run.results.at(-1);
    return run.status === "running" && from !== undefined ? startOf(run, from) : [];
  });
}

function rowsOf(run: Run): RewardRow[] {
  const own = run.results.slice(Math.max(0, run.inherited - 1));
  return own.slice(1).flatMap((after, index) => {
    const before = own[index]!;
    const { loss } = after;
    if (loss === null) return [];
    return startOf(run, before).map((start) => ({
      ...start,
      gain: (start.loss - loss) / (after.step - start.step),
    }));
  });
}

function startOf({ point }: Run, { step, loss }: Result): Start[] {
  return loss === null ? [] : [{ step, loss, point }];
}
