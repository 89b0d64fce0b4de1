import type { Evidence, Point, Problem, Search, Suggestion, TrialEvent } from "../../core/algorithm.ts";
import { isPinned } from "../../core/dimension.ts";
import { messageOf } from "../../core/errors.ts";
import type { Rng } from "../../core/rng.ts";
import { createDistinct, type Distinct } from "./distinct.ts";
import { createHistory, type History, type TrialRecord } from "./history.ts";
import { createInitialDesign, initialTrials } from "./initial.ts";

/**
 * The frame of every algorithm that learns: evenly spread points first, then the model's proposals, never the same point
 * twice in a finite space, and an evenly spread point with the cause in its evidence wherever the model has none.
 */

export interface Proposal {
  point: Point;
  why: Evidence;
}

/** What the frame asks of a model. `observe` is its only transition: `propose` must leave nothing that shows. */
export interface Model {
  /** Called after the history has folded the event. `record` is the trial as it stands now. */
  observe?(event: TrialEvent, record: TrialRecord): void;
  /** Points in the order in which they should be tried: the first that is feasible and new is taken. Empty: none. */
  propose(rng: Rng): readonly Proposal[];
}

export interface GuidedOptions {
  /** The algorithm's name, for rules and texts. */
  name: string;
  /** Results that the model needs before it is asked at all, >= 1. Trials that count: see `usable`. */
  minResults?: number;
  /** Evenly spread points at the start; by default `initialTrials(problem)`. */
  initial?: number;
  /** Whether the first of them is the centre of the space. Default true. */
  centre?: boolean;
  /** How many finished trials the model can learn from; by default those that completed with a result. */
  usable?(history: History): number;
}

/** `createModel` gets the history that the frame keeps; the model reads it and never changes it. */
export function createGuidedSearch(
  problem: Problem,
  options: GuidedOptions,
  createModel: (history: History, distinct: Distinct) => Model,
): Search {
  const {
    name,
    initial = initialTrials(problem),
    minResults = Math.max(2, Math.ceil(initial / 2)),
  } = options;
  const usable = options.usable ?? ((history: History) => history.completed.length);
  const history = createHistory();
  const distinct = createDistinct(problem);
  const design = createInitialDesign(problem, { purpose: name, centre: options.centre ?? true });
  const model = createModel(history, distinct);
  const pinned = problem.dimensions.some(isPinned);
  // Where a configuration may have results at several budgets, they are one start of one point.
  const startedPoints = () => (pinned ? distinct.size : history.trials.length);

  const spread = (rng: Rng, rule: string, text: string, inputs: Record<string, unknown>): Suggestion => {
    const index = startedPoints();
    const planned = design(index);
    const point = problem.feasible(planned) && !distinct.has(planned) ? planned : distinct.draw(rng);
    if (point === null) return exhausted(name, index);
    return { type: "start", point, budget: null, why: { rule, inputs: { ...inputs, index }, text } };
  };

  return {
    observe(event) {
      if (event.type === "scheduled") distinct.add(event.point);
      const record = history.observe(event);
      if (record) model.observe?.(event, record);
    },
    suggest(rng) {
      const started = startedPoints();
      const results = usable(history);
      if (started < initial || results < minResults) {
        const text =
          started < initial
            ? `Point ${started + 1} of ${initial} that cover the space evenly before ${name} learns from results.`
            : `Evenly spread point: ${name} needs ${minResults} results and has ${results}.`;
        return spread(rng, `${name}-initial`, text, { initial, results });
      }
      const { proposals, cause } = ask(model, rng);
      for (const { point, why } of proposals) {
        if (problem.feasible(point) && !distinct.has(point))
          return { type: "start", point, budget: null, why };
      }
      const text = `Evenly spread point instead of one from ${name}: ${cause}.`;
      return spread(rng, `${name}-fallback`, text, { cause, proposals: proposals.length });
    },
  };
}

function ask(model: Model, rng: Rng): { proposals: readonly Proposal[]; cause: string } {
  try {
    return {
      proposals: model.propose(rng),
      cause: "each of its proposals was tried before or is infeasible",
    };
  } catch (error) {
    // A numerical failure must not stop a study; the log says what happened.
    return { proposals: [], cause: messageOf(error) };
  }
}

function exhausted(name: string, started: number): Suggestion {
  const text = `Every feasible point of the space was tried, ${started} trials in all; ${name} ends here.`;
  return { type: "exhausted", why: { rule: `${name}-exhausted`, inputs: { started }, text } };
}
