import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pointFromUniforms } from "../../../algorithms/draw.ts";
import { columnsOf } from "../../../algorithms/tpe/columns.ts";
import { createDensity, type KernelWidths } from "../../../algorithms/tpe/density.ts";
import { logDensityAt, toCandidates } from "../../../algorithms/tpe/evaluate.ts";
import { groupsOf } from "../../../algorithms/tpe/groups.ts";
import { createTable } from "../../../algorithms/tpe/table.ts";
import { rampWeights } from "../../../algorithms/tpe/weights.ts";
import type { Dimension, Point, Problem } from "../../../core/algorithm.ts";
import { cellOf, levelAt } from "../../../core/dimension.ts";
import { trialRng } from "../../../core/rng.ts";
import { problemOf } from "./problems.ts";
import { referenceBandwidths, referenceLogDensity } from "./reference.ts";

const SPACES: Record<string, Dimension[]> = {
  "ten floats": Array.from({ length: 10 }, () => ({ kind: "continuous" })),
  "floats with priors": [
    { kind: "continuous", prior: { mean: 0.2, std: 0.1 } },
    { kind: "continuous", prior: { mean: 1, std: 30 } },
  ],
  "few levels, evenly and on a log scale": [
    { kind: "ordered", levels: 5 },
    { kind: "ordered", levels: 40, logOffset: 1 },
    { kind: "ordered", levels: 7, prior: { mean: 0.7, std: 0.2 } },
  ],
  choices: [
    { kind: "categorical", choices: 3 },
    { kind: "categorical", choices: 4, weights: [0.1, 0.2, 0.3, 0.4] },
  ],
  "a bit of everything": [
    { kind: "ordered", levels: 12 },
    { kind: "continuous" },
    { kind: "categorical", choices: 5 },
    { kind: "continuous" },
    { kind: "ordered", levels: 1 },
  ],
};

describe.each(Object.entries(SPACES))("the density over %s", (_, dimensions) => {
  const problem = problemOf(dimensions);

  test.each([0, 1, 2, 24, 60, 250])("is the plain mixture of product kernels, with %i observations", (n) => {
    const points = drawPoints(problem, n, 1);
    const probes = [...drawPoints(problem, 12, 2), ...points.slice(0, 12)];
    const fast = densityOf(problem, points);
    const weights = { observations: rampWeights(n), prior: 1.5 };
    const members = problem.dimensions.map((_, k) => k);
    const candidates = toCandidates(problem, fast.columns, members, probes as number[][]);
    const values = logDensityAt(problem, fast.columns, fast.density, weights, candidates);
    const mixture = {
      points: points as number[][],
      weights: [...weights.observations],
      priorWeight: 1.5,
      bandwidthLimit: 100,
    };
    probes.forEach((probe, c) => {
      expect(values[c]).toBeCloseTo(referenceLogDensity(problem, mixture, probe as number[]), 10);
    });
  });

  test("kept warm while observations come and go, it is bit for bit what it would be built anew", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(219), { maxLength: 6 }), { maxLength: 30 }), (steps) => {
        const points = drawPoints(problem, 220, 3);
        const warm = densityOf(problem, points, range(0, 180));
        const members = new Set(range(0, 180));
        for (const step of steps) {
          const rows = [...new Set(step)];
          warm.density.toggle(rows);
          for (const row of rows) if (!members.delete(row)) members.add(row);
        }
        const anew = densityOf(problem, points, [...members]);
        expect([...warm.density.rows.subarray(0, warm.density.size)]).toEqual(
          [...members].sort((a, b) => a - b),
        );
        const weights = { observations: rampWeights(members.size), prior: 1 };
        const probes = drawPoints(problem, 10, 4) as number[][];
        const indices = problem.dimensions.map((_, k) => k);
        const [first, second] = [warm, anew].map(({ columns, density }) =>
          logDensityAt(problem, columns, density, weights, toCandidates(problem, columns, indices, probes)),
        );
        expect(first).toEqual(second);
      }),
      { numRuns: 30 },
    );
  });
});

