import type { Algorithm, Problem, Search, Suggestion, TrialEvent } from "../../core/algorithm.ts";
import type { Rng } from "../../core/rng.ts";
import { createHistory } from "../common/history.ts";
import { type EngineName, type Phase, phaseAt } from "./plan.ts";

/** Whoever proposes in the place of an engine that has no proposal. */
const SAFETY_NET: EngineName = "tpe";
/** Ends the rule of a suggestion that an engine gave for want of one of its own (common/guided-search.ts). */
const FALLBACK = "-fallback";

/** The search of a plan: its engines take turns, and each has seen the whole log when it is asked. */
export function createAutoSearch(
  problem: Problem,
  plan: readonly Phase[],
  engines: Readonly<Record<EngineName, Algorithm>>,
): Search {
  const events: TrialEvent[] = [];
  const history = createHistory();
  const warm = new Map<EngineName, { search: Search; seen: number }>();

  /** Engines that are not asked cost nothing. */
  const engine = (name: EngineName): Search => {
    const { create, config } = engines[name];
    const state = warm.get(name) ?? { search: create(problem, config.parse({})), seen: 0 };
    for (; state.seen < events.length; state.seen++) state.search.observe(events[state.seen]!);
    warm.set(name, state);
    return state.search;
  };
  const ask = (name: EngineName, rng: Rng) => signed(engine(name).suggest(rng), name);

  return {
    observe(event) {
      events.push(event);
      history.observe(event);
    },
    suggest(rng) {
      const turn = phaseAt(plan, history.completed.length).engines;
      const name = turn[history.trials.length % turn.length]!;
      const suggestion = ask(name, rng);
      if (name === SAFETY_NET || !suggestion.why.rule.endsWith(FALLBACK)) return suggestion;
      return inPlaceOf(suggestion, ask(SAFETY_NET, rng));
    },
  };
}

/** The suggestion with the engine that made it on record. */
function signed(suggestion: Suggestion, engine: EngineName): Suggestion {
  const { why } = suggestion;
  return { ...suggestion, why: { ...why, inputs: { ...why.inputs, engine } } };
}

/** The second, with why the first is none. */
function inPlaceOf(first: Suggestion, second: Suggestion): Suggestion {
  const { engine, cause = null } = first.why.inputs;
  const { why } = second;
  const inputs = { ...why.inputs, insteadOf: engine, cause };
  return { ...second, why: { ...why, inputs, text: `${why.text} (In place of ${engine}: ${cause}.)` } };
}
