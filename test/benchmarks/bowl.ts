import type { BenchmarkProblem } from "../../benchmarks/problems/problem.ts";

/** A quadratic with its least value 0 at (0.3, -1). */
export const bowl: BenchmarkProblem = {
  name: "test/bowl",
  family: "test",
  split: "dev",
  space: {
    parameters: [
      { name: "x", type: "float", low: 0, high: 1, scale: "linear" },
      { name: "y", type: "float", low: -2, high: 2, scale: "linear" },
    ],
    constraints: [],
  },
  objectives: 1,
  evaluate: ({ x, y }) => ({
    losses: [((x as number) - 0.3) ** 2 + ((y as number) + 1) ** 2],
    seconds: 1 + (x as number),
  }),
  best: 0,
  reference: 0.5,
  score: (loss) => loss,
};
