import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadFamilies } from "../../../benchmarks/problems/index.ts";
import type { BenchmarkProblem } from "../../../benchmarks/problems/problem.ts";
import { readJson } from "../../../benchmarks/problems/recorded/files.ts";
import { expectedBest } from "../../../benchmarks/problems/reference.ts";

const data = process.env.FETTLE_BENCHMARK_DATA ?? null;

interface Description {
  hp_names: string[];
  tasks: Record<string, { best_val_accuracy: number; expected_best_random_search: Record<string, number> }>;
}

describe.skipIf(data === null)("LCBench's recordings (skipped: FETTLE_BENCHMARK_DATA is not set)", () => {
  const folder = join(data ?? "", "lcbench");
  const problems = data === null ? [] : loadFamilies(["lcbench"], data);

  describe.each(problems)("$name", (problem) => {
    const { hp_names, tasks } = readJson<Description>(folder, "meta.json");
    const task = tasks[problem.name.split("/")[1]!]!;
    const rows = readJson<number[][]>(folder, "hp.json.gz");
    const losses = rows.map((row) => lossAt(problem, hp_names, row));

    test("gives each recorded configuration its own result, as its description summed them up", () => {
      expect(problem.best).toBeCloseTo(100 - task.best_val_accuracy, 4);
      expect(Math.min(...losses)).toBe(problem.best);
      for (const [k, expected] of Object.entries(task.expected_best_random_search)) {
        expect(expectedBest(losses, Number(k))).toBeCloseTo(100 - expected, 3);
      }
    });

    test("is constant around a recorded configuration", () => {
      const rate = hp_names.indexOf("learning_rate");
      for (const [index, row] of rows.slice(0, 50).entries()) {
        const near = row.with(rate, row[rate]! * (row[rate]! < 0.01 ? 1.0001 : 0.9999));
        expect(lossAt(problem, hp_names, near)).toBe(losses[index]);
      }
    });
  });
});

function lossAt(problem: BenchmarkProblem, names: readonly string[], row: readonly number[]): number {
  return problem.evaluate(Object.fromEntries(names.map((name, i) => [name, row[i]!])), 0).losses[0]!;
}