test("many levels are taken as points: within 0.5% of the masses of their cells near the kernels", () => {
  const problem = problemOf([
    { kind: "ordered", levels: 1000 },
    { kind: "ordered", levels: 20_000, logOffset: 2000 },
  ]);
  const points = drawPoints(problem, 200, 5) as number[][];
  const { columns, density } = densityOf(problem, points);
  expect(columns).toEqual({ smooth: [0, 1], stepped: [], categorical: [] });
  const weights = { observations: rampWeights(200), prior: 1 };
  const mixture = { points, weights: [...weights.observations], priorWeight: 1, bandwidthLimit: 100 };
  const probes = [...drawPoints(problem, 20, 6), ...points.slice(0, 20)] as number[][];
  const values = logDensityAt(
    problem,
    columns,
    density,
    weights,
    toCandidates(problem, columns, [0, 1], probes),
  );
  // A density against a mass: they differ by the widths of the two cells, which drop out of l / g.
  const differences = probes.map((probe, c) => values[c]! - referenceLogDensity(problem, mixture, probe));
  const widths = probes.map((probe) => -Math.log(cellWidths(problem, probe)));
  differences.forEach((difference, c) => {
    expect(Math.abs(difference - widths[c]!)).toBeLessThan(0.005);
  });
});

test("bandwidths are the larger gap to a neighbour, clipped, and the two ends look inwards only", () => {
  const problem = problemOf([{ kind: "continuous" }]);
  const points = [[0.5], [0.1], [0.52], [0.95]];
  const { density } = densityOf(problem, points);
  const floor = 1 / 6;
  const expected = [0.4, 0.4, 0.43, 0.43];
  expect(points.map((_, row) => density.sigma(row, 0))).toEqual(
    expected.map((value) => expect.closeTo(Math.max(floor, value), 12)),
  );
  const mixture = { points, weights: [1, 1, 1, 1], priorWeight: 1, bandwidthLimit: 100 };
  expect(referenceBandwidths(mixture, 0)).toEqual(expected.map((value) => expect.closeTo(value, 12)));
});

test("uniform bandwidths are the same for every observation, however close its neighbours", () => {
  const problem = problemOf([{ kind: "continuous" }]);
  const points = [[0.5], [0.1], [0.52], [0.95]];
  const { density } = densityOf(problem, points, range(0, 4), { uniform: (n) => 0.6 / n });
  expect(points.map((_, row) => density.sigma(row, 0))).toEqual([0.15, 0.15, 0.15, 0.15]);
});

test("the oldest observations weigh least, the newest 25 fully", () => {
  expect([...rampWeights(3)]).toEqual([1, 1, 1]);
  expect([...rampWeights(26)].slice(0, 2)).toEqual([1 / 26, 1]);
  const weights = rampWeights(125);
  expect(weights[0]).toBe(1 / 125);
  expect([...weights.slice(99)]).toEqual(new Array(26).fill(1));
  expect(weights[50]).toBeCloseTo(0.51, 2);
});

const CLIPPED: KernelWidths = { least: (n) => 1 / Math.min(100, n + 2) };

function densityOf(
  problem: Problem,
  points: readonly Point[],
  rows = range(0, points.length),
  widths = CLIPPED,
) {
  const table = createTable(problem);
  points.forEach((point, trial) => {
    const record = {
      trial,
      point,
      budget: null,
      status: "pending",
      losses: null,
      violations: [],
      last: null,
    } as const;
    table.put(record);
  });
  const columns = columnsOf(problem, groupsOf(problem, true)[0]!, 1 / 100);
  const density = createDensity(problem, columns, table, widths);
  density.toggle(rows);
  return { columns, density };
}

function drawPoints(problem: Problem, count: number, seed: number): Point[] {
  const rng = trialRng(seed, 0, "points");
  return Array.from({ length: count }, () => pointFromUniforms(problem, problem.dimensions.map(rng)));
}

function cellWidths({ dimensions }: Problem, point: readonly number[]): number {
  return dimensions.reduce((product, dimension, k) => {
    if (dimension.kind !== "ordered") return product;
    const { low, high } = cellOf(dimension, levelAt(dimension, point[k]!));
    return product * (high - low);
  }, 1);
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, i) => from + i);
}
