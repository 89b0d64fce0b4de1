import type { Problem } from "../core/algorithm.ts";
import { createProblem, fidelityOf } from "../core/problem.ts";
import type { StudySpec } from "../core/study.ts";

/** What a search needs of the specification; plain data, so that it can go to a worker thread. */
export type SearchDefinition = Pick<
  StudySpec,
  | "parameters"
  | "constraints"
  | "objectives"
  | "outcomeConstraints"
  | "algorithm"
  | "fidelity"
  | "warmStart"
  | "seed"
>;

export function searchDefinition(spec: StudySpec): SearchDefinition {
  const { parameters, constraints, objectives, outcomeConstraints, algorithm, warmStart, seed } = spec;
  const { fidelity } = spec;
  return { parameters, constraints, objectives, outcomeConstraints, algorithm, fidelity, warmStart, seed };
}

/** What a search plans with, as it stands at one moment. */
export interface Limits {
  maxTrials: number | null;
  parallelism: number;
}

export const NO_LIMITS: Limits = { maxTrials: null, parallelism: 1 };

/** The study as its algorithm sees it, under the limits of the moment. */
export function problemOf(definition: SearchDefinition, limits: Limits): Problem {
  return createProblem(definition, {
    objectives: definition.objectives.length,
    constraints: definition.outcomeConstraints.length,
    seed: definition.seed,
    fidelity: fidelityOf(definition),
    ...limits,
  });
}
