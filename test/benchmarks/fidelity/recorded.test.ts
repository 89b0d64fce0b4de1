import { expect, test } from "vitest";
import { loadCurveProblems } from "../../../benchmarks/fidelity/problems/index.ts";
import { normalisedRegret, secondsBetween } from "../../../benchmarks/fidelity/problems/problem.ts";
import { recordedProblem } from "../../../benchmarks/fidelity/problems/recorded.ts";
import { float } from "../../../benchmarks/problems/parameters.ts";

const losses = [
  [0.9, 0.5],
  [0.1, 0.2],
  [0.7, Number.NaN],
];

const problem = recordedProblem({
  ...{ suite: "test", task: "table", unit: "epoch", min: 1, max: 2, steps: [1, 2], resumable: true },
  space: { parameters: [float("x", 0, 1)], constraints: [] },
  read: () => ({
    rows: [[0], [0.5], [1]],
    lossAt: (row, step) => losses[row]![step - 1]!,
    secondsAt: (row, step) => (row + 1) * step,
  }),
});

test("a point trains as the nearest recorded configuration did", () => {
  const training = problem.open()({ x: 0.6 });
  expect(training.lossAt(1)).toBe(0.1);
  expect(training.secondsAt(2)).toBe(4);
});

test("a study trains every recorded configuration before it trains one again", () => {
  const train = problem.open();
  expect([0.6, 0.6, 0.6, 0.6].map((x) => train({ x }).lossAt(1))).toEqual([0.1, 0.7, 0.9, 0.1]);
});

test("what one study trains is no matter to another", () => {
  expect([problem.open(), problem.open()].map((train) => train({ x: 0.6 }).lossAt(1))).toEqual([0.1, 0.1]);
});

test("the scale comes from whole trainings, of which the diverged are the worst", () => {
  expect(problem.name).toBe("test/table");
  const { seen, final } = problem.scales;
  expect(problem.meanSeconds).toBe(4);
  expect(final).toMatchObject({ best: 0.2, median: 0.5 });
  expect(final.reference).toBeGreaterThanOrEqual(0.2);
  expect(final.reference).toBeLessThan(0.25);
  expect(seen).toMatchObject({ best: 0.1, median: 0.5 });
});

test("regret is 0 at the best, 1 at the reference, and never above that of the median", () => {
  const scale = { best: 1, reference: 3, median: 6 };
  expect(normalisedRegret(1, scale)).toBe(0);
  expect(normalisedRegret(3, scale)).toBe(1);
  expect(normalisedRegret(100, scale)).toBe(2.5);
  expect(normalisedRegret(null, scale)).toBe(2.5);
  expect(normalisedRegret(0.5, scale)).toBe(0);
});

test("what cannot go on costs a training of its own", () => {
  const training = { lossAt: () => 0, secondsAt: (step: number) => 10 * step };
  expect(secondsBetween({ resumable: true }, training, 1, 3)).toBe(20);
  expect(secondsBetween({ resumable: false }, training, 1, 3)).toBe(30);
  expect(secondsBetween({ resumable: true }, training, 0, 3)).toBe(30);
});

test("without a data directory there are no problems", () => {
  expect(loadCurveProblems(null)).toEqual([]);
});
