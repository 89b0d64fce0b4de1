import { describe, expect, test } from "vitest";
import {
  acquisitionOf,
  below,
  type Criterion,
  improvementOn,
  lowerBound,
  posteriorTerm,
  type Term,
} from "../../../algorithms/gp/acquisition.ts";
import { improvementBesidePending } from "../../../algorithms/gp/fantasies.ts";
import {
  hypervolumeImprovement,
  scalarisedImprovement,
} from "../../../algorithms/gp/hypervolume-improvement.ts";
import { believing } from "../../../algorithms/gp/outputs.ts";
import { type Rng, studyRng } from "../../../core/rng.ts";
import { createPosterior, type GpData, type Posterior } from "../../../math/gp/model.ts";
import { hypervolume } from "../../../math/hypervolume.ts";
import { normalQuantile } from "../../../math/normal.ts";

const D = 3;
const COLUMNS = Uint8Array.from([0, 0, 1]);

/** Twelve results in two numeric columns and one of three codes. */
function dataOf(rng: Rng): GpData {
  const n = 12;
  const x = Float64Array.from({ length: n * D }, (_, i) => (i % D === 2 ? Math.floor(3 * rng()) : rng()));
  const y = Float64Array.from({ length: n }, () => 2 * rng() - 1);
  return { n, d: D, x, categorical: COLUMNS, y };
}

const THETA = Float64Array.from([2, 1, 0, 0, -6]);
const posteriorFrom = (seed: number): Posterior =>
  createPosterior(dataOf(studyRng(seed, "acquisition")), THETA);

/** Largest difference between the gradient and central differences in the numeric columns, at a few rows. */
function gradientError(term: Term): number {
  const rng = studyRng(5, "rows");
  const acquisition = acquisitionOf([term], new Float64Array(D).fill(1));
  const out = new Float64Array(1);
  const valueAt = (row: Float64Array) => {
    acquisition.values(row, 1, out);
    return out[0]!;
  };
  let worst = 0;
  for (let repetition = 0; repetition < 5; repetition++) {
    const row = Float64Array.from([rng(), rng(), repetition % 3]);
    const gradient = new Float64Array(D);
    expect(acquisition.gradient(row, gradient)).toBeCloseTo(valueAt(row), 9);
    for (const column of [0, 1]) {
      const step = 1e-5;
      const [up, down] = [row.slice(), row.slice()];
      up[column]! += step;
      down[column]! -= step;
      const numeric = (valueAt(up) - valueAt(down)) / (2 * step);
      worst = Math.max(worst, Math.abs(numeric - gradient[column]!) / (1 + Math.abs(numeric)));
    }
  }
  return worst;
}

const SINGLE: [string, Criterion][] = [
  ["expected improvement", improvementOn(-0.5)],
  ["expected improvement on something far off", improvementOn(-6)],
  ["a lower bound", lowerBound(1.8)],
  ["the probability of a limit", below(0.2)],
];

const SEVERAL: [string, Criterion][] = [
  [
    "expected hypervolume improvement",
    hypervolumeImprovement(
      [
        [-0.5, 0.2],
        [0.1, -0.6],
      ],
      [1, 1],
    ),
  ],
  ["expected hypervolume improvement without a front", hypervolumeImprovement([], [1, 1])],
  ["the improvement of a scalarisation", scalarisedImprovement([0.3, 0.7], [-1, -1], 0.4)],
];

describe("the gradient of an acquisition function is its slope:", () => {
  test.each(SINGLE)("%s", (_, criterion) => {
    expect(gradientError(posteriorTerm([posteriorFrom(1)], D, criterion))).toBeLessThan(1e-5);
  });

  test.each(SEVERAL)("%s", (_, criterion) => {
    const term = posteriorTerm([posteriorFrom(1), posteriorFrom(2)], D, criterion);
    expect(gradientError(term)).toBeLessThan(1e-5);
  });

  test("improvement beside pending trials", () => {
    const { y, n } = dataOf(studyRng(1, "acquisition"));
    const posterior = posteriorFrom(1);
    const rows = [Float64Array.from([0.2, 0.9, 1]), Float64Array.from([0.7, 0.1, 0])];
    const pending = Float64Array.from(rows.flatMap((row) => [...row]));
    const rng = studyRng(9, "draws");
    const term = improvementBesidePending(posterior, believing(posterior, rows), pending, null, y, -0.8, rng);
    expect(n).toBe(y.length);
    expect(gradientError(term)).toBeLessThan(1e-5);
  });
});

describe("an expectation is the mean of what it foretells:", () => {
  /** Mean of `gain` over independent Normal values, by strata in each, and the criterion at the same place. */
  const compare = (criterion: Criterion, gain: (y: number[]) => number) => {
    const [mean, std] = [Float64Array.from([0.1, -0.2]), Float64Array.from([0.7, 0.5])];
    const side = 400;
    let sum = 0;
    for (let i = 0; i < side; i++) {
      const first = mean[0]! + std[0]! * normalQuantile((i + 0.5) / side);
      for (let j = 0; j < side; j++)
        sum += gain([first, mean[1]! + std[1]! * normalQuantile((j + 0.5) / side)]);
    }
    const value = Math.exp(criterion(mean, std, null));
    return { value, mean: sum / side ** 2 };
  };

  test("hypervolume improvement", () => {
    const front = [
      [-0.5, 0.2],
      [0.1, -0.6],
    ];
    const reference = [1, 1];
    const before = hypervolume(front, reference);
    const { value, mean } = compare(
      hypervolumeImprovement(front, reference),
      (y) => hypervolume([...front, y], reference) - before,
    );
    expect(value).toBeGreaterThan(0.98 * mean);
    expect(value).toBeLessThan(1.02 * mean);
  });

  test("improvement of a scalarisation", () => {
    const [weights, ideal, best] = [[0.3, 0.7], [-1, -1], 0.4];
    const { value, mean } = compare(scalarisedImprovement(weights, ideal, best), (y) =>
      Math.max(0, best - Math.max(...y.map((loss, k) => weights[k]! * (loss - ideal[k]!)))),
    );
    expect(value).toBeGreaterThan(0.95 * mean);
    expect(value).toBeLessThan(1.05 * mean);
  });
});

test("a pending trial takes away what its place promised, and little elsewhere", () => {
  const data = dataOf(studyRng(1, "acquisition"));
  const posterior = posteriorFrom(1);
  const place = Float64Array.from([0.2, 0.9, 1]);
  const far = Float64Array.from([0.9, 0.1, 2]);
  const alone = posteriorTerm([posterior], D, improvementOn(-0.8));
  const beside = improvementBesidePending(
    posterior,
    believing(posterior, [place]),
    place,
    null,
    data.y,
    -0.8,
    studyRng(9, "draws"),
  );
  const lost = (row: Float64Array) => {
    const [before, after] = [new Float64Array(1), new Float64Array(1)];
    alone.addValues(row, 1, before);
    beside.addValues(row, 1, after);
    return before[0]! - after[0]!;
  };
  expect(lost(place)).toBeGreaterThan(1.5);
  expect(lost(far)).toBeLessThan(lost(place) / 3);
});
