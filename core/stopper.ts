import type { ZodType } from "zod";
import type { Evidence } from "./algorithm.ts";

/** What one trial reported of the metric that an early stopper watches, as losses (always minimised), by step. */
export interface Curve {
  trial: number;
  /** Ascending steps; each step once. Same length as `losses`. */
  steps: readonly number[];
  /** Finite losses; a step whose value was NaN or infinite is left out and sets `diverged`. */
  losses: readonly number[];
  diverged: boolean;
  /** The trial ran to its end (not pruned, failed or running). */
  completed: boolean;
}

export type Verdict = { type: "continue" } | { type: "stop"; step: number; why: Evidence };

/** Decides, from data alone, whether a running trial is worth going on with. Pure. */
export interface EarlyStopper<Config = unknown> {
  name: string;
  version: number;
  summary: string;
  config: ZodType<Config>;
  /**
   * `subject`: the trial in question, with at least one step. `peers`: every other trial of the study that reported
   * the metric, in trial order. The verdict depends on `subject` up to its last step and on nothing but its arguments.
   */
  judge(config: Config, subject: Curve, peers: readonly Curve[]): Verdict;
}
