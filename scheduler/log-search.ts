import { findAlgorithm } from "../algorithms/index.ts";
import type { Algorithm, Search, Suggestion, TrialEvent } from "../core/algorithm.ts";
import type { AlgorithmId, StudyEvent } from "../core/event.ts";
import { createProblem } from "../core/problem.ts";
import { trialRng } from "../core/rng.ts";
import type { StudySpec } from "../core/study.ts";
import { toTrialEvents } from "./project.ts";

/** What a search needs of the specification; plain data, so that it can go to a worker thread. */
export type SearchDefinition = Pick<
  StudySpec,
  "parameters" | "constraints" | "objectives" | "outcomeConstraints" | "algorithm" | "seed"
>;

export function searchDefinition(spec: StudySpec): SearchDefinition {
  const { parameters, constraints, objectives, outcomeConstraints, algorithm, seed } = spec;
  return { parameters, constraints, objectives, outcomeConstraints, algorithm, seed };
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

/** `algorithm`: another one than the study's own, for the fallback. */
export function createLogSearch(
  definition: SearchDefinition,
  algorithm = ownAlgorithm(definition),
): LogSearch {
  const limits = { maxTrials: null as number | null, parallelism: 1 };
  const history: TrialEvent[] = [];
  let seq = 0;
  let search: Search | null = null;

  const build = (): Search => {
    const built = algorithm.entry.create(
      createProblem(definition, problemOptions(definition, limits)),
      algorithm.config,
    );
    for (const event of history) built.observe(event);
    return built;
  };
  return {
    get seq() {
      return seq;
    },
    algorithm: { name: algorithm.entry.name, version: algorithm.entry.version },
    observe(event) {
      seq = event.seq;
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

/** An algorithm with its parsed configuration. */
export interface ConfiguredAlgorithm {
  entry: Algorithm;
  config: unknown;
}

export function configured(name: string, config: unknown): ConfiguredAlgorithm {
  const entry = findAlgorithm(name);
  return { entry, config: entry.config.parse(config) };
}

function ownAlgorithm(definition: SearchDefinition): ConfiguredAlgorithm {
  return configured(definition.algorithm.name, definition.algorithm.config);
}

function problemOptions(
  definition: SearchDefinition,
  limits: { maxTrials: number | null; parallelism: number },
) {
  return {
    objectives: definition.objectives.length,
    constraints: definition.outcomeConstraints.length,
    maxTrials: limits.maxTrials,
    parallelism: limits.parallelism,
    seed: definition.seed,
    fidelity: null,
  };
}

/** True when the event changed a limit that a search plans with. */
function adoptLimits(
  limits: { maxTrials: number | null; parallelism: number },
  { body }: StudyEvent,
): boolean {
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
