import type { Problem } from "../../core/algorithm.ts";
import type { ScheduleEvent } from "../../core/fidelity.ts";
import { rungAt } from "./standings.ts";

/** What each trial had reached at each rung: the data of a model, whatever the schedule. */

export interface MeasuredRung {
  readonly trial: number;
  /** Index of the rung. */
  readonly rung: number;
  /** Finite. */
  readonly losses: readonly number[];
  readonly violations: readonly number[];
}

export interface RungResults {
  /** Folds a fact; the results that it brings, or changes. */
  observe(event: ScheduleEvent): MeasuredRung[];
  /** Index of the highest rung where so many trials have a result; 0 where none has. It never falls. */
  highestWith(trials: number): number;
}

/**
 * A result at a rung is what a trial paused or ended with there. Those that run on past a rung, as under `asha` with
 * `mode: stop`, have there what they reported at the first step from it on; not where a result needs outcome constraints,
 * of which a report on the way says nothing.
 */
export function createRungResults(rungs: readonly number[], { constraints }: Problem): RungResults {
  const counts = rungs.map(() => 0);
  /** By trial: the rung that it trains for, and which rungs have a result. */
  const trials = new Map<number, { target: number; known: boolean[] }>();

  const result = (event: Measured, rung: number): MeasuredRung[] => {
    const { known } = trials.get(event.trial)!;
    if (rung < 0 || !event.losses?.every(Number.isFinite)) return [];
    if (!known[rung]) counts[rung]! += 1;
    known[rung] = true;
    return [{ trial: event.trial, rung, losses: event.losses, violations: event.violations }];
  };
  const passed = (event: ScheduleEvent & { type: "observed" }): MeasuredRung[] => {
    if (constraints > 0) return [];
    const { known } = trials.get(event.trial)!;
    const measured = { ...event, violations: [] };
    return rungs.flatMap((budget, rung) =>
      budget <= event.step && !known[rung] ? result(measured, rung) : [],
    );
  };

  return {
    observe(event) {
      const trial = trials.get(event.trial);
      if (event.type === "scheduled") {
        // A user's own trial is trained to its end.
        const target = event.budget === null ? rungs.length - 1 : rungAt(rungs, event.budget);
        trials.set(event.trial, { target, known: trial?.known ?? rungs.map(() => false) });
        return [];
      }
      if (trial === undefined) return [];
      if (event.type === "resumed") trial.target = rungAt(rungs, event.budget);
      if (event.type === "observed") return passed(event);
      if (event.type === "paused") return result(event, rungAt(rungs, event.budget));
      const completed = event.type === "finished" && event.cause === "completed";
      return completed ? result(event, trial.target) : [];
    },
    highestWith: (count) =>
      Math.max(
        0,
        counts.findLastIndex((trialsThere) => trialsThere >= count),
      ),
  };
}

interface Measured {
  trial: number;
  losses: readonly number[] | null;
  violations: readonly number[];
}
