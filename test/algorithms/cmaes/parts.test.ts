import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCategories, drawChoice, updateCategories } from "../../../algorithms/cmaes/categories.ts";
import { createGaussian, deviation, drawStep, identity } from "../../../algorithms/cmaes/gaussian.ts";
import type { Layout } from "../../../algorithms/cmaes/layout.ts";
import { withMargin } from "../../../algorithms/cmaes/margin.ts";
import { recoverStep } from "../../../algorithms/cmaes/recover.ts";
import { nextRun } from "../../../algorithms/cmaes/restart.ts";
import { normalScores } from "../../../algorithms/common/normal-scores.ts";
import { compareRanks, type Rank, rankOf, sharedWeights } from "../../../algorithms/common/ranks.ts";
import { cellOf, levelAt } from "../../../core/dimension.ts";
import { studyRng, trialRng } from "../../../core/rng.ts";
import { normalCdf } from "../../../math/normal.ts";

const ordered = { kind: "ordered", levels: 10 } as const;
const layout: Layout = {
  normal: [0, 1, 2],
  continuous: 1,
  categorical: [],
  dimensions: [{ kind: "continuous" }, ordered, ordered],
};
const correlated = Float64Array.of(1, 0.8, 0, 0.8, 1, 0.5, 0, 0.5, 1);

describe("the margin", () => {
  test("keeps the probability of leaving the mean's cell at 1 / (d λ) or above, however small the deviation", () => {
    const coordinate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, fc.double({ min: 1e-9, max: 1, noNaN: true }), (a, b, sigma) => {
        const state = createGaussian(Float64Array.of(0.5, a, b), sigma, identity(3), false);
        const { mean, stretch } = withMargin(state, layout, 8);
        for (const i of [1, 2]) {
          const level = levelAt(ordered, Math.min(1, Math.max(0, mean[i]!)));
          const { low, high } = cellOf(ordered, level);
          const s = deviation(state, i) * stretch[i]!;
          const below = level === 0 ? 0 : normalCdf((low - mean[i]!) / s);
          const above = level === 9 ? 0 : normalCdf((mean[i]! - high) / s);
          expect(below + above).toBeGreaterThan((1 / 24) * (1 - 1e-6));
        }
        expect(mean[0]).toBe(0.5);
        expect(stretch[0]).toBe(1);
      }),
    );
  });

  test("changes nothing while the deviation is large enough", () => {
    const state = createGaussian(Float64Array.of(0.5, 0.42, 0.61), 0.2, identity(3), false);
    const { mean, stretch } = withMargin(state, layout, 8);
    expect([...mean]).toEqual([...state.mean]);
    expect([...stretch]).toEqual([1, 1, 1]);
  });
});

describe("the step that a logged point stands for", () => {
  const state = createGaussian(Float64Array.of(0.5, 0.5, 0.5), 0.15, correlated, false);
  const margined = { mean: state.mean, stretch: Float64Array.of(1, 1, 1) };
  const snapped = (x: number) => (levelAt(ordered, Math.min(1, Math.max(0, x))) + 0.5) / 10;

  test("lies in the cells of the point and at its continuous coordinates", () => {
    for (let trial = 0; trial < 200; trial++) {
      const y = drawStep(state, studyRng(trial, "step"));
      const x = [...y].map((v, i) => state.mean[i]! + state.sigma * v);
      const point = [x[0]!, snapped(x[1]!), snapped(x[2]!)];
      const again = recoverStep(state, layout, margined, point, trialRng(1, trial, "recover"));
      const back = [...again].map((v, i) => state.mean[i]! + state.sigma * v);
      expect(back[0]).toBeCloseTo(x[0]!, 12);
      expect(snapped(back[1]!)).toBe(point[1]);
      expect(snapped(back[2]!)).toBe(point[2]);
    }
  });

  test("has the covariance that the samples were drawn with", () => {
    const sums = new Float64Array(9);
    const count = 4000;
    for (let trial = 0; trial < count; trial++) {
      const y = drawStep(state, studyRng(trial, "draw"));
      const x = [...y].map((v, i) => state.mean[i]! + state.sigma * v);
      const point = [x[0]!, snapped(x[1]!), snapped(x[2]!)];
      const again = recoverStep(state, layout, margined, point, trialRng(1, trial, "recover"));
      for (let k = 0; k < 9; k++) sums[k]! += (again[Math.floor(k / 3)]! * again[k % 3]!) / count;
    }
    for (let k = 0; k < 9; k++) expect(Math.abs(sums[k]! - correlated[k]!)).toBeLessThan(0.08);
  });

  test("is drawn freely where a coordinate is inactive, given the others", () => {
    const count = 4000;
    let mean = 0;
    let square = 0;
    for (let trial = 0; trial < count; trial++) {
      const point = [0.5 + 0.15, null, null];
      const y = recoverStep(state, layout, margined, point, trialRng(2, trial, "recover"));
      mean += y[1]! / count;
      square += y[1]! ** 2 / count;
    }
    // Of N(0, 1) with correlation 0.8 to a coordinate at 1: mean 0.8, variance 1 - 0.8².
    expect(mean).toBeCloseTo(0.8, 1);
    expect(square - mean ** 2).toBeCloseTo(0.36, 1);
  });

  test("is finite for a point in the far tails", () => {
    const tiny = createGaussian(Float64Array.of(0.5, 0.05, 0.95), 1e-8, correlated, false);
    const y = recoverStep(
      tiny,
      layout,
      { mean: tiny.mean, stretch: margined.stretch },
      [0, 0.95, 0.05],
      studyRng(1, "x"),
    );
    for (const v of y) expect(v).toSatisfy(Number.isFinite);
  });
});

