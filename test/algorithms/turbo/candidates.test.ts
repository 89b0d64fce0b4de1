import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Box, drawCandidates, intervalOf } from "../../../algorithms/turbo/candidates.ts";
import { columnsOf } from "../../../algorithms/turbo/columns.ts";
import { createEvenPoints } from "../../../algorithms/turbo/even-points.ts";
import type { Dimension, Point, Problem } from "../../../core/algorithm.ts";
import { levelAt, positionOf } from "../../../core/dimension.ts";
import { createEncoder } from "../../../core/encode.ts";
import { createProblem } from "../../../core/problem.ts";
import { studyRng } from "../../../core/rng.ts";
import type { SearchSpace } from "../../../core/space.ts";
import { SPACES, spaceOf } from "../../support/spaces.ts";

const problemOf = (space: SearchSpace): Problem =>
  createProblem(space, {
    ...{ objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, seed: 1, fidelity: null },
  });
const floats = (count: number) =>
  problemOf(
    spaceOf(
      Array.from({ length: count }, (_, i) => ({ name: `x${i}`, type: "float", low: 0, high: 1 }) as const),
    ),
  );
const draw = (
  problem: Problem,
  box: Omit<Box, "shape"> & { shape?: Float64Array },
  count = 200,
  seed = 1,
) => {
  const columns = columnsOf(problem);
  const shape = box.shape ?? new Float64Array(columns.of.length).fill(1);
  const even = createEvenPoints(count, columns.of.length);
  return drawCandidates(problem, columns, { ...box, shape }, even, studyRng(seed, "candidates"));
};
const differing = (point: Point, centre: Point) =>
  point.reduce<number>((count, x, i) => count + (x === centre[i] ? 0 : 1), 0);

