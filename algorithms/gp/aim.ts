import { isFeasible, type TrialRecord } from "../common/history.ts";
import type { Term } from "./acquisition.ts";

export type AimName =
  | "improvement"
  /** Improvement by a margin, where hardly any is left near the best. */
  | "clear-improvement"
  | "lower-bound"
  | "feasibility"
  | "hypervolume"
  | "scalarised";

/** What the next point is hoped to bring. */
export interface Aim {
  name: AimName;
  /** Null: nothing but keeping the limits. */
  term: Term | null;
  /** Trials that local search starts from, best first. */
  best: readonly TrialRecord[];
  /** The target that is to be improved on; null with several objectives, or while nothing is feasible. */
  threshold: number | null;
}

/** Completed, and within every limit. */
export function isAttained(record: TrialRecord): boolean {
  return record.status === "completed" && record.losses !== null && isFeasible(record);
}
