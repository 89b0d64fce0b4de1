import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { studyRng } from "../../../core/rng.ts";
import { type ForestOptions, growForest, predictForest } from "../../../math/forest/forest.ts";
import type { Feature } from "../../../math/forest/table.ts";

const DEFAULTS: ForestOptions = {
  trees: 10,
  featureShare: 1,
  minSplit: 2,
  minLeaf: 1,
  bootstrap: true,
  maxRows: Number.POSITIVE_INFINITY,
  cut: "random",
};
const EXACT: ForestOptions = { ...DEFAULTS, trees: 1, bootstrap: false, cut: "middle" };
const NUMERIC: Feature = { choices: 0 };

const rngOf = (name: string) => studyRng(1, name);

/** `rows` uniform points of `width` values in [0, 1) and what `f` gives for them. */
function sample(rows: number, width: number, f: (x: Float64Array) => number, seed = "sample") {
  const x = Float64Array.from({ length: rows * width }, rngOf(seed));
  const y = Float64Array.from({ length: rows }, (_, row) => f(x.subarray(row * width, (row + 1) * width)));
  return { x, y };
}

describe("a tree of all rows, grown to the end", () => {
  test("gives back every value it was grown on, with no variance", () => {
    const { x, y } = sample(200, 3, ([a, b, c]) => Math.sin(9 * a!) + b! * c!);
    const forest = growForest(x, y, [NUMERIC, NUMERIC, NUMERIC], EXACT, rngOf("tree"));
    const { mean, variance } = predictForest(forest, x);
    expect(mean).toEqual(y);
    expect(Math.max(...variance)).toBeLessThan(1e-12);
  });

  test("gives the mean and the variance of rows that cannot be told apart", () => {
    const forest = growForest(
      Float64Array.of(0.5, 0.5, 0.5, 0.9),
      Float64Array.of(1, 2, 6, 10),
      [NUMERIC],
      EXACT,
      rngOf("ties"),
    );
    const { mean, variance } = predictForest(forest, Float64Array.of(0.5, 0.95));
    expect([...mean]).toEqual([3, 10]);
    expect(variance[0]).toBeCloseTo(14 / 3, 12);
  });

  test("splits where the sum of squares falls most, in the middle of the gap", () => {
    const y = Float64Array.of(0, 1, 10, 11);
    const forest = growForest(
      Float64Array.of(0.1, 0.2, 0.6, 0.7),
      y,
      [NUMERIC],
      { ...EXACT, maxDepth: 1 },
      rngOf("cut"),
    );
    expect(forest.trees[0]!.threshold[0]).toBeCloseTo(0.4, 12);
    expect([...predictForest(forest, Float64Array.of(0.39, 0.41)).mean]).toEqual([0.5, 10.5]);
  });

  test("finds the best set of choices in one split, whatever their order", () => {
    // Choices 0, 3 and 65 are low, the others high: no threshold on the index separates them.
    const choices = Array.from({ length: 70 }, (_, choice) => choice);
    const x = Float64Array.from(choices);
    const y = Float64Array.from(choices, (choice) => ([0, 3, 65].includes(choice) ? 0 : 1));
    const forest = growForest(x, y, [{ choices: 70 }], { ...EXACT, maxDepth: 1 }, rngOf("sets"));
    expect(predictForest(forest, x).mean).toEqual(y);
  });

  test.each([NUMERIC, { choices: 2 }])("sends missing values where they belong: %j", (feature) => {
    const missing = Number.NaN;
    const x = Float64Array.of(0, 0, 1, 1, missing, missing);
    for (const [y, like] of [
      [Float64Array.of(1, 1, 5, 5, 1, 1), 0],
      [Float64Array.of(1, 1, 5, 5, 5, 5), 1],
    ] as const) {
      const forest = growForest(x, y, [feature], { ...EXACT, maxDepth: 1 }, rngOf("missing"));
      const { mean } = predictForest(forest, Float64Array.of(missing, like));
      expect(mean[0]).toBe(mean[1]);
    }
    const apart = Float64Array.of(1, 1, 1, 1, 9, 9);
    const forest = growForest(x, apart, [feature], { ...EXACT, maxDepth: 1 }, rngOf("missing"));
    expect([...predictForest(forest, Float64Array.of(0, 1, missing)).mean]).toEqual([1, 1, 9]);
  });

  test("keeps the smallest leaf and the smallest split that were asked for", () => {
    const { x, y } = sample(300, 2, ([a, b]) => a! - b!);
    const options = { ...EXACT, minLeaf: 7, minSplit: 20 };
    const [tree] = growForest(x, y, [NUMERIC, NUMERIC], options, rngOf("leaf")).trees;
    for (let node = 0; node < tree!.nodes; node++) {
      expect(tree!.weight[node]).toBeGreaterThanOrEqual(7);
      if (tree!.feature[node]! >= 0) expect(tree!.weight[node]).toBeGreaterThanOrEqual(20);
    }
  });
});

