import { expect, test } from "vitest";
import { studyRng } from "../../../core/rng.ts";
import { growForest, predictForest } from "../../../math/forest/forest.ts";
import { updateForest } from "../../../math/forest/update.ts";

const options = {
  trees: 1,
  featureShare: 1,
  minSplit: 2,
  minLeaf: 1,
  maxDepth: 1,
  bootstrap: false,
  maxRows: Number.POSITIVE_INFINITY,
  cut: "middle",
} as const;
const grow = () =>
  growForest(
    Float64Array.of(0.1, 0.2, 0.8),
    Float64Array.of(1, 3, 10),
    [{ choices: 0 }],
    options,
    studyRng(1, "u"),
  );

test("a row changes its leaf to the mean and variance of all rows in it, and no other leaf", () => {
  const forest = grow();
  const updated = updateForest(forest, Float64Array.of(0.15, 0.25), [5, 7]);
  const { mean, variance } = predictForest(updated, Float64Array.of(0.1, 0.9));
  expect(mean[0]).toBeCloseTo(4, 12);
  expect(variance[0]).toBeCloseTo(5, 12);
  expect([mean[1], variance[1]]).toEqual([10, 0]);
});

test("the forest that is brought up to date stays as it was", () => {
  const forest = grow();
  updateForest(forest, Float64Array.of(0.15), [100]);
  expect(forest).toEqual(grow());
});
