import type { Problem, Search, Suggestion } from "../../core/algorithm.ts";
import type { ScheduleEvent } from "../../core/fidelity.ts";
import type { Rng } from "../../core/rng.ts";
import type { MeasuredRung } from "./rung-results.ts";

/** What stands between a schedule's log and a sampler. */
export interface Feed {
  observe(event: ScheduleEvent): void;
  /** A point of the study's own dimensions, on a start. */
  suggest(rng: Rng): Suggestion;
}

/** A sampler and how it is told of the log, for one r*. */
export interface Teller extends Feed {
  /** @param results what the event brings, as `RungResults` has it. */
  observe(event: ScheduleEvent, results?: readonly MeasuredRung[]): void;
}

export type CreateSampler = (problem: Problem) => Search;
