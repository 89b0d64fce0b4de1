import type { Parameter, Params } from "../../../core/space.ts";
import { evaluationRng, simulatedSeconds, standardNormal } from "../chance.ts";
import type { BenchmarkProblem } from "../problem.ts";
import { lazy, sampledReference } from "../reference.ts";

/** A function of one loss with a known optimum. */
export interface Definition {
  /** Within its family. */
  name: string;
  split: BenchmarkProblem["split"];
  parameters: readonly Parameter[];
  loss(params: Params): number;
  /** A global minimum, and its loss. */
  optimum: { params: Params; loss: number };
  /** Default: the identity. */
  score?(loss: number): number;
  /** Standard deviation of the Gaussian noise that each repetition adds. Default 0. */
  noise?: number;
}

/** For sums of squares over several decades: log10(1 + loss), linear near an optimum of 0 and logarithmic far from it. */
export const logScore = (loss: number): number => Math.log10(1 + loss);

const identity = (loss: number): number => loss;

export function defineProblem(family: string, definition: Definition): BenchmarkProblem {
  const { split, parameters, loss, optimum, score = identity, noise = 0 } = definition;
  const name = `${family}/${definition.name}`;
  const space = { parameters, constraints: [] };
  const reference = lazy(() => sampledReference(name, space, (params) => score(loss(params))));
  return {
    name,
    family,
    split,
    space,
    objectives: 1,
    evaluate(params, repetition) {
      const rng = evaluationRng(name, params, repetition);
      const seconds = simulatedSeconds(rng);
      return { losses: [loss(params) + noise * standardNormal(rng)], seconds };
    },
    ...(noise > 0 && { noiseless: (params: Params) => [loss(params)] }),
    best: score(optimum.loss),
    get reference() {
      return reference();
    },
    score,
  };
}
