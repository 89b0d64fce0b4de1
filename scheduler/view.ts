import type { StudySpec } from "../core/study.ts";
import type { StudyState } from "./state.ts";
import type { StopRule } from "./stop-rules.ts";

/** All that a decision may depend on. */
export interface View {
  /** With the limits as they stand now. */
  spec: StudySpec;
  state: StudyState;
  /** Milliseconds since the epoch, by the database's clock. */
  now: number;
  createdAt: number;
  /** Trials ever created: the next trial's number. */
  created: number;
  stopRules: readonly StopRule[];
  /** Trials whose reports arrived since the last decision, with the least step reported. */
  reported: ReadonlyMap<number, number>;
}
