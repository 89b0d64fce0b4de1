import type { Problem, TrialEvent } from "../../core/algorithm.ts";
import type { FidelityProblem, ScheduleEvent } from "../../core/fidelity.ts";
import type { MeasuredRung } from "./rung-results.ts";
import type { CreateSampler, Teller } from "./teller.ts";

/**
 * Tells a sampler of one rung, r*, as if every trial were trained so far and no further: with a result at r* a trial has
 * completed, whatever becomes of it later; one that waits or ended below is pruned, with what it had reached at its highest
 * rung; one on the way to r* is pending. A trial that is resumed below r* is pending again.
 */

interface Told {
  point: (ScheduleEvent & { type: "scheduled" })["point"];
  /** Its result at r*, or at the lowest rung beyond where it was not measured at r*. */
  result: MeasuredRung | null;
  /** Its result at the highest rung below r*. */
  below: MeasuredRung | null;
  /** The furthest step that it reported. */
  last: { step: number; losses: readonly number[] } | null;
}

/** @param target index of r*. */
export function tellOneRung(
  problem: FidelityProblem,
  rungs: readonly number[],
  target: number,
  createSampler: CreateSampler,
): Teller {
  // To the sampler r* is all there is.
  const own: Problem = { ...problem, fidelity: null };
  const sampler = createSampler(own);
  const trials = new Map<number, Told>();

  const tellPending = (trial: number, { point }: Told): void =>
    sampler.observe({ type: "scheduled", trial, point, budget: null });

  const tellEnd = (event: Ended): void => {
    const { trial, losses, violations } = event;
    // Without a result it can hardly go on.
    const paused: FinishCause = losses === null ? "failed" : "pruned";
    const cause = event.type === "paused" ? paused : event.cause;
    const progress = cause === "pruned" ? progressOf(trials.get(trial)!, rungs) : null;
    if (progress !== null) sampler.observe({ type: "observed", trial, ...progress });
    sampler.observe({ type: "finished", trial, losses, violations, cause });
  };

  const learn = (known: Told, measured: MeasuredRung): void => {
    const { trial, rung, losses, violations } = measured;
    if (rung < target) {
      if (known.below === null || rung >= known.below.rung) known.below = measured;
      return;
    }
    if (known.result !== null && rung > known.result.rung) return;
    known.result = measured;
    sampler.observe({ type: "finished", trial, losses, violations, cause: "completed" });
  };

  return {
    observe(event, results = []) {
      const { trial } = event;
      if (event.type === "scheduled") {
        const known = trials.get(trial) ?? { point: event.point, result: null, below: null, last: null };
        trials.set(trial, known);
        if (known.result === null) tellPending(trial, known);
        return;
      }
      const known = trials.get(trial);
      if (known === undefined) return;
      if (event.type === "observed" && event.step >= (known.last?.step ?? Number.NEGATIVE_INFINITY))
        known.last = { step: event.step, losses: event.losses };
      for (const measured of results) learn(known, measured);
      if (known.result !== null || event.type === "observed") return;
      if (event.type === "resumed") tellPending(trial, known);
      else tellEnd(event);
    },
    suggest: (rng) => sampler.suggest(rng),
  };
}

type Ended = ScheduleEvent & { type: "paused" | "finished" };
type FinishCause = (TrialEvent & { type: "finished" })["cause"];

/** At a rung where it has a result, so that trials are compared at the same step. */
function progressOf(
  { below, last }: Told,
  rungs: readonly number[],
): { step: number; losses: readonly number[] } | null {
  return below === null ? last : { step: rungs[below.rung]!, losses: below.losses };
}
