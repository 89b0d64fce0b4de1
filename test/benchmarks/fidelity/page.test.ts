import { expect, test } from "vitest";
import { full, RANDOM_BUDGET } from "../../../benchmarks/fidelity/campaigns.ts";
import { MOMENTS } from "../../../benchmarks/fidelity/incumbent.ts";
import { reportPage } from "../../../benchmarks/fidelity/page.ts";
import { indexRuns } from "../../../benchmarks/fidelity/results.ts";
import { expectWellFormed } from "../quality/well-formed.ts";
import { line } from "./line.ts";
import { curves, recordOf } from "./records.ts";

const facts = [{ name: "test/line", suite: "test", scales: line.scales }];
const nothing = { savings: [], decision: null, stopLatency: null };
const curve = curves(MOMENTS.map((moment) => Math.max(0.1, 0.6 - moment / 20)));

const records = ["random", "asha-random", "optuna-asha-random"].flatMap((method) =>
  [4, 16].map((workers) => recordOf({ method, workers, budget: RANDOM_BUDGET, curves: curve })),
);
const failed = recordOf({ method: "asha-tpe", error: "its process ended" });

test("the page shows what is on record, and leaves out the sections of what is not", () => {
  const recorded = { index: indexRuns([...records, failed]), facts, measures: nothing };
  const { text, pictures } = reportPage(recorded, full);
  expect(text).toContain("| asha-random | 1/11.3 | 1/11.3 | 1 |");
  expect(text).toContain("## Mean ranks, 4 workers");
  expect(text).not.toContain("## Early stopping");
  expect(text).toContain("1 runs failed: its process ended");
  expect(text).not.toContain("NaN");
  expect(pictures.map(({ file }) => file)).toEqual(["regret-test-16.svg"]);
  expectWellFormed(pictures[0]!.svg);
});