describe("categorical dimensions", () => {
  test("keep each choice alive and their probabilities summing to 1, whatever was observed", () => {
    const points = fc.array(
      fc.tuple(fc.option(fc.integer({ min: 0, max: 3 })), fc.integer({ min: 0, max: 1 })),
      {
        minLength: 6,
        maxLength: 6,
      },
    );
    fc.assert(
      fc.property(fc.array(points, { minLength: 1, maxLength: 20 }), (generations) => {
        const weights = Float64Array.of(0.6, 0.3, 0.1, -0.1, -0.3, -0.6);
        let state = createCategories([new Float64Array(4).fill(1 / 4), Float64Array.of(0.5, 0.5)]);
        for (const generation of generations) state = updateCategories(state, generation, weights);
        for (const q of state.q) {
          expect(q.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
          for (const p of q) expect(p).toBeGreaterThan((1 - 0.73 ** 0.5) / (q.length - 1) - 1e-9);
        }
      }),
    );
  });

  test("move towards the choices of the best", () => {
    const rng = studyRng(1, "categories");
    let state = createCategories([new Float64Array(5).fill(0.2)]);
    for (let generation = 0; generation < 40; generation++) {
      const choices = Array.from({ length: 6 }, () => [drawChoice(state.q[0]!, 0, rng)]);
      const sorted = choices.sort((a, b) => Math.abs(a[0]! - 3) - Math.abs(b[0]! - 3));
      state = updateCategories(state, sorted, Float64Array.of(0.6, 0.3, 0.1, 0, 0, 0));
    }
    expect(state.q[0]![3]).toBe(Math.max(...state.q[0]!));
    expect(state.q[0]![3]).toBeGreaterThan(0.6);
  });
});

describe("the order of a generation", () => {
  const record = (
    status: "completed" | "pruned" | "failed" | "cancelled",
    loss: number | null,
    violations: number[] = [],
  ) =>
    rankOf({
      trial: 1,
      point: [],
      budget: null,
      status,
      losses: loss === null ? null : [loss],
      violations,
      last: status === "pruned" ? { step: 3, losses: [loss!] } : null,
    });

  test("is feasible by loss, infeasible by violation, pruned, failed; cancelled trials have no place", () => {
    const sorted = [
      record("completed", 1),
      record("completed", 2, [0, -1]),
      record("completed", 0, [0.1, 0]),
      record("completed", -5, [0, 2]),
      record("pruned", -9),
      record("failed", null),
    ] as Rank[];
    expect([...sorted].reverse().sort(compareRanks)).toEqual(sorted);
    expect(record("cancelled", null)).toBeNull();
  });

  test("gives equal results equal weights, and all weights stay shared out", () => {
    const ranks: Rank[] = [
      [0, 1, 0],
      [0, 2, 0],
      [0, 2, 0],
      [0, 3, 0],
    ];
    const shared = sharedWeights(Float64Array.of(0.7, 0.3, -0.1, -0.9), ranks);
    expect([...shared]).toEqual([0.7, expect.closeTo(0.1), expect.closeTo(0.1), -0.9]);
  });

  test("normal scores rise with the place and are shared by ties", () => {
    const scores = normalScores([1, 2, 2, 5], (a, b) => a - b);
    expect(scores[1]).toBe(scores[2]);
    expect(scores[0]).toBeCloseTo(-scores[3]!, 12);
    expect(scores[0]!).toBeLessThan(scores[1]!);
  });
});

describe("restarts", () => {
  test("of IPOP double the population each time", () => {
    const first = { regime: "first", size: 8, results: 100 } as const;
    const second = { regime: "large", size: 16, results: 300 } as const;
    expect(nextRun("ipop", [first], () => 0.5)).toEqual({ regime: "large", size: 16, sigmaFactor: 1 });
    expect(nextRun("ipop", [first, second], () => 0.5).size).toBe(32);
  });

  test("of BIPOP give the next run to the regime that has used fewer results", () => {
    const first = { regime: "first", size: 8, results: 100 } as const;
    const large = { regime: "large", size: 16, results: 300 } as const;
    const small = { regime: "small", size: 8, results: 400 } as const;
    expect(nextRun("bipop", [first], () => 0.5).regime).toBe("large");
    expect(nextRun("bipop", [first, large], () => 0.5)).toMatchObject({ regime: "small", sigmaFactor: 0.1 });
    expect(nextRun("bipop", [first, large, small], () => 0.5)).toMatchObject({ regime: "large", size: 32 });
  });
});