describe("a forest", () => {
  test("learns a function of mixed features far better than the mean does", () => {
    const features = [NUMERIC, NUMERIC, { choices: 3 }];
    const f = ([a, b, c]: Float64Array) => (c === 0 ? a! : c === 1 ? 1 - a! : b! ** 2);
    const rows = (count: number, seed: string) => {
      const random = rngOf(seed);
      const x = Float64Array.from({ length: count * 3 }, (_, i) =>
        i % 3 === 2 ? Math.floor(3 * random()) : random(),
      );
      return { x, y: Float64Array.from({ length: count }, (_, row) => f(x.subarray(3 * row, 3 * row + 3))) };
    };
    const { x, y } = rows(600, "train");
    const held = rows(500, "test");
    const { mean } = predictForest(growForest(x, y, features, DEFAULTS, rngOf("mixed")), held.x);
    const average = y.reduce((sum, value) => sum + value / y.length, 0);
    const error = (guess: (row: number) => number) =>
      held.y.reduce((sum, value, row) => sum + (value - guess(row)) ** 2, 0);
    expect(error((row) => mean[row]!) / error(() => average)).toBeLessThan(0.1);
  });

  test("is less sure far from its rows than among them", () => {
    const { x, y } = sample(100, 1, ([a]) => Math.sin(20 * a!));
    const half = x.map((value) => value / 2);
    const forest = growForest(half, y, [NUMERIC], { ...DEFAULTS, trees: 100 }, rngOf("far"));
    const among = predictForest(forest, half).variance;
    const gap = growForest(
      Float64Array.of(0, 0.1, 0.9, 1),
      Float64Array.of(0, 0, 1, 1),
      [NUMERIC],
      { ...DEFAULTS, trees: 200 },
      rngOf("gap"),
    );
    const { variance } = predictForest(gap, Float64Array.of(0.05, 0.5, 0.95));
    expect(variance[1]).toBeGreaterThan(2 * Math.max(variance[0]!, variance[2]!));
    expect(Math.min(...among)).toBeGreaterThanOrEqual(0);
  });

  test("is the same again from the same numbers, and another from others", () => {
    const { x, y } = sample(150, 4, ([a, b]) => a! * b!);
    const grow = (seed: string) => growForest(x, y, Array(4).fill(NUMERIC), DEFAULTS, rngOf(seed));
    expect(grow("a")).toEqual(grow("a"));
    expect(grow("a")).not.toEqual(grow("b"));
  });

  test("of a constant is that constant, with no variance", () => {
    const { x } = sample(50, 2, () => 0);
    const y = new Float64Array(50).fill(7);
    const { mean, variance } = predictForest(growForest(x, y, [NUMERIC, NUMERIC], DEFAULTS, rngOf("c")), x);
    expect([...new Set(mean)]).toEqual([7]);
    expect([...new Set(variance)]).toEqual([0]);
  });

  test("draws no more rows for a tree than it was allowed", () => {
    const { x, y } = sample(500, 2, ([a]) => a!);
    for (const bootstrap of [true, false]) {
      const options = { ...DEFAULTS, bootstrap, maxRows: 80 };
      const { trees } = growForest(x, y, [NUMERIC, NUMERIC], options, rngOf("cap"));
      for (const tree of trees) expect(tree.weight[0]).toBe(80);
    }
  });

  test("never predicts beyond what it saw, and children share out their parent's weight", () => {
    const value = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constant(Number.NaN));
    const row = fc.record({
      a: value,
      b: fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constant(Number.NaN)),
      y: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    });
    const property = fc.property(
      fc.array(row, { minLength: 1, maxLength: 40 }),
      fc.boolean(),
      (rows, bootstrap) => {
        const x = Float64Array.from(rows.flatMap(({ a, b }) => [a, b]));
        const y = Float64Array.from(rows, (item) => item.y);
        const options = { ...DEFAULTS, bootstrap, featureShare: 0.5, trees: 3 };
        const forest = growForest(x, y, [NUMERIC, { choices: 5 }], options, rngOf("any"));
        const { mean, variance } = predictForest(forest, x);
        for (const guess of mean) {
          expect(guess).toBeGreaterThanOrEqual(Math.min(...y) - 1e-6);
          expect(guess).toBeLessThanOrEqual(Math.max(...y) + 1e-6);
        }
        expect([...variance].every((item) => item >= 0 && Number.isFinite(item))).toBe(true);
        for (const tree of forest.trees) {
          for (let node = 0; node < tree.nodes; node++) {
            if (tree.feature[node]! < 0) continue;
            const left = tree.left[node]!;
            expect(tree.weight[left]! + tree.weight[left + 1]!).toBe(tree.weight[node]);
            expect(tree.weight[left]! * tree.weight[left + 1]!).toBeGreaterThan(0);
          }
        }
      },
    );
    fc.assert(property);
  });
});
