import { expect, test } from "vitest";
import { MOMENTS } from "../../../benchmarks/fidelity/incumbent.ts";
import type { RunRecord } from "../../../benchmarks/fidelity/record.ts";
import { indexRuns, meanCurve, timeToReach } from "../../../benchmarks/fidelity/results.ts";
import { line } from "./line.ts";
import { curves, recordOf } from "./records.ts";

const facts = { name: "test/line", suite: "test", scales: line.scales };

test("regret is normalised, a missing incumbent is the median, and nothing is worse than that", () => {
  const runs = [
    recordOf({ curves: curves([null, 2, 0.5, 0]) }),
    recordOf({ seed: 1, curves: curves([null, 0.8, 0, -1]) }),
  ];
  expect(meanCurve(runs, facts, "final")).toEqual([1.6, 1.6, 0.5, 0]);
});

test("a level is reached when a curve stays below it for good", () => {
  const curve = [1, 0.2, 0.6, 0.4, 0.2, 0.1];
  expect(timeToReach(curve, 0.4)).toBeCloseTo(MOMENTS[3]!, 9);
  expect(timeToReach(curve, 0.3)).toBeCloseTo(Math.sqrt(MOMENTS[3]! * MOMENTS[4]!), 9);
  expect(timeToReach(curve, 1)).toBe(MOMENTS[0]);
  expect(timeToReach(curve, 0.05)).toBeNull();
});

test("a cell holds the newest version's runs of the budget with the most seeds", () => {
  const cell = (records: RunRecord[]) => indexRuns(records).runs("asha-random", "test/line", 4);
  const long = recordOf({ budget: 64 });
  const short = [0, 1].map((seed) => recordOf({ seed, budget: 16 }));
  expect(cell([long, ...short])).toEqual(short);
  const newer = recordOf({ version: "2" });
  expect(cell([long, ...short, newer])).toEqual([newer]);
});

test("a run that failed is listed, and counts nowhere", () => {
  const failed = recordOf({ error: "no" });
  const index = indexRuns([failed]);
  expect(index.failed).toEqual([failed]);
  expect(index.runs("asha-random", "test/line", 4)).toEqual([]);
});
