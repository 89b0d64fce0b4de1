import { canonicalJson } from "../../core/json.ts";
import { type Rng, studyRng } from "../../core/rng.ts";
import type { Params } from "../../core/space.ts";
import { normalQuantile } from "../../math/normal.ts";

/** The randomness of one evaluation: a pure function of the problem, the params and the repetition. */
export function evaluationRng(name: string, params: Params, repetition: number): Rng {
  return studyRng(repetition, `${name} ${canonicalJson(params)}`);
}

/**
 * Duration of a trial where none is recorded: a minute, give or take a factor of two, so that trials which run side by
 * side end one by one, as real ones do.
 */
export function simulatedSeconds(rng: Rng): number {
  return 60 * Math.exp(0.35 * standardNormal(rng));
}

export function standardNormal(rng: Rng): number {
  // Alea can give 0, whose quantile is infinite.
  return normalQuantile(Math.max(rng(), Number.EPSILON));
}
