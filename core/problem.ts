import type { Fidelity, Problem } from "./algorithm.ts";
import { createEncoder } from "./encode.ts";
import type { SearchSpace } from "./space.ts";

export interface ProblemOptions {
  /** Number of objectives and of outcome constraints. */
  objectives: number;
  constraints: number;
  maxTrials: number | null;
  parallelism: number;
  seed: number;
  fidelity: Fidelity | null;
}

/** The fidelity of a study as plug-ins see it. */
export function fidelityOf({ fidelity }: { fidelity?: Fidelity | undefined }): Fidelity | null {
  if (fidelity === undefined) return null;
  const { min, max, eta } = fidelity;
  return { min, max, eta };
}

/** What an algorithm sees of a study. @param space has passed `checkSpace`. */
export function createProblem(space: SearchSpace, options: ProblemOptions): Problem {
  const { dimensions, activity, feasible } = createEncoder(space);
  return { dimensions, activity, constrained: space.constraints.length > 0, feasible, ...options };
}
