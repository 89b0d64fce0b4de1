import type { Point } from "./algorithm.ts";
import type { Curves, Progress, Timeline, TrialSample } from "./charts.ts";
import type { WireNumber } from "./number.ts";
import type { TrialState } from "./trial.ts";

export interface SampleQuery {
  /** 1 to 5000. */
  limit: number;
  /** How many of the best are among them. */
  top: number;
  /** Of the states in which a trial has ended or is paused: only these. */
  state?: readonly TrialState[] | undefined;
}

export interface CurvesQuery {
  /** Default: the first objective's. */
  metric?: string | undefined;
  /** Trials, 1 to 500. */
  limit: number;
  /** Of a curve, at least 4. */
  points: number;
  /** A step at which the trials are compared. */
  at?: number | undefined;
}

export interface SeriesQuery {
  /** Default: all. */
  names?: readonly string[];
  /** Of a series, at least 4. */
  maxPoints: number;
  /** First and last step of what is shown; default: all. */
  from?: number;
  to?: number;
}

export interface CompletedTrial {
  point: Point;
  /** One an objective, in the user's direction; null where none was reported. */
  values: (WireNumber | null)[];
}

/** What charts are drawn from; see core/charts.ts. */
export interface ChartStore {
  /** The improvements, and about `points` trials beside them. */
  progress(studyId: string, points: number): Promise<Progress>;
  sampleTrials(studyId: string, query: SampleQuery): Promise<TrialSample>;
  curves(studyId: string, query: CurvesQuery): Promise<Curves>;
  /** At most `limit` completed trials with the first objective's loss: the best, and a sample of the others. */
  ratedPoints(studyId: string, limit: number): Promise<{ point: Point; loss: number }[]>;
  /** At most `limit` completed trials: of more, a uniform sample that stays the same. */
  sampleCompleted(studyId: string, limit: number): Promise<CompletedTrial[]>;
  /** The newest `limit` attempts that started before `before`. */
  timeline(studyId: string, query: { limit: number; before?: string | undefined }): Promise<Timeline>;
}
