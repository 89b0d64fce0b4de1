import { describe, expect, test } from "vitest";
import { createHistory } from "../../../algorithms/common/history.ts";
import { createRegionLog } from "../../../algorithms/turbo/region-log.ts";
import type { TrialEvent } from "../../../core/algorithm.ts";

const OPTIONS = { first: 2, later: 3, dimensions: 1 };

function play(events: readonly TrialEvent[]) {
  const history = createHistory();
  const log = createRegionLog(OPTIONS);
  for (const event of events) {
    const record = history.observe(event);
    if (record) log.observe(event, record);
  }
  return log;
}

const scheduled = (trial: number): TrialEvent => ({ type: "scheduled", trial, point: [0.5], budget: null });
const finished = (trial: number, loss: number | null): TrialEvent => ({
  type: "finished",
  trial,
  losses: loss === null ? null : [loss],
  violations: [],
  cause: loss === null ? "failed" : "completed",
});
const ran = (trial: number, loss: number | null) => [scheduled(trial), finished(trial, loss)];
const failures = (from: number, count: number) =>
  Array.from({ length: count }, (_, k) => ran(from + k, 5)).flat();

/** Two trials of the design, then four failures for each of the seven halvings of 0.8 down to below 2^-7. */
const SPENT = [...ran(0, 1), ...ran(1, 2), ...failures(2, 28)];

describe("the regions of a study", () => {
  test("a region that is spent is followed by the next one, which knows nothing of its results", () => {
    const before = play(SPENT.slice(0, -1));
    expect(before.region).toMatchObject({ id: 0, results: 29, design: 2 });
    const after = play(SPENT);
    const region = { id: 1, design: 3, side: 0.8, successes: 0, failures: 0, results: 0 };
    expect(after.region).toEqual({ ...region, incumbent: null, best: [] });
    expect(after.results).toEqual([]);
    expect(after.scheduled).toBe(0);
  });

  test("a trial belongs to the region in which it was scheduled, however late it ends", () => {
    const late = play([scheduled(99), ...SPENT, finished(99, -10), ...ran(100, 3)]);
    expect(late.region.id).toBe(1);
    expect(late.results.map(({ trial }) => trial)).toEqual([100]);
    expect(late.scheduled).toBe(1);
  });

  test("trials in flight count as results when they end, in that order", () => {
    const log = play([scheduled(0), scheduled(1), scheduled(2), finished(2, 1), finished(0, 2)]);
    expect(log.scheduled).toBe(3);
    expect(log.results.map(({ trial }) => trial)).toEqual([2, 0]);
  });

  test("a trial that is queued again is not counted twice", () => {
    expect(play([scheduled(0), scheduled(0)]).scheduled).toBe(1);
  });

  test("a failed trial that is run again adds its new result", () => {
    const log = play([...ran(0, null), ...ran(1, 4), finished(0, 3)]);
    expect(log.results.map(({ trial, rank }) => [trial, rank[0]])).toEqual([
      [0, 3],
      [1, 0],
      [0, 0],
    ]);
    expect(log.region.incumbent?.trial).toBe(0);
  });

  test("cancelled trials say nothing", () => {
    const cancelled: TrialEvent = {
      type: "finished",
      trial: 0,
      losses: null,
      violations: [],
      cause: "cancelled",
    };
    expect(play([scheduled(0), cancelled]).results).toEqual([]);
  });

  test("hyper-parameters are due after each result at first, then after each twentieth part of them", () => {
    const due: number[] = [];
    const history = createHistory();
    const log = createRegionLog({ ...OPTIONS, dimensions: 1000 });
    for (const event of failures(0, 130)) {
      const record = history.observe(event);
      if (record) log.observe(event, record);
      if (log.fitted.results !== due.at(-1)) due.push(log.fitted.results);
    }
    expect(due.slice(0, 41)).toEqual(Array.from({ length: 41 }, (_, k) => k));
    expect(due.slice(41)).toEqual([
      42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 63, 66, 69, 72, 75, 78, 81, 85, 89, 93, 97, 101, 106, 111, 116,
      121, 127,
    ]);
  });

  test("hyper-parameters are due with the first result that has a loss, however many trials failed before", () => {
    const failed = Array.from({ length: 100 }, (_, trial) => ran(trial, null)).flat();
    const log = play([...failed, ...ran(100, 1), ...ran(101, 2)]);
    expect(log.fitted).toMatchObject({ results: 101, incumbent: { trial: 100 } });
  });
});
