import type { Evidence, Point } from "./algorithm.ts";
import type { FailureClass } from "./executor.ts";
import type { WireNumber } from "./number.ts";
import type { Params } from "./space.ts";
import type { StudyPatch } from "./study.ts";
import type { AttemptOutcome, Origin, StopKind, StudyEnd, TrialState } from "./trial.ts";
import type { WarmStartSource } from "./warm-start.ts";

/**
 * A study's log: what happened, in the order in which it was decided upon. Everything else (trial rows, leaderboard,
 * the algorithm's knowledge) can be derived from it. Facts come from the inbox, decisions from the scheduler's turn;
 * both carry a reason.
 */

/** One reported value of a metric. `step` is the script's own (epoch, iteration). */
export interface MetricPoint {
  name: string;
  step: number;
  value: WireNumber;
}

/** How an attempt ended: what the agent (or the sweep, for a lost one) told. */
export interface AttemptEnd {
  outcome: AttemptOutcome;
  failureClass: FailureClass | null;
  exitCode: number | null;
  signal: string | null;
  message: string | null;
  /** Seconds from claim to end, by the database's clock. */
  seconds: number;
  /** GPUs held times seconds. */
  gpuSeconds: number;
}

/** What arrived, waiting in the inbox for the study's next turn. Moved into the log unchanged. */
export type Fact =
  /** The limits that a search plans with, as they stood at creation; `study.changed` tells of later ones. */
  | { type: "study.created"; maxTrials: number | null; parallelism: number }
  /** What an earlier study knows, as points of this one; one for each that `warmStart` names, next to `study.created`. */
  | ({ type: "study.warm-started" } & WarmStartSource)
  | { type: "study.changed"; changes: StudyPatch }
  | { type: "study.paused" }
  | { type: "study.resumed" }
  | { type: "study.stop-requested" }
  /** A point by hand, already numbered under the study's lock. */
  | { type: "trial.enqueued"; trial: number; params: Params; point: Point; origin: Origin }
  /** A user wants a terminal trial run again, or a running one ended. */
  | { type: "trial.retry-requested"; trial: number }
  | { type: "trial.stop-requested"; trial: number }
  | { type: "trial.started"; trial: number; attempt: number; worker: string; gpus: readonly number[] }
  /** Points of the deciding metrics only; all points lie in the metric tables. */
  | { type: "trial.observed"; trial: number; attempt: number; points: readonly MetricPoint[] }
  | { type: "attempt.ended"; trial: number; attempt: number; end: AttemptEnd };

/** What the scheduler decided in a turn. */
export type Decision =
  | {
      type: "trial.scheduled";
      trial: number;
      params: Params;
      point: Point;
      budget: number | null;
      /** The trial whose checkpoint it starts from. */
      parent?: number;
      algorithm: AlgorithmId;
    }
  /** It has trained as far as it may for now; its slot is free. What it measured up to `budget`, as in `trial.finished`. */
  | {
      type: "trial.paused";
      trial: number;
      budget: number;
      values: readonly (WireNumber | null)[];
      losses: readonly number[] | null;
      violations: readonly (number | null)[];
    }
  /** A paused trial is queued again, to go on up to a larger budget. */
  | { type: "trial.promoted"; trial: number; budget: number; algorithm: AlgorithmId }
  | { type: "trial.requeued"; trial: number; cause: RequeueCause }
  | { type: "trial.stopping"; trial: number; kind: StopKind; step: number | null }
  /** It should be pruned, and was drawn to run on, so that the rate of wrong prunes is measured. Judged no more. */
  | { type: "trial.held-out"; trial: number; step: number }
  | {
      type: "trial.finished";
      trial: number;
      state: TrialState;
      /** One value an objective, in the user's direction; null where none was reported. */
      values: readonly (WireNumber | null)[];
      /** Minimised; null unless every value is finite. */
      losses: readonly number[] | null;
      /** One entry an outcome constraint, <= 0 satisfied; null where the metric was not reported. */
      violations: readonly (number | null)[];
      failureClass: FailureClass | null;
    }
  /** The algorithm has nothing to propose for now; logged when the reason changes. */
  | { type: "search.waiting" }
  | { type: "search.exhausted" }
  | { type: "study.stopping"; end: StudyEnd }
  | { type: "study.done"; end: StudyEnd };

export type RequeueCause = "retry" | "lost" | "requeue" | "user-retry";

export interface AlgorithmId {
  name: string;
  version: number;
  /** The fidelity schedule beside it. */
  schedule?: { name: string; version: number };
}

export type StudyEventBody = Fact | Decision;

/** One entry of the log. `seq` counts from 1 without gaps in each study. */
export interface StudyEvent {
  seq: number;
  /** RFC 3339, UTC, by the database's clock. */
  time: string;
  /** "scheduler", "agent:<name>", "user:<token name>", "worker:<id>". */
  actor: string;
  body: StudyEventBody;
  /** The rule, its inputs, and the sentence that people read. */
  why: Evidence;
}
