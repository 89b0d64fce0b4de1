import { createInitialDesign } from "../../algorithms/common/initial.ts";
import type { Point } from "../../core/algorithm.ts";
import { createProblem } from "../../core/problem.ts";
import { trialRng } from "../../core/rng.ts";
import { type Params, parameterSchema, type SearchSpace } from "../../core/space.ts";
import type { BenchmarkProblem } from "../problems/problem.ts";

/** The study that suggestions are timed on: floats in [0, 1] and a bowl with noise. */

const OPTIMUM = 0.3;
const NOISE = 0.01;

export interface HistoryTrial {
  point: Point;
  loss: number;
}

/** Half of the trials are spread evenly, half narrow around the optimum, as a search would have left them. */
export function historyOf(dimensions: number, trials: number, seed: number): HistoryTrial[] {
  const limits = { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, fidelity: null };
  const problem = createProblem(spaceOf(dimensions), { ...limits, seed });
  const design = createInitialDesign(problem, { purpose: "timing", centre: false });
  return Array.from({ length: trials }, (_, trial) => {
    const spread = 0.02 + 0.98 * (1 - trial / trials);
    const point = design(trial).map((u) => (trial % 2 === 0 ? u : OPTIMUM + (u! - OPTIMUM) * spread));
    return { point, loss: lossOf(point, trial, seed) };
  });
}

export function lossOf(point: Point, trial: number, seed: number): number {
  const noise = NOISE * trialRng(seed, trial, "noise")();
  return point.reduce<number>((sum, u) => sum + (u! - OPTIMUM) ** 2, noise);
}

export function spaceOf(dimensions: number): SearchSpace {
  const parameters = Array.from({ length: dimensions }, (_, index) =>
    parameterSchema.parse({ name: `x${index}`, type: "float", low: 0, high: 1 }),
  );
  return { parameters, constraints: [] };
}

/** Coordinates are the values themselves. */
export function paramsOf(point: Point): Params {
  return Object.fromEntries(point.map((u, index) => [`x${index}`, u!]));
}

/** The same study for those who are told losses: peers, and the deployed scheduler. */
export function bowlOf(dimensions: number): BenchmarkProblem {
  return {
    name: `suggestion/bowl_${dimensions}`,
    family: "suggestion",
    split: "dev",
    space: spaceOf(dimensions),
    objectives: 1,
    evaluate: (params, repetition) => ({
      losses: [lossOf(Object.values(params) as number[], repetition, 0)],
      seconds: 1,
    }),
    best: 0,
    reference: 1,
    score: (loss) => loss,
  };
}
