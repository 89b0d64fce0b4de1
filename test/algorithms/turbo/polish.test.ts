import { describe, expect, test } from "vitest";
import { columnsOf } from "../../../algorithms/turbo/columns.ts";
import { stack } from "../../../algorithms/turbo/local-data.ts";
import { polish } from "../../../algorithms/turbo/polish.ts";
import { drawFunction } from "../../../algorithms/turbo/thompson.ts";
import type { Point } from "../../../core/algorithm.ts";
import { levelAt, positionOf } from "../../../core/dimension.ts";
import { createProblem } from "../../../core/problem.ts";
import { studyRng } from "../../../core/rng.ts";
import { createPosterior } from "../../../math/gp/model.ts";
import { spaceOf } from "../../support/spaces.ts";

const problem = createProblem(
  spaceOf([
    { name: "x", type: "float", low: 0, high: 1 },
    { name: "n", type: "int", low: 1, high: 10 },
    { name: "c", type: "categorical", choices: ["a", "b", "c"] },
  ]),
  { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, seed: 1, fidelity: null },
);
const columns = columnsOf(problem);
const levels = problem.dimensions[1] as { kind: "ordered"; levels: number };
const rng = studyRng(5, "polish");
const drawn = (): Point => [rng(), positionOf(levels, levelAt(levels, rng())), Math.floor(3 * rng())];
const loss = ([x, n, c]: Point) => (x! - 0.42) ** 2 + (n! - 0.5) ** 2 + 0.3 * c!;
const points = Array.from({ length: 60 }, drawn);
const theta = Float64Array.of(0, 0, 0, 0, Math.log(1e-6));
const data = {
  ...{ n: points.length, d: 3, categorical: columns.categorical },
  ...{ x: stack(points.map(columns.row), 3), y: Float64Array.from(points, loss) },
};
const posterior = createPosterior(data, theta);

describe("polished candidates", () => {
  const box = { centre: [0.5, 0.45, 1], side: 0.3, shape: Float64Array.of(1, 1, 1) };
  const candidates: Point[] = [
    [0.6, 0.45, 1],
    [0.38, 0.35, 0],
  ];
  const from = (start: number) =>
    polish(problem, columns, box, posterior, { points: candidates, start, optimism: 0 }, studyRng(1, "x"));

  test("begin with the lowest point of the model in the box, with the choice of where it started", () => {
    const [lowest] = from(0);
    expect(lowest![0]).toBeCloseTo(0.42, 2);
    expect([0.45, 0.55]).toContainEqual(expect.closeTo(lowest![1]!, 9));
    expect(lowest![2]).toBe(1);
  });

  test("stay in the box where the lowest point lies outside of it", () => {
    const away = { ...box, centre: [0.8, 0.85, 1] };
    const start = { points: [[0.8, 0.85, 1]], start: 0, optimism: 0 };
    const [lowest] = polish(problem, columns, away, posterior, start, studyRng(1, "x"));
    expect(lowest![0]).toBeCloseTo(0.65, 6);
    expect(lowest![1]).toBeCloseTo(0.75, 6);
  });

  test("go on with crossings of it with the other candidates", () => {
    const [lowest, ...crossings] = from(0);
    expect(crossings.length).toBeGreaterThan(50);
    for (const [k, crossing] of crossings.entries()) {
      const other = candidates[k % 2]!;
      for (const [i, x] of crossing.entries()) expect([lowest![i], other[i]]).toContain(x);
    }
    expect(new Set(crossings.map((point) => point.join())).size).toBeGreaterThan(6);
  });
});

describe("a function drawn from the posterior", () => {
  const x = Float64Array.of(0.1, 0.95, 0, 0.15, 0.95, 0, 0.9, 0.05, 2);
  // Few points, so that something is left to be drawn.
  const sparse = createPosterior({ ...data, n: 6 }, theta);
  const mean = new Float64Array(3);
  sparse.predict(x, 3, mean, new Float64Array(3));

  test("has the posterior's mean and covariance", () => {
    const random = studyRng(9, "draws");
    const draws = Array.from({ length: 4000 }, () => drawFunction(sparse, x, mean, random));
    const covariance = sparse.covariance(x, 3);
    const scale = Math.max(...covariance);
    for (let i = 0; i < 3; i++) {
      const average = draws.reduce((sum, f) => sum + f[i]!, 0) / draws.length;
      expect(Math.abs(average - mean[i]!)).toBeLessThan(0.06 * Math.sqrt(covariance[4 * i]!));
      for (let j = 0; j < 3; j++) {
        const product = draws.reduce((sum, f) => sum + (f[i]! - mean[i]!) * (f[j]! - mean[j]!), 0);
        expect(Math.abs(product / draws.length - covariance[3 * i + j]!)).toBeLessThan(0.07 * scale);
      }
    }
  });

  test("has one value where the same point is asked for twice", () => {
    const twice = Float64Array.from([...x.subarray(0, 3), ...x.subarray(0, 3)]);
    const [a, b] = drawFunction(sparse, twice, [mean[0]!, mean[0]!], studyRng(2, "draws"));
    expect(a).not.toBe(mean[0]);
    expect(a).toBeCloseTo(b!, 3);
  });
});
