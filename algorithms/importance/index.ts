import type { Problem } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import { fanovaInSteps } from "./fanova.ts";
import type { Importance, RatedTrial } from "./importance.ts";
import { pedAnovaInSteps } from "./ped-anova.ts";

/** An evaluator of importance. It yields where a server may answer others before it goes on. */
export type Evaluator = (
  problem: Problem,
  trials: readonly RatedTrial[],
  rng: Rng,
) => Generator<void, Importance>;

/** The registry of evaluators: adding one is one file and one entry here. The first is the default. */
export const evaluators = {
  "ped-anova": (problem, trials, rng) => pedAnovaInSteps(problem, trials, {}, rng),
  fanova: (problem, trials, rng) => fanovaInSteps(problem, trials, {}, rng),
} as const satisfies Readonly<Record<string, Evaluator>>;
