import { studyRng } from "../../core/rng.ts";
import type { Params, SearchSpace } from "../../core/space.ts";
import { evaluationRng, simulatedSeconds } from "./chance.ts";
import { hypervolume } from "./hypervolume.ts";
import type { BenchmarkProblem } from "./problem.ts";
import { lazy, REFERENCE_TRIALS, randomParams } from "./reference.ts";

/** Draws behind the hypervolume that random search is expected to reach. */
const DRAWS = 100;

/** A problem with several objectives. */
export interface FrontOptions {
  family: string;
  task: string;
  split: BenchmarkProblem["split"];
  space: SearchSpace;
  losses(params: Params): readonly number[];
  /** Reference point of the hypervolume. */
  worst: readonly number[];
  /** Hypervolume of the whole front; called once, on first use. */
  largest(): number;
}

export function frontProblem({
  family,
  task,
  split,
  space,
  losses,
  worst,
  largest,
}: FrontOptions): BenchmarkProblem {
  const name = `${family}/${task}`;
  const whole = lazy(largest);
  const random = lazy(() => randomHypervolume(name, space, losses, worst));
  return {
    name,
    family,
    split,
    space,
    objectives: worst.length,
    evaluate: (params, repetition) => ({
      losses: losses(params),
      seconds: simulatedSeconds(evaluationRng(name, params, repetition)),
    }),
    get best() {
      return -whole();
    },
    get reference() {
      return -random();
    },
    score: (loss) => loss,
    get front() {
      return { reference: worst, hypervolume: whole() };
    },
  };
}

/** Mean hypervolume of REFERENCE_TRIALS random trials. */
function randomHypervolume(
  name: string,
  space: SearchSpace,
  losses: FrontOptions["losses"],
  worst: readonly number[],
): number {
  const draw = randomParams(space);
  const rng = studyRng(0, `${name}/reference`);
  let sum = 0;
  for (let i = 0; i < DRAWS; i++) {
    const trials = Array.from({ length: REFERENCE_TRIALS }, () => losses(draw(rng)));
    sum += hypervolume(trials, worst);
  }
  return sum / DRAWS;
}
