import {
  type FidelityProblem,
  rungsOf,
  type Schedule,
  type ScheduleEvent,
  type ScheduleStep,
} from "../../core/fidelity.ts";
import type { Rng } from "../../core/rng.ts";
import { hyperbandBrackets, shareOf } from "./brackets.ts";
import { createRanking, type Ranking, type RungResult } from "./ranking.ts";
import { exhaustedStep, finalistStep, type Place, resumeStep, startStep, waitStep } from "./sentences.ts";
import { type Change, createStandings, rank } from "./standings.ts";

/**
 * Asynchronous successive halving by promotion (Li et al. 2020, Algorithm 2). Nobody waits: a free slot takes the best
 * trial of the highest rung possible that is within the top 1/eta of those that reached the rung and has not gone on yet;
 * where there is none, a new trial starts at the lowest rung.
 *
 * n: trials that reached a rung. k = floor(n / eta): those of them that may go on.
 */
export interface PromotionOptions {
  /** The schedule's name, for rules. */
  name: string;
  /** Each with rungs of its own, from rung 0, 1, … on; a trial's bracket is the rung that it started at. */
  brackets: number;
  /** Trials that are trained to their end at least, as far as there are, when no more can start. */
  finalists: number;
  /** A limit below the highest rung; absent: none. */
  ceiling?: Ceiling;
}

/** The highest rung that a trial may be promoted to, which may rise. */
export interface Ceiling {
  /** Index of a rung. */
  readonly rung: number;
  /** Called with every event, what it changed, and the rungs as they stand after it. */
  observe(event: ScheduleEvent, change: Change | null, rungs: readonly Ranking[]): void;
}

export function createPromotion(problem: FidelityProblem, options: PromotionOptions): Schedule {
  const { name, finalists, ceiling } = options;
  const { fidelity, objectives } = problem;
  const rungs = rungsOf(fidelity);
  const top = rungs.length - 1;
  const standings = createStandings(rungs);
  const ranked = (): Ranking[] => rungs.map(() => createRanking(objectives));
  /** The rungs of each bracket; those below its first stay empty. */
  const brackets = Array.from({ length: options.brackets }, ranked);
  const weights = hyperbandBrackets(rungs.length, fidelity.eta).map(({ sizes }) => sizes[0]!);

  const placeAt = (rung: number, ranking: Ranking, result: RungResult): Place => ({
    trial: result.trial,
    at: rungs[rung]!,
    position: ranking.countBetter(result) + 1,
    of: ranking.all().length,
  });

  const promote = (rung: number, ranking: Ranking): ScheduleStep | null => {
    const best = bestWaiting(ranking);
    if (best === null) return null;
    const place = placeAt(rung, ranking, best);
    const goOn = shareOf(place.of, fidelity.eta);
    return place.position <= goOn ? resumeStep(name, place, goOn, rungs[rung + 1]!) : null;
  };

  const promotion = (): ScheduleStep | null => {
    for (let rung = (ceiling?.rung ?? top) - 1; rung >= 0; rung--) {
      for (const bracket of brackets) {
        const step = promote(rung, bracket[rung]!);
        if (step !== null) return step;
      }
    }
    return null;
  };

  const start = (rng: Rng): ScheduleStep => {
    const bracket = brackets.length === 1 ? 0 : draw(weights.slice(0, brackets.length), rng);
    const reason = brackets.length === 1 ? "No trial is due to go on" : `Bracket ${bracket + 1} was drawn`;
    return startStep(name, rungs[bracket]!, reason, { bracket });
  };

  /** The best that waits, at the highest rung where any does. */
  const finalist = (): ScheduleStep | null => {
    for (let rung = top - 1; rung >= 0; rung--) {
      const ofBrackets = createRanking(objectives);
      for (const bracket of brackets) {
        const best = bestWaiting(bracket[rung]!);
        if (best) ofBrackets.put(best, true);
      }
      const chosen = bestWaiting(ofBrackets);
      if (chosen === null) continue;
      const own = brackets[standings.of(chosen.trial)!.first]![rung]!;
      return finalistStep(name, placeAt(rung, own, chosen), rungs[rung + 1]!);
    }
    return null;
  };

  const wind = (): ScheduleStep => {
    const wanted = finalists - standings.trained - standings.pending;
    const last = wanted > 0 ? finalist() : null;
    if (last !== null) return last;
    return standings.pending > 0 ? waitStep(name, standings.pending) : exhaustedStep(name, standings.trained);
  };

  return {
    observe(event) {
      const change = standings.observe(event);
      const bracket = change && brackets[change.after.first];
      if (bracket) rank(bracket, change);
      ceiling?.observe(event, change, brackets[0]!);
    },
    next: (rng, canStart) => promotion() ?? (canStart ? start(rng) : wind()),
  };
}

/** A trial without a result is never promoted, and no finalist either. */
function bestWaiting(ranking: Ranking): RungResult | null {
  const best = ranking.waiting()[0];
  return best === undefined || best.losses === null ? null : best;
}

/** An index, drawn with probability proportional to its weight. */
function draw(weights: readonly number[], rng: Rng): number {
  let rest = rng() * weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, weight] of weights.entries()) {
    if (rest < weight) return index;
    rest -= weight;
  }
  return weights.length - 1;
}
