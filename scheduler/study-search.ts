import { createComposed, type FidelitySearch } from "../algorithms/fidelity/compose.ts";
import { findSchedule } from "../algorithms/fidelity/index.ts";
import { samplerName } from "../algorithms/fidelity/sampler.ts";
import { findAlgorithm } from "../algorithms/index.ts";
import { withWarmStart } from "../algorithms/warm-start.ts";
import type { Algorithm, Problem, Search, TrialEvent } from "../core/algorithm.ts";
import type { AlgorithmId } from "../core/event.ts";
import type { FidelityProblem, FidelitySchedule } from "../core/fidelity.ts";
import type { WarmStartSource } from "../core/warm-start.ts";
import { NO_LIMITS, problemOf, type SearchDefinition } from "./study-problem.ts";

/** The plug-ins that a study names, put together: algorithm, fidelity schedule and warm start. */
export interface StudySearch {
  readonly id: AlgorithmId;
  /** Empty, under these limits and with what earlier studies know. */
  create(problem: Problem, sources: readonly WarmStartSource[]): FidelitySearch;
}

export function studySearch(definition: SearchDefinition): StudySearch {
  const { fidelity } = definition;
  if (fidelity === undefined) return plainSearch(definition);
  const schedule = findSchedule(fidelity.schedule.name);
  return fidelitySearch(definition, schedule, schedule.config.parse(fidelity.schedule.config));
}

function plainSearch(definition: SearchDefinition): StudySearch {
  const { name, config } = definition.algorithm;
  const entry = findAlgorithm(name);
  return {
    id: { name: entry.name, version: entry.version },
    create(problem, sources) {
      const search = sampler(entry, config, definition, sources)(problem);
      // Without a schedule the log has no pauses.
      return {
        observe: (event) => search.observe(event as TrialEvent),
        suggest: (rng) => search.suggest(rng),
      };
    },
  };
}

function fidelitySearch(
  definition: SearchDefinition,
  schedule: FidelitySchedule,
  scheduleConfig: unknown,
): StudySearch {
  const { name, config } = definition.algorithm;
  const entry = findAlgorithm(samplerName(name, problemOf(definition, NO_LIMITS)));
  const { name: scheduleName, version } = schedule;
  return {
    id: { name: entry.name, version: entry.version, schedule: { name: scheduleName, version } },
    create(problem, sources) {
      const staged = schedule.create(problem as FidelityProblem, scheduleConfig);
      const createSampler = sampler(entry, config, definition, sources);
      return createComposed(problem as FidelityProblem, staged, createSampler, entry);
    },
  };
}

function sampler(
  entry: Algorithm,
  config: unknown,
  { warmStart }: SearchDefinition,
  sources: readonly WarmStartSource[],
): (problem: Problem) => Search {
  const parsed = entry.config.parse(config);
  return (problem) => {
    const own = entry.create(problem, parsed);
    if (sources.length === 0) return own;
    return withWarmStart(
      own,
      problem,
      sources.map((source) => pinnedTo(problem, source)),
      warmStart?.points ?? 0,
    );
  };
}

/** Points of an earlier study in a problem that has one more dimension, the budget: all were trained as far as asked. */
function pinnedTo({ dimensions }: Problem, source: WarmStartSource): WarmStartSource {
  const last = dimensions.at(-1);
  if (last?.kind !== "continuous" || last.pinned === undefined) return source;
  const { pinned } = last;
  return { ...source, points: source.points.map((each) => ({ ...each, point: [...each.point, pinned] })) };
}
