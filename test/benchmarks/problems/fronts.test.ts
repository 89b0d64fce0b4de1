import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hypervolume } from "../../../benchmarks/problems/hypervolume.ts";
import { loadFamilies } from "../../../benchmarks/problems/index.ts";
import { randomParams } from "../../../benchmarks/problems/reference.ts";
import { frontDefinitions } from "../../../benchmarks/problems/synthetic/fronts.ts";
import { studyRng } from "../../../core/rng.ts";

const data = process.env.FETTLE_BENCHMARK_DATA ?? null;
const problems = loadFamilies("all", data).filter((problem) => problem.objectives > 1);

describe("the hypervolume", () => {
  test.each([
    { points: [], reference: [1, 1], volume: 0 },
    { points: [[0.5, 0.5]], reference: [1, 1], volume: 0.25 },
    {
      points: [
        [0, 0.5],
        [0.5, 0],
        [0.6, 0.6],
        [2, -1],
      ],
      reference: [1, 1],
      volume: 0.75,
    },
    {
      points: [
        [0, 0, 0.5],
        [0.5, 0.5, 0],
      ],
      reference: [1, 1, 1],
      volume: 0.625,
    },
  ])("of $points within $reference is $volume", ({ points, reference, volume }) => {
    expect(hypervolume(points, reference)).toBeCloseTo(volume, 12);
  });

  test("of three objectives agrees with counting points of a grid", () => {
    const coordinate = fc.integer({ min: 0, max: 8 }).map((v) => v / 8);
    const points = fc.array(fc.tuple(coordinate, coordinate, coordinate), { maxLength: 8 });
    fc.assert(
      fc.property(points, (set) => {
        let cells = 0;
        for (let i = 0; i < 512; i++) {
          const cell = [(i % 8) / 8, (Math.floor(i / 8) % 8) / 8, Math.floor(i / 64) / 8];
          if (set.some((point) => point.every((v, j) => v <= cell[j]!))) cells++;
        }
        expect(hypervolume(set, [1, 1, 1])).toBeCloseTo(cells / 512, 12);
      }),
    );
  });
});

/** Points of the fronts of ZDT1-3 (rest at 0) and DTLZ2 (rest at 0.5): a dense net has almost the whole hypervolume. */
const net: Record<string, Record<string, number>[]> = Object.fromEntries(
  frontDefinitions
    .filter(({ name }) => name !== "error_and_cost")
    .map(({ name, worst }) => {
      const three = worst.length === 3;
      const n = three ? 40 : 4000;
      const line = Array.from({ length: n }, (_, i) => i / (n - 1));
      const rest = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`x${i + 1}`, three ? 0.5 : 0]));
      const points = line.flatMap((x1) =>
        three ? line.map((x2) => ({ ...rest, x1, x2 })) : [{ ...rest, x1 }],
      );
      return [`fronts/${name}`, points];
    }),
);

describe.each(problems)("$name", (problem) => {
  test("has no set of points that dominates more than its front", () => {
    const draw = randomParams(problem.space);
    const rng = studyRng(8, problem.name);
    const points = Array.from({ length: 500 }, () => problem.evaluate(draw(rng), 0).losses);
    const { reference, hypervolume: largest } = problem.front!;
    expect(hypervolume(points, reference)).toBeLessThanOrEqual(largest + 1e-9);
    expect(hypervolume(points.slice(0, 10), reference)).toBeGreaterThan(0);
  });

  test.runIf(net[problem.name])("has the hypervolume that a dense net on its front comes close to", () => {
    const points = net[problem.name]!.map((params) => problem.evaluate(params, 0).losses);
    const { reference, hypervolume: largest } = problem.front!;
    const covered = hypervolume(points, reference);
    expect(covered).toBeLessThanOrEqual(largest + 1e-6);
    expect(covered / largest).toBeGreaterThan(reference.length === 3 ? 0.97 : 0.9995);
  });
});
