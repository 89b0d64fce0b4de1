import { FALLBACK, fallbackSuggestion } from "../algorithms/fallback.ts";
import type { Suggestion } from "../core/algorithm.ts";
import { messageOf } from "../core/errors.ts";
import type { AlgorithmId, StudyEvent } from "../core/event.ts";
import { trialRng } from "../core/rng.ts";
import { createLogSearch, type LogSearch } from "./log-search.ts";
import { NO_LIMITS, problemOf, type SearchDefinition } from "./study-problem.ts";

/** One question to a search. */
export interface SearchQuestion {
  studyId: string;
  definition: SearchDefinition;
  /** The number that the proposed trial will carry. */
  trial: number;
  /** Length of the log that the answer must know. */
  seq: number;
  /** Events with seq > `after`, in order, up to `seq`. */
  events(after: number): Promise<readonly StudyEvent[]>;
}

export interface SearchAnswer {
  suggestion: Suggestion;
  /** Who answered: the study's algorithm, or the fallback. */
  algorithm: AlgorithmId;
}

/** Whoever turns a log into suggestions: worker threads in the service, the same thread in tests and verification. */
export interface Searcher {
  /** @throws FettleError "algorithm-failed" when the algorithm threw or passed its deadline. */
  ask(question: SearchQuestion): Promise<SearchAnswer>;
  /** Drops warm state of a study: after a turn that was not committed, or when the study ended. */
  forget(studyId: string): void;
  close(): Promise<void>;
}

/** Answers in this thread, keeping each study's search warm. */
export function createLocalSearcher(): Searcher {
  const searches = new Map<string, LogSearch>();
  return {
    async ask(question) {
      let search = searches.get(question.studyId);
      // A log shorter than what was folded means that folded events were never committed.
      if (search === undefined || search.seq > question.seq) search = createLogSearch(question.definition);
      searches.set(question.studyId, search);
      for (const event of await question.events(search.seq)) search.observe(event);
      return { suggestion: search.suggest(question.trial), algorithm: search.algorithm };
    },
    forget(studyId) {
      searches.delete(studyId);
    },
    async close() {
      searches.clear();
    },
  };
}

/**
 * An evenly spread point in place of an algorithm that failed: the study goes on, the log says why, and verification
 * can derive the point again. Knows nothing of the log, so it needs no replay.
 */
export function fallbackAnswer(definition: SearchDefinition, trial: number, cause: unknown): SearchAnswer {
  const problem = problemOf(definition, NO_LIMITS);
  const suggestion = fallbackSuggestion(problem, trial, trialRng(definition.seed, trial, "suggest"));
  const inputs = { ...suggestion.why.inputs, failed: definition.algorithm.name, cause: messageOf(cause) };
  const text = `Evenly spread point, because ${definition.algorithm.name} failed: ${messageOf(cause)}`;
  if (suggestion.type !== "start") return { suggestion, algorithm: FALLBACK };
  return { suggestion: { ...suggestion, why: { rule: "fallback", inputs, text } }, algorithm: FALLBACK };
}
