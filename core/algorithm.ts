import type { ZodType } from "zod";
import type { Rng } from "./rng.ts";

/**
 * The plug-in interface of a search algorithm. An algorithm is a pure fold over the study's log: `observe` is the only
 * transition, `suggest` leaves no trace. It minimises, and sees neither directions, units, names nor wall time.
 */

/**
 * One coordinate of a point. Continuous and ordered coordinates lie in [0, 1], a categorical one is a choice index.
 * core/dimension.ts turns levels into coordinates and back.
 */
export type Dimension =
  /** `pinned`: every suggestion has this value; observations may have others (the budget, in a model of all rungs). */
  | { kind: "continuous"; prior?: UnitPrior; pinned?: number }
  /**
   * `levels` >= 1 ordered values that tile [0, 1] into cells: level i lies at (i + 0.5) / levels; with `logOffset` = a
   * it lies at ln(a + i) instead, scaled, so that cells shrink towards the upper end (integers on a log scale).
   * Any coordinate of a cell stands for its level; a suggestion gives the level's own position.
   */
  | { kind: "ordered"; levels: number; logOffset?: number; prior?: UnitPrior }
  /** `weights`: prior probabilities, same length as choices, summing to 1. */
  | { kind: "categorical"; choices: number; weights?: readonly number[] };

/** A Normal prior over a coordinate, cut off at 0 and 1. `mean` in [0, 1], `std` > 0. */
export interface UnitPrior {
  mean: number;
  std: number;
}

/** One entry a dimension, in the problem's order; null where the coordinate is inactive under its parent's value. */
export type Point = readonly (number | null)[];

/** Coordinate `child` is active iff coordinate `parent` is active and its value is one of `levels` (level or choice indices). */
export interface ActivityRule {
  child: number;
  parent: number;
  levels: readonly number[];
}

export interface Fidelity {
  /** Smallest and largest budget, in the study's unit (epochs, steps). */
  min: number;
  max: number;
  /** Reduction factor between rungs, > 1. */
  eta: number;
}

/** What is to be minimised, without any of the user's words. */
export interface Problem {
  dimensions: readonly Dimension[];
  /** Parents come before children: following the rules in order decides the activity of every coordinate. */
  activity: readonly ActivityRule[];
  /** Number of losses a finished trial carries, >= 1. */
  objectives: number;
  /** Number of outcome constraints; a violation <= 0 is satisfied. */
  constraints: number;
  fidelity: Fidelity | null;
  /** Whether there are constraints between parameters at all; without, `feasible` is always true. */
  constrained: boolean;
  /** Whether the study's constraints between parameters hold at a point; a suggestion must satisfy it. */
  feasible(point: Point): boolean;
  /** Trials the study may create in all; null: no limit. Lets an algorithm plan (initial design, brackets). */
  maxTrials: number | null;
  /** Trials that may run at the same time, >= 1. */
  parallelism: number;
  /** The study's number of what the search knows as trial n, for evidence; absent: n itself. */
  trialOf?(n: number): number;
  /** Seeds what belongs to the study as a whole (scrambles, permutations), through `studyRng`. */
  seed: number;
}

/**
 * Facts, in log order; an algorithm learns nothing else. `trial` is the trial number. A trial that finished without
 * losses may be run again by its user: a later `finished` of the same trial takes the earlier one's place.
 */
export type TrialEvent =
  /**
   * Also for points that a user enqueued or imported. `budget`: up to which step; null: to the end. `parent`: the trial
   * whose checkpoint it started from.
   */
  | { type: "scheduled"; trial: number; point: Point; budget: number | null; parent?: number }
  | { type: "observed"; trial: number; step: number; losses: readonly number[] }
  | {
      type: "finished";
      trial: number;
      losses: readonly number[] | null;
      violations: readonly number[];
      cause: FinishCause;
    };

export type FinishCause = "completed" | "pruned" | "failed" | "infeasible" | "cancelled";

/** Why a suggestion was made: the rule, its inputs as plain JSON, and a sentence for people. */
export interface Evidence {
  rule: string;
  inputs: Readonly<Record<string, unknown>>;
  text: string;
}

export type Suggestion =
  | { type: "start"; point: Point; budget: number | null; parent?: number; why: Evidence }
  /** Promotion of a paused trial to a larger budget. */
  | { type: "resume"; trial: number; budget: number; why: Evidence }
  /** A paused trial is given up for good. */
  | { type: "prune"; trial: number; why: Evidence }
  /** Nothing now; ask again after the next event. Never returned while no trial is pending. */
  | { type: "wait"; why: Evidence }
  /** Nothing ever again, whatever is still pending. */
  | { type: "exhausted"; why: Evidence };

export interface Search {
  /** Folds one fact into the search's state. Points of other origins than `suggest` are welcome. */
  observe(event: TrialEvent): void;
  /**
   * The next suggestion given what was observed. Changes nothing that a later `suggest` could notice: the same events
   * and the same randomness give the same suggestion, however often it was asked.
   */
  suggest(rng: Rng): Suggestion;
}

/** What an algorithm can handle; a study that needs more is refused at submission. */
export interface Capabilities {
  /** Inactive coordinates. */
  conditional: boolean;
  categorical: boolean;
  /** Constraints between parameters (`Problem.feasible`). */
  constrained: boolean;
  multiObjective: boolean;
  outcomeConstraints: boolean;
  /** Needs every dimension to be ordered or categorical. */
  finiteOnly: boolean;
  /** Takes a pinned dimension (`Dimension.pinned`): it can model results of all budgets together. Absent: it cannot. */
  pinned?: boolean;
}

/** A registry entry. `version` changes whenever the same log would give other suggestions. */
export interface Algorithm<Config = unknown> {
  name: string;
  version: number;
  summary: string;
  config: ZodType<Config>;
  supports: Capabilities;
  /**
   * The most trials that it will ever start on this problem, or Infinity; absent: no limit. Lets submission refuse a
   * parallelism that can never be used.
   */
  capacity?(problem: Problem, config: Config): number;
  /** Why it would work on this problem the way it will, in words for its user; absent: nothing to choose. */
  explain?(problem: Problem, config: Config): string;
  /** @throws FettleError "invalid-study" with fields pointing into `/algorithm` when the problem is beyond it. */
  create(problem: Problem, config: Config): Search;
}
