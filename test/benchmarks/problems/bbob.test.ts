import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { bbobInstance } from "../../../benchmarks/problems/bbob/index.ts";
import { readJson } from "../../../benchmarks/problems/recorded/files.ts";

const data = process.env.FETTLE_BENCHMARK_DATA ?? null;
const ids = Array.from({ length: 24 }, (_, index) => index + 1);

describe.each(ids)("BBOB f%i", (id) => {
  test.each([2, 5, 20])("has its optimum where it is said to be, d = %i", (d) => {
    for (const instance of [1, 2, 3]) {
      const { excess, optimum } = bbobInstance(id, instance, d);
      expect(Math.abs(excess(optimum))).toBeLessThan(1e-8);
      expect(optimum.every((v) => Math.abs(v) <= 5)).toBe(true);
      // Away from it, in a direction that leads into the domain.
      expect(excess(optimum.map((v) => v - 0.3 * Math.sign(v)))).toBeGreaterThan(1e-6);
    }
  });
});

interface Vectors {
  points: Record<string, number[][]>;
  functions: Record<string, Record<string, Record<string, { f: number[] }> & { fopt: number }>>;
}

describe.skipIf(data === null)(
  "BBOB against recorded values (skipped: FETTLE_BENCHMARK_DATA is not set)",
  () => {
    test.each(ids)("f%i has the values of the reference implementation", (id) => {
      const { points, functions } = readJson<Vectors>(join(data!, "bbob"), "test_vectors.json.gz");
      let compared = 0;
      for (const [instance, { fopt, ...byDimension }] of Object.entries(functions[id]!)) {
        for (const [d, { f }] of Object.entries(byDimension)) {
          const ours = bbobInstance(id, Number(instance), Number(d));
          expect(ours.optimalValue).toBeCloseTo(fopt, 9);
          for (const [index, point] of points[d]!.entries()) {
            const value = ours.optimalValue + ours.excess(Float64Array.from(point));
            expect(Math.abs(value - f[index]!)).toBeLessThanOrEqual(1e-9 * Math.abs(f[index]!));
            compared++;
          }
        }
      }
      expect(compared).toBeGreaterThanOrEqual(100);
    });
  },
);
