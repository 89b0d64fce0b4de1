import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { loadFamilies } from "../../../benchmarks/problems/index.ts";
import type { BenchmarkProblem } from "../../../benchmarks/problems/problem.ts";
import { readJson } from "../../../benchmarks/problems/recorded/files.ts";
import { expectedBest, randomParams } from "../../../benchmarks/problems/reference.ts";
import { studyRng } from "../../../core/rng.ts";

const data = process.env.FETTLE_BENCHMARK_DATA ?? null;

interface Description {
  space: { name: string; values: (string | number)[] }[];
  direction: "minimize" | "maximize";
  tasks: Record<
    string,
    { best_mean: number; argbest: number; expected_best_random_search: Record<string, number> }
  >;
}

/** What an accuracy of the description is as a loss of ours. */
const toLoss: Record<string, (value: number) => number> = {
  fcnet: (mse) => mse,
  hpobench_mlp: (accuracy) => 1 - accuracy,
  nasbench201: (accuracy) => 100 - accuracy,
};

describe.skipIf(data === null)("recorded tables (skipped: FETTLE_BENCHMARK_DATA is not set)", () => {
  const problems = data === null ? [] : loadFamilies(Object.keys(toLoss), data);

  describe.each(problems)("$name", (problem) => {
    const { family, space, score } = problem;
    const description = readJson<Description>(join(data!, family), "meta.json");
    const task = description.tasks[problem.name.split("/")[1]!]!;

    test("has the optimum that its description names, at the row it names", () => {
      let rest = task.argbest;
      const digits = description.space.toReversed().map(({ name, values }) => {
        const value = values[rest % values.length]!;
        rest = Math.floor(rest / values.length);
        return [name, value] as const;
      });
      const best = toLoss[family]!(task.best_mean);
      expect(problem.evaluate(Object.fromEntries(digits), 0).losses[0]).toBeCloseTo(best, 5);
      expect(problem.best).toBeCloseTo(score(best), 5);
    });

    test("gives random search what its description computed exactly", () => {
      const losses = everyLoss(problem);
      for (const [k, expected] of Object.entries(task.expected_best_random_search)) {
        const ours = expectedBest(losses, Number(k));
        expect(Math.abs(ours - toLoss[family]!(expected))).toBeLessThan(1e-6 * Math.abs(ours) + 1e-6);
      }
    });

    test("gives 10 random trials the reference, within three standard errors", () => {
      const draw = randomParams(space);
      const rng = studyRng(11, problem.name);
      const bests = Array.from({ length: 1000 }, () => {
        const scores = Array.from({ length: 10 }, () => score(problem.evaluate(draw(rng), 0).losses[0]!));
        return Math.min(...scores);
      });
      const mean = bests.reduce((sum, value) => sum + value, 0) / bests.length;
      const variance = bests.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (bests.length - 1);
      expect(Math.abs(mean - problem.reference)).toBeLessThan(3 * Math.sqrt(variance / bests.length));
    });
  });
});

/** The losses of all configurations, by counting through the space. */
function everyLoss(problem: BenchmarkProblem): number[] {
  const names = problem.space.parameters.map((parameter) => parameter.name);
  const values = problem.space.parameters.map((parameter) => {
    if (parameter.type === "ordinal") return parameter.values;
    if (parameter.type === "categorical") return parameter.choices;
    throw new TypeError(`${parameter.name} has no list of values.`);
  });
  const size = values.reduce((product, list) => product * list.length, 1);
  return Array.from({ length: size }, (_, row) => {
    let rest = row;
    const params = values.map((list, index) => {
      const value = list[rest % list.length]!;
      rest = Math.floor(rest / list.length);
      return [names[index]!, value];
    });
    return problem.evaluate(Object.fromEntries(params), 0).losses[0]!;
  });
}
