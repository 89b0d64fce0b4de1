import { expect, test } from "vitest";
import { estimate, estimateText } from "../../../benchmarks/quality/estimate.ts";
import { runOf } from "./records.ts";

test("what is missing takes as long as its trials took before, method by method", () => {
  const records = [
    runOf({ trials: 100, seconds: 100 }),
    runOf({ trials: 50, seconds: 150 }),
    runOf({ trials: 100, seconds: 9999, status: "timeout" }),
  ];
  const missing = [
    runOf({ trials: 900, seed: 1 }),
    runOf({ trials: 900, seed: 2 }),
    runOf({ method: "gp", workers: 8 }),
  ];
  const estimates = estimate(missing, records);
  expect(estimates).toEqual([
    { method: "tpe", workers: 1, runs: 2, hours: 1 },
    { method: "gp", workers: 8, runs: 1, hours: null },
  ]);
  expect(estimateText(estimates)).toContain("3 runs are missing, 1 hours of one job");
});
