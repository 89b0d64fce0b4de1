import type { Params, SearchSpace } from "../../../core/space.ts";

/** Trains a point: as the nearest recorded configuration that the study has not trained yet, or as a surrogate says. */
export type Train = (params: Params) => Training;

/** What schedules and stoppers are measured on: trainings that can be ended early, with what each step costs. */
export interface CurveProblem {
  /** "suite/task", unique. */
  name: string;
  suite: string;
  space: SearchSpace;
  /** What a step is: "epoch". */
  unit: string;
  /**
   * The least budget and that of a whole training, as the study has them: all schedules compare trainings at whole
   * thirds of the largest, none below the least.
   */
  min: number;
  max: number;
  /**
   * The steps at which a training reports by itself, ascending, the last is `max`. With `resumable` false there is no
   * such thing: then these are the budgets that trainings are given.
   */
  steps: readonly number[];
  /** Whether a training can go on where it ended. If not, every budget is a training of its own (a share of the data). */
  resumable: boolean;
  /** For the trials of one study, in the order in which they start. */
  open(): Train;
  /** Seconds of a whole training, the mean over random configurations: the unit of the benchmark's budgets. */
  readonly meanSeconds: number;
  readonly scales: Scales;
}

/**
 * The two losses that regret is measured on: `seen`, the lowest that a training has reported so far, at whatever step;
 * `final`, that at the end of the whole training.
 */
export const MEASURES = ["seen", "final"] as const;
export type Measure = (typeof MEASURES)[number];
export type Scales = Readonly<Record<Measure, Scale>>;

/**
 * Of the normalised regret, (loss - best) / (reference - best): the least loss of any whole training, and what ten of
 * random search are expected to reach. `median`: of whole trainings; nothing counts as worse, so that no mean hangs on
 * one that diverged.
 */
export interface Scale {
  best: number;
  reference: number;
  median: number;
}

/** One configuration's training. */
export interface Training {
  /** Validation loss after so many steps, any number in `steps`; NaN: diverged. */
  lossAt(step: number): number;
  /**
   * Simulated seconds from nothing to the report of this step: cumulative where training is resumable, else those of the
   * training with this budget.
   */
  secondsAt(step: number): number;
}

/** Seconds that a training takes from one report to the next; not below 0, where a surrogate's time falls. */
export function secondsBetween(
  problem: Pick<CurveProblem, "resumable">,
  training: Training,
  from: number,
  to: number,
): number {
  if (!problem.resumable || from === 0) return training.secondsAt(to);
  return Math.max(0, training.secondsAt(to) - training.secondsAt(from));
}

/** Not below 0, since a surrogate's best value known may be beaten. @param loss null: none yet, or it diverged. */
export function normalisedRegret(loss: number | null, { best, reference, median }: Scale): number {
  return Math.max(0, (Math.min(loss ?? median, median) - best) / (reference - best));
}

export function wholeSteps(max: number): number[] {
  return Array.from({ length: max }, (_, index) => index + 1);
}

/** What diverged, above everything else. */
export function failedIsWorst(loss: number): number {
  return Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY;
}
