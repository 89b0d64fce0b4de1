import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadFamilies } from "../../../benchmarks/problems/index.ts";
import type { Description } from "../../../benchmarks/problems/recorded/ax-hss.ts";
import { predict } from "../../../benchmarks/problems/recorded/boosted-trees.ts";
import { readJson } from "../../../benchmarks/problems/recorded/files.ts";
import type { Json } from "../../../core/json.ts";

const data = process.env.FETTLE_BENCHMARK_DATA ?? null;

test("boosted trees add one leaf of each tree to the base score; below a threshold goes left, as float32", () => {
  const stump = { l: [1, -1, -1], r: [2, -1, -1], f: [0, 0, 0], c: [0.1, 1, 2] };
  const deep = { l: [1, -1, 3, -1, -1], r: [2, -1, 4, -1, -1], f: [1, 0, 0, 0, 0], c: [5, 10, 0.5, 20, 30] };
  const trees = { base_score: 100, trees: [stump, deep] };
  expect(predict(trees, [0.09, 4])).toBe(111);
  expect(predict(trees, [0.3, 5])).toBe(122);
  expect(predict(trees, [0.5, 6])).toBe(132);
  // Nearer to 0.1 than float32 can tell: not below it.
  expect(predict(trees, [0.1 - 1e-12, 4])).toBe(112);
});

describe.skipIf(data === null)("Ax's surrogates (skipped: FETTLE_BENCHMARK_DATA is not set)", () => {
  describe.each(data === null ? [] : loadFamilies(["ax_hss"], data))("$name", (problem) => {
    const file = `${problem.name.split("/")[1]}.json.gz`;
    const { space, models } = readJson<Description>(join(data!, "ax_hss"), file);

    test("has the optimum that its description names, found by going through every piece", () => {
      const lowest = models.map((model, index) => {
        const flags = space.flags.map((flag, i) => [flag, space.flag_configs[index]![i]!]);
        const pieces = space.active[index]!.map((name, feature) =>
          valuesOf(name, thresholds(model.trees, feature)),
        );
        const losses = product(pieces).map((values) => {
          const params = values.map((value, feature) => [space.active[index]![feature]!, value]);
          return problem.evaluate(Object.fromEntries([...flags, ...params]), 0).losses[0]!;
        });
        return losses.reduce((least, loss) => Math.min(least, loss));
      });
      expect(Math.min(...lowest)).toBeCloseTo(problem.best, 5);
    });

    /**
     * One value in each piece of a feature: its low end and every threshold, which belongs to the piece above it, be it
     * the upper bound alone. */
    function valuesOf(name: string, cuts: readonly number[]): Json[] {
      const parameter = problem.space.parameters.find((one) => one.name === name)!;
      if (parameter.type !== "float") return [false, true];
      return [parameter.low, ...cuts.filter((cut) => cut > parameter.low && cut <= parameter.high)];
    }
  });
});

function thresholds(trees: Description["models"][number]["trees"], feature: number): number[] {
  return [
    ...new Set(trees.flatMap(({ l, f, c }) => c.filter((_, node) => l[node] !== -1 && f[node] === feature))),
  ];
}

function product(lists: readonly Json[][]): Json[][] {
  return lists.reduce<Json[][]>((rows, list) => rows.flatMap((row) => list.map((v) => [...row, v])), [[]]);
}
