import type { Params, SearchSpace } from "../../core/space.ts";

/** What a tuner is measured on: a search space as a user would write it, and what training would report. */
export interface BenchmarkProblem {
  /** "family/task", for example "fcnet/protein_structure"; unique. */
  name: string;
  family: string;
  /** Defaults and policies are tuned on `dev` only; `held-out` is looked at to report. */
  split: "dev" | "held-out";
  space: SearchSpace;
  /** Number of losses of one evaluation. */
  objectives: number;
  /**
   * What one finished training reports: losses to be minimised, in the problem's own unit, and the seconds it took (for
   * the simulated clock). `params` holds the active parameters only. The same params and repetition give the same
   * outcome; `repetition` >= 0 picks the noise where there is any.
   */
  evaluate(params: Params, repetition: number): Outcome;
  /**
   * Present where `evaluate` adds noise: its losses without, on which regret is measured. A tuner never sees them; the
   * harness takes them of the trial whose reported loss is lowest.
   */
  noiseless?(params: Params): readonly number[];
  /**
   * Scale of the normalised regret of a single objective, (loss - best) / (reference - best): `best` is the optimum or
   * the best value known, `reference` what random search expects after 10 trials (or the table's median), all as `score`
   * sees them. With several objectives the loss of a study is its negative hypervolume, and these are that of the whole
   * front and of 10 random trials.
   */
  best: number;
  reference: number;
  /** Loss to the scale on which regret is measured: the identity, or log10 where values span decades. Monotone. */
  score(loss: number): number;
  /** Several objectives: the reference point of the hypervolume and the largest hypervolume known. */
  front?: { reference: readonly number[]; hypervolume: number };
}

export interface Outcome {
  losses: readonly number[];
  seconds: number;
}