describe("the candidates of a region", () => {
  test("lie in the box around its centre, cut off at the ends of the space", () => {
    const problem = floats(4);
    const coordinate = fc.double({ min: 0, max: 1, noNaN: true });
    const factor = fc.double({ min: 0.25, max: 4, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(coordinate, { minLength: 4, maxLength: 4 }),
        fc.array(factor, { minLength: 4, maxLength: 4 }),
        fc.double({ min: 2 ** -7, max: 1.6, noNaN: true }),
        (centre, factors, side) => {
          for (const point of draw(problem, { centre, side, shape: Float64Array.from(factors) }, 20)) {
            for (const [i, x] of point.entries()) {
              expect(Math.abs(x! - centre[i]!)).toBeLessThanOrEqual((side * factors[i]!) / 2 + 1e-12);
              expect(x).toBeGreaterThanOrEqual(0);
              expect(x).toBeLessThanOrEqual(1);
            }
          }
        },
      ),
    );
  });

  test("fill the box evenly", () => {
    const points = draw(floats(2), { centre: [0.5, 0.3], side: 0.4 }, 1024);
    const share = (i: number, low: number, high: number) =>
      points.filter((point) => point[i]! >= low && point[i]! < high).length / points.length;
    for (let k = 0; k < 8; k++) {
      expect(share(0, 0.3 + 0.05 * k, 0.35 + 0.05 * k)).toBeCloseTo(1 / 8, 2);
      expect(share(1, 0.1 + 0.05 * k, 0.15 + 0.05 * k)).toBeCloseTo(1 / 8, 2);
    }
  });

  test("replace every coordinate in up to twenty dimensions, about twenty in more, and at least one", () => {
    const changes = (d: number) => {
      const centre = Array.from({ length: d }, () => 0.5);
      return draw(floats(d), { centre, side: 0.8 }, 500).map((point) => differing(point, centre));
    };
    expect(Math.min(...changes(20))).toBe(20);
    for (const d of [50, 100]) {
      const counts = changes(d);
      const mean = counts.reduce((sum, n) => sum + n, 0) / counts.length;
      expect(Math.abs(mean - 20)).toBeLessThan(1.5);
      expect(Math.min(...counts)).toBeGreaterThan(0);
    }
  });

  test("have points past the dimensions of the Sobol sequence too", () => {
    const centre = Array.from({ length: 300 }, () => 0.5);
    const points = draw(floats(300), { centre, side: 0.8 }, 400);
    for (const i of [0, 255, 256, 299])
      expect(new Set(points.map((point) => point[i])).size).toBeGreaterThan(10);
  });

  test.each([
    ["numbers in every scale", SPACES.numeric],
    ["choices and ordered values", SPACES.mixed],
    ["conditional parameters", SPACES.conditional],
  ])("are points of the space in their canonical form: %s", (_, space) => {
    const problem = problemOf(space);
    const encoder = createEncoder(space);
    let centre = draw(problem, { centre: problem.dimensions.map(() => null), side: 0.8 }, 1)[0]!;
    for (const side of [0.8, 0.1, 0.01]) {
      const points = draw(problem, { centre, side }, 100);
      for (const point of points) {
        const again = encoder.encode(encoder.decode(point));
        expect(again.map((x) => x === null)).toEqual(point.map((x) => x === null));
        for (const [i, x] of again.entries()) expect(x ?? 0).toBeCloseTo(point[i] ?? 0, 9);
      }
      centre = points.at(-1)!;
    }
  });

  test("give a coordinate that was inactive at the centre values from its whole range", () => {
    const problem = problemOf(SPACES.conditional);
    const [model, depth] = [0, 1];
    const linear: Point = [0, null, null, null, null];
    const points = draw(problem, { centre: linear, side: 0.1 }, 2000);
    const trees = points.filter((point) => point[model] === 1);
    expect(trees.length).toBeGreaterThan(20);
    expect(new Set(trees.map((point) => point[depth])).size).toBe(5);
  });

  test("replace fewer choices in a smaller region, but never none at all", () => {
    const choices = Array.from(
      { length: 10 },
      (_, i) => ({ name: `c${i}`, type: "categorical", choices: ["a", "b", "c", "d"] }) as const,
    ).map((parameter) => ({ ...parameter, choices: [...parameter.choices] }));
    const centre = choices.map(() => 0);
    const changes = (side: number) => {
      const points = draw(problemOf(spaceOf(choices)), { centre, side }, 1000);
      return points.reduce((sum, point) => sum + differing(point, centre), 0) / points.length;
    };
    // Three in four of those that are replaced differ.
    expect(changes(0.8)).toBeGreaterThan(5);
    expect(changes(0.2)).toBeLessThan(2.5);
    expect(changes(0.01)).toBeLessThan(1.6);
    expect(changes(0.01)).toBeGreaterThan(1);
  });
});

describe("the interval that a coordinate may go to", () => {
  const ordered: Dimension = { kind: "ordered", levels: 10 };
  const log: Dimension = { kind: "ordered", levels: 100, logOffset: 1 };

  test.each<[string, Dimension, number | null, number, [number, number]]>([
    ["half the side both ways", { kind: "continuous" }, 0.5, 0.2, [0.4, 0.6]],
    ["cut off at 0", { kind: "continuous" }, 0.05, 0.2, [0, 0.15]],
    ["cut off at 1", { kind: "continuous" }, 0.95, 0.2, [0.85, 1]],
    ["everywhere from an inactive coordinate", { kind: "continuous" }, null, 0.2, [0, 1]],
    ["the neighbouring levels, however small the side", ordered, 0.45, 0.001, [0.3, 0.6]],
    ["the one neighbour at an end", ordered, 0.95, 0.001, [0.8, 1]],
    ["more levels in a larger box", ordered, 0.45, 0.8, [0.05, 0.85]],
  ])("is %s", (_, dimension, centre, side, [low, high]) => {
    const interval = intervalOf(dimension, centre, side);
    expect(interval.low).toBeCloseTo(low, 12);
    expect(interval.high).toBeCloseTo(high, 12);
  });

  test("contains both neighbours on a logarithmic scale, where cells differ in width", () => {
    for (const level of [1, 5, 50, 98]) {
      const { low, high } = intervalOf(log, positionOf(log, level), 1e-6);
      expect([levelAt(log, low + 1e-12), levelAt(log, high - 1e-12)]).toEqual([level - 1, level + 1]);
    }
  });
});
