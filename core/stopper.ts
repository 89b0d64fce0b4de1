import type { ZodType } from "zod";
import type { Evidence } from "./algorithm.ts";

/**
 * What one trial reported of the metric that an early stopper watches, as losses (always minimised), by step. Never
 * changed: a trial that reports more gets another one, so that what is derived from it may be kept beside it.
 */
export interface Curve {
  readonly trial: number;
  /** Ascending steps; each step once. Same length as `losses`. */
  readonly steps: readonly number[];
  /** Finite losses; a step whose value was NaN or infinite is left out and sets `diverged`. */
  readonly losses: readonly number[];
  readonly diverged: boolean;
  /** The trial ran to its end (not pruned, failed, paused or running). */
  readonly completed: boolean;
}

/** What a verdict may depend on beside the curves. */
export interface StopContext {
  /** The step at which a whole training ends; null: not known. */
  maxStep: number | null;
  /**
   * Up to which step the subject was judged before: everything after it is new. Several reports may arrive together.
   * Absent: only its last report is new. Null: all of it is.
   */
  since?: number | null;
  /** What the metric is, for sentences. */
  metric: string;
  /** What a step is, for sentences: "epoch". */
  unit: string;
  /** A loss as the user's value. */
  toValue(loss: number): number;
}

export type Verdict = { type: "continue" } | { type: "stop"; step: number; why: Evidence };

/** Decides, from data alone, whether a running trial is worth going on with. Pure. */
export interface EarlyStopper<Config = unknown> {
  name: string;
  version: number;
  summary: string;
  config: ZodType<Config>;
  /**
   * `subject`: the trial in question, with at least one step or diverged. `peers`: every other trial of the study that
   * reported the metric, in trial order. The verdict depends on `subject` up to its last step and on nothing but its
   * arguments. A stop's `step` is that last step, and its sentence gives the user's values, in this form: "at epoch 10:
   * 0.61, cut 0.68, 11th of 12 at this rung".
   */
  judge(config: Config, subject: Curve, peers: readonly Curve[], context: StopContext): Verdict;
}
