import type { Algorithm, Evidence, FinishCause, Point, Problem, Search } from "../../core/algorithm.ts";
import { createEncoder } from "../../core/encode.ts";
import { createProblem, type ProblemOptions } from "../../core/problem.ts";
import { trialRng } from "../../core/rng.ts";
import type { Params, SearchSpace } from "../../core/space.ts";

/** What a training reports; `cause` is "completed" where nothing else is said. */
export interface Ending {
  losses: number[] | null;
  violations?: number[];
  cause?: FinishCause;
}

export interface Optimised {
  trials: { params: Params; point: Point; ending: Ending; why: Evidence }[];
  search: Search;
  problem: Problem;
}

const PLAIN: ProblemOptions = {
  objectives: 1,
  constraints: 0,
  maxTrials: 40,
  parallelism: 1,
  seed: 1,
  fidelity: null,
};

/** Runs `maxTrials` trials of an algorithm on a function of the parameters, one after the other. */
export function optimise(
  algorithm: Algorithm,
  space: SearchSpace,
  train: (params: Params, trial: number) => Ending,
  options: Partial<ProblemOptions> = {},
  config: unknown = {},
): Optimised {
  const problem = createProblem(space, { ...PLAIN, ...options });
  const encoder = createEncoder(space);
  const search = algorithm.create(problem, algorithm.config.parse(config));
  const trials: Optimised["trials"] = [];
  for (let trial = 0; trial < problem.maxTrials!; trial++) {
    const suggestion = search.suggest(trialRng(problem.seed, trial, "suggest"));
    if (suggestion.type !== "start") break;
    const { point, why } = suggestion;
    const params = encoder.decode(point);
    const ending = train(params, trial);
    const { losses, violations = [], cause = "completed" } = ending;
    search.observe({ type: "scheduled", trial, point, budget: null });
    search.observe({ type: "finished", trial, losses, violations, cause });
    trials.push({ params, point, ending, why });
  }
  return { trials, search, problem };
}

/** The lowest loss of a trial that completed within its constraints; Infinity without one. */
export function lowestLoss({ trials }: Optimised): number {
  const attained = trials.filter(
    ({ ending: { losses, violations = [], cause = "completed" } }) =>
      losses !== null && cause === "completed" && violations.every((violation) => violation <= 0),
  );
  return Math.min(...attained.map(({ ending }) => ending.losses![0]!));
}

export function medianOver(seeds: readonly number[], measure: (seed: number) => number): number {
  return seeds.map(measure).sort((a, b) => a - b)[seeds.length >> 1]!;
}

/** A parameter that is a number. */
export function num(params: Params, name: string): number {
  return params[name] as number;
}
