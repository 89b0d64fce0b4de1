import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createFeatures } from "../../../algorithms/gp/features.ts";
import {
  addPenalty,
  DEFAULT_PRIOR,
  priorBounds,
  priorMode,
  withBudget,
} from "../../../algorithms/gp/prior.ts";
import { checkpointAt, representatives } from "../../../algorithms/gp/schedule.ts";
import { plainTarget, WARPS, warp } from "../../../algorithms/gp/warp.ts";
import { createProblem } from "../../../core/problem.ts";
import { SPACES } from "../../support/spaces.ts";

const OPTIONS = { objectives: 1, constraints: 0, maxTrials: 50, parallelism: 1, seed: 1, fidelity: null };
const losses = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 60 });

describe("a warp of the losses", () => {
  test.each(WARPS)("%s keeps their order and has mean 0", (name) => {
    fc.assert(
      fc.property(losses, (values) => {
        const warped = warp(name, values);
        if (warped === null) return;
        const { targets } = warped;
        expect(targets.every(Number.isFinite)).toBe(true);
        expect(Math.abs(targets.reduce((sum, target) => sum + target, 0))).toBeLessThan(1e-6 * values.length);
        for (let i = 0; i < values.length; i++) {
          for (let j = 0; j < values.length; j++)
            if (values[i]! < values[j]!) expect(targets[i]!).toBeLessThanOrEqual(targets[j]! + 1e-9);
        }
      }),
    );
  });

  test("half-rank leaves the distances of the better half, and takes the weight off disasters", () => {
    const { targets } = warp("half-rank", [1, 2, 3, 4, 1e9, 1e12, 1e15])!;
    const step = targets[1]! - targets[0]!;
    expect(targets[2]! - targets[1]!).toBeCloseTo(step, 9);
    expect(targets[3]! - targets[2]!).toBeCloseTo(step, 9);
    expect(targets[6]! - targets[3]!).toBeLessThan(3 * (targets[3]! - targets[0]!));
  });

  test("half-rank is blind to where losses lie and how they are scaled", () => {
    const values = [0.3, 2, 0.7, 5, 1.1];
    const { targets } = warp("half-rank", values)!;
    const moved = warp(
      "half-rank",
      values.map((value) => 1000 * value - 77),
    )!.targets;
    moved.forEach((target, index) => {
      expect(target).toBeCloseTo(targets[index]!, 6);
    });
  });

  test("equal losses are all 0", () => {
    for (const name of WARPS)
      expect(warp(name, [7, 7, 7])?.targets ?? new Float64Array(3)).toEqual(new Float64Array(3));
  });

  test("a limit lies among plain targets where it lies among the values", () => {
    const values = Float64Array.from([-2, -1, 3, 8]);
    const { targets } = warp("none", values)!;
    const zero = plainTarget(values, 0);
    expect(targets[1]!).toBeLessThan(zero);
    expect(zero).toBeLessThan(targets[2]!);
    expect((zero - targets[1]!) / (targets[2]! - targets[1]!)).toBeCloseTo(0.25, 9);
  });
});

