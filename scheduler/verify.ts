import type { Suggestion } from "../core/algorithm.ts";
import { messageOf } from "../core/errors.ts";
import type { StudyEvent } from "../core/event.ts";
import { canonicalJson } from "../core/json.ts";
import type { StudySpec } from "../core/study.ts";
import { createLogSearch, type LogSearch, searchDefinition } from "./log-search.ts";
import { fallbackAnswer } from "./searcher.ts";

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
 * numbering without gaps, and every trial scheduled once and ended at most as often as it ran.
 */
export async function verifyStudy(spec: StudySpec, log: AsyncIterable<StudyEvent>): Promise<Verification> {
  const definition = searchDefinition(spec);
  const search = createLogSearch(definition);
  const order = createOrderCheck();
  const result: Verification = { events: 0, suggestions: 0, problems: [] };
  for await (const event of log) {
    result.events++;
    result.problems.push(...order(event));
    if (event.body.type === "trial.scheduled") {
      result.suggestions++;
      result.problems.push(...checkSuggestion(search, spec, event));
    }
    search.observe(event);
  }
  return result;
}

function checkSuggestion(search: LogSearch, spec: StudySpec, event: StudyEvent): VerificationProblem[] {
  if (event.body.type !== "trial.scheduled") return [];
  const { trial, point, budget, algorithm } = event.body;
  const problem = (message: string): VerificationProblem[] => [{ seq: event.seq, trial, message }];
  const fallback = event.why.rule === "fallback";
  if (!fallback && algorithm.version !== search.algorithm.version) {
    return problem(
      `made by ${algorithm.name} version ${algorithm.version}; this build has version ${search.algorithm.version}`,
    );
  }
  let again: Suggestion;
  try {
    again = fallback ? fallbackAnswer(searchDefinition(spec), trial, "").suggestion : search.suggest(trial);
  } catch (error) {
    return problem(`the algorithm threw: ${messageOf(error)}`);
  }
  if (again.type !== "start") return problem(`the log has a point, replay says "${again.type}"`);
  const recorded = canonicalJson({ point: [...point], budget });
  const derived = canonicalJson({ point: [...again.point], budget: again.budget });
  return recorded === derived ? [] : problem(`the log has ${recorded}, replay gives ${derived}`);
}

/** Checks one event after another: the log's numbering, and the life of each trial. */
function createOrderCheck(): (event: StudyEvent) => VerificationProblem[] {
  let last = 0;
  const scheduled = new Set<number>();
  const running = new Map<number, number>();
  const ended = new Set<number>();
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
    if (body.type === "trial.finished") {
      if (ended.has(body.trial)) messages.push("finished twice");
      ended.add(body.trial);
    }
    return messages.map((message) => ({ seq, trial, message }));
  };
}
