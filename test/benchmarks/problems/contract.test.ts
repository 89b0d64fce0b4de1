import { describe, expect, test } from "vitest";
import { families, findProblem, loadFamilies } from "../../../benchmarks/problems/index.ts";
import { randomParams } from "../../../benchmarks/problems/reference.ts";
import { checkSpace } from "../../../core/check-space.ts";
import { studyRng } from "../../../core/rng.ts";

// Families of recorded results take part where FETTLE_BENCHMARK_DATA names the directory that holds them.
const data = process.env.FETTLE_BENCHMARK_DATA ?? null;
const problems = loadFamilies("all", data);

test("names are unique, and begin with the family", () => {
  expect(new Set(problems.map((problem) => problem.name)).size).toBe(problems.length);
  for (const { name, family } of problems) expect(name.startsWith(`${family}/`)).toBe(true);
});

test("without data there are the families that need none, and asking for another problem says so", () => {
  const computed = families.filter((family) => family.needs === null).map((family) => family.name);
  expect(new Set(loadFamilies("all", null).map((problem) => problem.family))).toEqual(new Set(computed));
  expect(() => findProblem("fcnet/protein_structure", null)).toThrow();
  expect(() => loadFamilies(["fcnett"], null)).toThrow(/fcnett/);
});

test("about half of every family is for tuning, the rest for reports", () => {
  for (const { name } of families) {
    const ours = problems.filter((problem) => problem.family === name);
    const dev = ours.filter((problem) => problem.split === "dev").length;
    expect(Math.abs(dev - ours.length / 2)).toBeLessThanOrEqual(1.5);
  }
});

describe.each(problems)("$name", (problem) => {
  const draw = randomParams(problem.space);
  const rng = studyRng(3, problem.name);
  // Live problems train at each evaluation.
  const points = Array.from({ length: problem.family === "live" ? 5 : 20 }, () => draw(rng));

  test("has a search space that a study may have", () => {
    expect(checkSpace(problem.space)).toEqual([]);
  });

  test("gives finite losses and seconds, the same ones for the same params and repetition", () => {
    for (const params of points) {
      const { losses, seconds } = problem.evaluate(params, 0);
      expect(losses).toHaveLength(problem.objectives);
      expect(losses.every(Number.isFinite)).toBe(true);
      expect(seconds).toBeGreaterThan(0);
      expect(problem.evaluate(params, 0)).toEqual({ losses, seconds });
    }
  });

  test("measures regret on a scale that rises with the loss, from the best known to random search", () => {
    expect(problem.reference).toBeGreaterThan(problem.best);
    if (problem.objectives > 1) return;
    const losses = points.map(
      (params) => (problem.noiseless?.(params) ?? problem.evaluate(params, 0).losses)[0]!,
    );
    const ascending = losses.sort((a, b) => a - b).map(problem.score);
    expect(ascending.every((score, index) => index === 0 || score >= ascending[index - 1]!)).toBe(true);
    expect(ascending[0]).toBeGreaterThanOrEqual(problem.best);
  });
});