describe("fits", () => {
  test("are made after every result first, then ever more seldom, and never in the future", () => {
    const checkpoints = Array.from({ length: 2000 }, (_, index) => checkpointAt(index + 1));
    checkpoints.forEach((checkpoint, index) => {
      expect(checkpoint).toBeLessThanOrEqual(index + 1);
      expect(checkpoint).toBeGreaterThan(0.9 * (index + 1) - 1);
    });
    expect(checkpoints.slice(0, 50)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(new Set(checkpoints.slice(1000)).size).toBeLessThan(40);
  });

  test("look at the best, the latest and a spread of the rest, each once", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1, maxLength: 80 }),
        fc.integer({ min: 4, max: 40 }),
        (values, size) => {
          const chosen = representatives(values, size);
          expect(chosen.length).toBe(Math.min(size, values.length));
          expect([...chosen].sort((a, b) => a - b)).toEqual(chosen);
          expect(new Set(chosen).size).toBe(chosen.length);
          expect(chosen).toContain(values.indexOf(Math.min(...values)));
          if (values.length > size) expect(chosen).toContain(values.length - 1);
        },
      ),
    );
  });

  test("prefer results at the pinned budget, then the best of others, where there are too many", () => {
    const values = Array.from({ length: 100 }, (_, index) => 100 - index);
    const distances = values.map((_, index) => (index < 10 ? 0 : 0.5));
    const chosen = representatives(values, 40, distances);
    expect(chosen).toHaveLength(40);
    expect(chosen.slice(0, 10)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(chosen.slice(-20)).toEqual(Array.from({ length: 20 }, (_, index) => 80 + index));
  });

  test.each([
    ["alike for all columns", DEFAULT_PRIOR],
    ["of its own for a budget", withBudget(DEFAULT_PRIOR, 2)],
  ])("have a prior, %s, whose gradient is its slope, with its mode inside the bounds", (_, prior) => {
    const d = 4;
    const theta = Float64Array.from([1, -2, 0.5, 3, 0.7, -5]);
    const gradient = new Float64Array(d + 2);
    addPenalty(prior, theta, d, gradient);
    for (let i = 0; i < d + 2; i++) {
      const at = (step: number) =>
        addPenalty(
          prior,
          theta.map((value, k) => (k === i ? value + step : value)),
          d,
          new Float64Array(d + 2),
        );
      expect((at(1e-5) - at(-1e-5)) / 2e-5).toBeCloseTo(gradient[i]!, 5);
    }
    const { lower, upper } = priorBounds(prior, d, 50);
    priorMode(prior, d).forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(lower[i]!);
      expect(value).toBeLessThanOrEqual(upper[i]!);
    });
  });

  test.each([
    ["a tenth of the range", { columns: 6, results: 1000, length: 0.1, budget: null }],
    ["a tenth of the range, however few the results", { columns: 1, results: 3, length: 0.1, budget: null }],
    [
      "the distance between many results of one column",
      { columns: 1, results: 40, length: 1 / 40, budget: null },
    ],
    [
      "the distance between many results of two columns",
      { columns: 2, results: 400, length: 1 / 20, budget: null },
    ],
    ["a hundredth, however many they are", { columns: 1, results: 1000, length: 0.01, budget: null }],
    [
      "a hundredth, where a budget makes many cheap ones",
      { columns: 6, results: 30, length: 0.01, budget: 5 },
    ],
  ])("have no length below %s", (_, { columns, results, length, budget }) => {
    const prior = budget === null ? DEFAULT_PRIOR : withBudget(DEFAULT_PRIOR, budget);
    const { upper } = priorBounds(prior, columns, results);
    for (let i = 0; i < columns; i++) expect(Math.exp(-0.5 * upper[i]!)).toBeCloseTo(length, 12);
  });
});

describe("a row of features", () => {
  test("is the same for every coordinate of a level's cell", () => {
    const features = createFeatures(createProblem(SPACES.constrained, OPTIONS));
    const rowOf = (batch: number) => {
      const row = new Float64Array(features.width);
      features.encode([batch, 0.5, 0.1, 0.2], row, 0);
      return row;
    };
    expect(rowOf(0.26)).toEqual(rowOf(0.49));
    expect(rowOf(0.26)).not.toEqual(rowOf(0.51));
  });

  test("does not depend on the value of an inactive coordinate", () => {
    const problem = createProblem(SPACES.conditional, OPTIONS);
    const features = createFeatures(problem);
    const rowOf = (u: number[]) => {
      const row = new Float64Array(features.width);
      features.encode(u, row, 0);
      return [...row];
    };
    const linear = problem.dimensions.map(() => 0);
    const rows = [0.1, 0.9].map((other) => rowOf(linear.map((u, k) => (k === 0 ? u : other))));
    expect(rows[0]).toEqual(rows[1]);
    expect(rowOf([1, ...linear.slice(1)])).not.toEqual(rows[0]);
  });

  test("has no column for what cannot vary", () => {
    expect(createFeatures(createProblem(SPACES.oneValue, OPTIONS)).width).toBe(1);
    expect(createFeatures(createProblem(SPACES.mixed, OPTIONS)).width).toBe(5);
  });
});
