import { findAlgorithm } from "../algorithms/index.ts";
import { withWarmStart } from "../algorithms/warm-start.ts";
import type { Problem, Search, Suggestion, TrialEvent } from "../core/algorithm.ts";
import type { AlgorithmId, StudyEvent } from "../core/event.ts";
import { createProblem } from "../core/problem.ts";
import { trialRng } from "../core/rng.ts";
import type { StudySpec } from "../core/study.ts";
import type { WarmStartSource } from "../core/warm-start.ts";
import { toTrialEvents } from "./project.ts";

/** What a search needs of the specification; plain data, so that it can go to a worker thread. */
export type SearchDefinition = Pick<
  StudySpec,
  "parameters" | "constraints" | "objectives" | "outcomeConstraints" | "algorithm" | "warmStart" | "seed"
>;

export function searchDefinition(spec: StudySpec): SearchDefinition {
  const { parameters, constraints, objectives, outcomeConstraints, algorithm, warmStart, seed } = spec;
  return { parameters, constraints, objectives, outcomeConstraints, algorithm, warmStart, seed };
}

/**
 * An algorithm folded over a study's log. `suggest` is a pure function of (definition, events so far, trial number):
 * the randomness is derived from the study's seed and the number, so the same log gives the same suggestion anywhere.
 */
export interface LogSearch {
  /** Events folded so far: the `seq` of the last one. */
  readonly seq: number;
  observe(event: StudyEvent): void;
  suggest(trial: number): Suggestion;
  readonly algorithm: AlgorithmId;
}

export function createLogSearch(definition: SearchDefinition): LogSearch {
  const entry = findAlgorithm(definition.algorithm.name);
  const config = entry.config.parse(definition.algorithm.config);
  const limits: Limits = { maxTrials: null, parallelism: 1 };
  const history: TrialEvent[] = [];
  const sources: WarmStartSource[] = [];
  let seq = 0;
  let search: Search | null = null;

  const build = (): Search => {
    const problem = problemOf(definition, limits);
    const own = entry.create(problem, config);
    const points = definition.warmStart?.points ?? 0;
    const built = sources.length > 0 ? withWarmStart(own, problem, sources, points) : own;
    for (const event of history) built.observe(event);
    return built;
  };
  return {
    get seq() {
      return seq;
    },
    algorithm: { name: entry.name, version: entry.version },
    observe(event) {
      seq = event.seq;
      if (event.body.type === "study.warm-started") {
        sources.push(event.body);
        search = null;
      }
      // A search plans with the limits, so it is built anew when they change: the same at every replay.
      if (adoptLimits(limits, event)) search = null;
      for (const fact of toTrialEvents(definition, event.body)) {
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

interface Limits {
  maxTrials: number | null;
  parallelism: number;
}

/** The study as its algorithm sees it, under the limits of the moment. */
export function problemOf(definition: SearchDefinition, limits: Limits): Problem {
  return createProblem(definition, {
    objectives: definition.objectives.length,
    constraints: definition.outcomeConstraints.length,
    seed: definition.seed,
    fidelity: null,
    ...limits,
  });
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
