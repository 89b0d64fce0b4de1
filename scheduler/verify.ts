import type { Suggestion } from "../core/algorithm.ts";
import { messageOf } from "../core/errors.ts";
import type { AlgorithmId, StudyEvent, StudyEventBody } from "../core/event.ts";
import { canonicalJson, type Json } from "../core/json.ts";
import type { StudySpec } from "../core/study.ts";
import { createLogSearch, type LogSearch } from "./log-search.ts";
import { fallbackAnswer } from "./searcher.ts";
import { searchDefinition } from "./study-problem.ts";

/** What re-deriving a study from its log showed. */
export interface Verification {
  events: number;
  /** Suggestions derived again. */
  suggestions: number;
  /** Every way in which the log does not hold together; empty: verified. */
  problems: VerificationProblem[];
}

export interface VerificationProblem {
  seq: number;
  trial: number | null;
  message: string;
}

/**
 * Re-derives every suggestion of a study from nothing but its specification and its log, and checks the log itself:
 * numbering without gaps, every trial scheduled once and ended at most as often as it ran, promoted only while it waits.
 */
export async function verifyStudy(spec: StudySpec, log: AsyncIterable<StudyEvent>): Promise<Verification> {
  const definition = searchDefinition(spec);
  const search = createLogSearch(definition);
  const order = createOrderCheck();
  let created = 0;
  const result: Verification = { events: 0, suggestions: 0, problems: [] };
  for await (const event of log) {
    result.events++;
    result.problems.push(...order(event));
    if (event.body.type === "trial.scheduled" || event.body.type === "trial.promoted") {
      result.suggestions++;
      result.problems.push(...checkSuggestion(search, spec, event, created));
    }
    if (event.body.type === "trial.scheduled" || event.body.type === "trial.enqueued") created++;
    search.observe(event);
  }
  return result;
}

/** `created`: trials that the log had scheduled by then, the number that the next one would carry. */
function checkSuggestion(
  search: LogSearch,
  spec: StudySpec,
  event: StudyEvent,
  created: number,
): VerificationProblem[] {
  if (event.body.type !== "trial.scheduled" && event.body.type !== "trial.promoted") return [];
  const { trial, algorithm } = event.body;
  const problem = (message: string): VerificationProblem[] => [{ seq: event.seq, trial, message }];
  const fallback = event.why.rule === "fallback";
  if (!fallback && canonicalJson({ ...algorithm }) !== canonicalJson({ ...search.algorithm })) {
    return problem(`made by ${named(algorithm)}; this build has ${named(search.algorithm)}`);
  }
  let again: Suggestion;
  try {
    again = fallback
      ? fallbackAnswer(searchDefinition(spec), created, "").suggestion
      : search.suggest(created);
  } catch (error) {
    return problem(`the algorithm threw: ${messageOf(error)}`);
  }
  const recorded = canonicalJson(recordedAnswer(event.body));
  const derived = canonicalJson(derivedAnswer(again));
  return recorded === derived ? [] : problem(`the log has ${recorded}, replay gives ${derived}`);
}

function named({ name, version, schedule }: AlgorithmId): string {
  const beside = schedule === undefined ? "" : ` under ${schedule.name} version ${schedule.version}`;
  return `${name} version ${version}${beside}`;
}

type Answer = Record<string, Json>;

function recordedAnswer(body: StudyEventBody & { type: "trial.scheduled" | "trial.promoted" }): Answer {
  if (body.type === "trial.promoted") return { type: "resume", trial: body.trial, budget: body.budget };
  return { type: "start", point: [...body.point], budget: body.budget, parent: body.parent ?? null };
}

function derivedAnswer(suggestion: Suggestion): Answer {
  switch (suggestion.type) {
    case "start": {
      const { point, budget, parent = null } = suggestion;
      return { type: "start", point: [...point], budget, parent };
    }
    case "resume":
      return { type: "resume", trial: suggestion.trial, budget: suggestion.budget };
    default:
      return { type: suggestion.type };
  }
}

/** Checks one event after another: the log's numbering, and the life of each trial. */
function createOrderCheck(): (event: StudyEvent) => VerificationProblem[] {
  let last = 0;
  const scheduled = new Set<number>();
  const running = new Map<number, number>();
  const ended = new Set<number>();
  const waiting = new Set<number>();
  return ({ seq, body }) => {
    const messages: string[] = [];
    if (seq !== last + 1) messages.push(`follows event ${last}, not ${seq - 1}`);
    last = seq;
    const trial = "trial" in body ? body.trial : null;
    if (body.type === "trial.scheduled" || body.type === "trial.enqueued") {
      if (scheduled.has(body.trial)) messages.push("scheduled twice");
      scheduled.add(body.trial);
    } else if (trial !== null && !scheduled.has(trial)) messages.push(`${body.type} before it was scheduled`);
    if (body.type === "trial.started") {
      if (body.attempt <= (running.get(body.trial) ?? 0))
        messages.push(`attempt ${body.attempt} started twice`);
      running.set(body.trial, body.attempt);
    }
    if (body.type === "trial.requeued") ended.delete(body.trial);
    if (body.type === "trial.promoted" && !waiting.delete(body.trial))
      messages.push("promoted while not paused");
    if (body.type === "trial.paused") {
      if (waiting.has(body.trial)) messages.push("paused twice");
      waiting.add(body.trial);
    }
    if (body.type === "trial.finished") {
      if (ended.has(body.trial)) messages.push("finished twice");
      ended.add(body.trial);
    }
    return messages.map((message) => ({ seq, trial, message }));
  };
}
