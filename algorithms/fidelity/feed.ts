import { type FidelityProblem, rungsOf, type ScheduleEvent } from "../../core/fidelity.ts";
import { tellAllRungs } from "./feed-all-rungs.ts";
import { tellOneRung } from "./feed-one-rung.ts";
import { createRungResults, type MeasuredRung } from "./rung-results.ts";
import type { CreateSampler, Feed, Teller } from "./teller.ts";

/**
 * What a sampler learns of trials that are trained in part.
 *
 * Its model aims at one rung, r*: the highest where at least d + 1 trials have a result, d the number of dimensions; the
 * lowest where none has so many (the rule of BOHB, Falkner et al. 2018, section 3.2, and of MOBSTER, Klein et al. 2020).
 * Below r* there is more data, but of a question that is less to the point; above it too little for a model to be of use.
 *
 * A sampler that takes pinned dimensions learns the results of all rungs and is asked about r*; any other one learns the
 * results at r*. When r* rises the sampler is built anew and told everything again: a pure fold of the log.
 */
export function createFeed(
  problem: FidelityProblem,
  createSampler: CreateSampler,
  takesPinned: boolean,
): Feed {
  const rungs = rungsOf(problem.fidelity);
  const results = createRungResults(rungs, problem);
  const needed = problem.dimensions.length + 1;
  const log: { event: ScheduleEvent; measured: MeasuredRung[] }[] = [];
  let target = 0;
  let teller: Teller | null = null;

  const build = (): Teller => {
    const tell = takesPinned ? tellAllRungs : tellOneRung;
    const built = tell(problem, rungs, target, createSampler);
    for (const { event, measured } of log) built.observe(event, measured);
    return built;
  };
  return {
    observe(event) {
      const measured = results.observe(event);
      log.push({ event, measured });
      const highest = results.highestWith(needed);
      if (highest === target) teller?.observe(event, measured);
      // Built when it is asked next, so that a replay builds it once.
      else teller = null;
      target = highest;
    },
    suggest(rng) {
      teller ??= build();
      return teller.suggest(rng);
    },
  };
}
