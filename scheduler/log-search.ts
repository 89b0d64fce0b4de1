import type { FidelitySearch } from "../algorithms/fidelity/compose.ts";
import type { Suggestion } from "../core/algorithm.ts";
import type { AlgorithmId, StudyEvent } from "../core/event.ts";
import type { ScheduleEvent } from "../core/fidelity.ts";
import { trialRng } from "../core/rng.ts";
import type { WarmStartSource } from "../core/warm-start.ts";
import { toSearchEvents } from "./project.ts";
import { type Limits, NO_LIMITS, problemOf, type SearchDefinition } from "./study-problem.ts";
import { studySearch } from "./study-search.ts";

/**
 * An algorithm folded over a study's log. `suggest` is a pure function of (definition, events so far, trial number):
 * the randomness is derived from the study's seed and the number, so the same log gives the same suggestion anywhere.
 */
export interface LogSearch {
  /** Events folded so far: the `seq` of the last one. */
  readonly seq: number;
  observe(event: StudyEvent): void;
  /** @param trial the number that the next new trial will carry. */
  suggest(trial: number): Suggestion;
  readonly algorithm: AlgorithmId;
}

export function createLogSearch(definition: SearchDefinition): LogSearch {
  const plan = studySearch(definition);
  const limits: Limits = { ...NO_LIMITS };
  const history: ScheduleEvent[] = [];
  const sources: WarmStartSource[] = [];
  let seq = 0;
  let search: FidelitySearch | null = null;

  const build = (): FidelitySearch => {
    const built = plan.create(problemOf(definition, limits), sources);
    for (const event of history) built.observe(event);
    return built;
  };
  return {
    get seq() {
      return seq;
    },
    algorithm: plan.id,
    observe(event) {
      seq = event.seq;
      if (event.body.type === "study.warm-started") {
        sources.push(event.body);
        search = null;
      }
      // A search plans with the limits, so it is built anew when they change: the same at every replay.
      if (adoptLimits(limits, event)) search = null;
      for (const fact of toSearchEvents(definition, event.body)) {
        history.push(fact);
        search?.observe(fact);
      }
    },
    suggest(trial) {
      search ??= build();
      return search.suggest(trialRng(definition.seed, trial, "suggest"));
    },
  };
}

/** True when the event changed a limit that a search plans with. */
function adoptLimits(limits: Limits, { body }: StudyEvent): boolean {
  if (body.type === "study.created") {
    limits.maxTrials = body.maxTrials;
    limits.parallelism = body.parallelism;
    return true;
  }
  if (body.type !== "study.changed") return false;
  const { parallelism, budget } = body.changes;
  if (parallelism === undefined && budget?.maxTrials === undefined) return false;
  limits.parallelism = parallelism ?? limits.parallelism;
  if (budget?.maxTrials !== undefined) limits.maxTrials = budget.maxTrials;
  return true;
}
