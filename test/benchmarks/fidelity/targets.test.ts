import { expect, test } from "vitest";
import { ENOUGH_SEEDS, RANDOM_BUDGET } from "../../../benchmarks/fidelity/campaigns.ts";
import { MOMENTS } from "../../../benchmarks/fidelity/incumbent.ts";
import type { Measures } from "../../../benchmarks/fidelity/measures.ts";
import type { RunRecord } from "../../../benchmarks/fidelity/record.ts";
import { indexRuns } from "../../../benchmarks/fidelity/results.ts";
import { fidelityTargets, rankingOf, speedUpOf } from "../../../benchmarks/fidelity/targets.ts";
import { line } from "./line.ts";
import { curves, recordOf } from "./records.ts";

const facts = [{ name: "test/line", suite: "test", scales: line.scales }];
const nothing: Measures = { savings: [], decision: null, stopLatency: null };

/** Falls to a loss of 0.1 at the moment, from 0.5. */
const falling = (moment: number) => MOMENTS.map((each) => (each >= moment ? 0.1 : 0.5));

function runs(method: string, moment: number, workers = 16): RunRecord[] {
  const budget = RANDOM_BUDGET;
  return Array.from({ length: ENOUGH_SEEDS }, (_, seed) =>
    recordOf({ method, seed, workers, budget, curves: curves(falling(moment)) }),
  );
}

const recordedOf = (records: RunRecord[], measures = nothing) => ({
  ...{ index: indexRuns(records), facts, measures },
});
const targetOf = (recorded: ReturnType<typeof recordedOf>, what: RegExp) =>
  fidelityTargets(recorded).find((target) => what.test(target.what))!;

test("without runs every target is not measured, and none is met", () => {
  for (const target of fidelityTargets(recordedOf([]))) {
    expect(target).toMatchObject({ measured: "not measured", met: false });
  }
});

test("the speed-up is the share of random search's time to its own final regret", () => {
  const recorded = recordedOf([...runs("random", 64), ...runs("asha-random", 8)]);
  expect(speedUpOf(recorded, "asha-random")?.mean).toBeCloseTo(8 / RANDOM_BUDGET, 9);
  expect(targetOf(recorded, /`asha-random`/)).toMatchObject({ target: "<= 1/4", met: true });
  expect(targetOf(recorded, /best schedule/).measured).toContain("1/16.0 (asha-random; test 1/16.0)");
});

test("a level that is never reached counts as all of the time", () => {
  const recorded = recordedOf([...runs("random", 64), ...runs("asha-random", Number.POSITIVE_INFINITY)]);
  expect(speedUpOf(recorded, "asha-random")?.mean).toBe(1);
  expect(targetOf(recorded, /`asha-random`/).met).toBe(false);
});

test("too few seeds do not meet a target", () => {
  const recorded = recordedOf([...runs("random", 64), recordOf({ workers: 16, curves: curves(falling(8)) })]);
  expect(targetOf(recorded, /`asha-random`/)).toMatchObject({ met: false });
});

test("ranks are the means over problems and horizons", () => {
  const recorded = recordedOf([...runs("asha-random", 4, 4), ...runs("optuna-asha-random", 16, 4)]);
  // At 8 ours is lower; at 16 and 32 they are level.
  const ranking = rankingOf(recorded, ["asha-random", "optuna-asha-random"], 4)!;
  expect(ranking.ranks.get("asha-random")).toBeCloseTo((1 + 1.5 + 1.5) / 3, 9);
  expect(ranking.seeds).toBe(ENOUGH_SEEDS);
});

test("a stopper must save enough and lose the best of few enough", () => {
  const saving = {
    stopper: "median",
    version: "1",
    problem: "test/line",
    seed: 0,
    saved: 0.5,
    lostBest: false,
  };
  const of = (savings: Measures["savings"]) => targetOf(recordedOf([], { ...nothing, savings }), /median/);
  expect(of([saving])).toMatchObject({ met: true });
  expect(of([saving, { ...saving, lostBest: true }])).toMatchObject({ met: false });
  expect(of([{ ...saving, saved: 0.3 }])).toMatchObject({ met: false });
});
