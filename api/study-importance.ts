import { setImmediate } from "node:timers/promises";
import type { Importance, RatedTrial } from "../algorithms/importance/importance.ts";
import { evaluators } from "../algorithms/importance/index.ts";
import { createEncoder } from "../core/encode.ts";
import { FettleError } from "../core/errors.ts";
import { toLoss } from "../core/objective.ts";
import { createProblem } from "../core/problem.ts";
import type { ImportanceResource, StudyResource, TrialResource } from "../core/resources.ts";
import { studyRng } from "../core/rng.ts";
import type { TrialStore } from "../core/store.ts";
import { didYouMean } from "../core/suggest-name.ts";
import { problemOptions } from "./check-submission.ts";

/** What matters in a study, from its completed trials. */

export interface ImportanceQuestion {
  evaluator: keyof typeof evaluators;
  /** Metric of an objective; absent: the first. */
  objective: string | undefined;
  /** Draws the resamples; absent: the study's. */
  seed: number | undefined;
}

const PAGE = 1000;
/** More say no more; the latest are what the study searches now. */
const MOST_TRIALS = 20_000;

/** @throws FettleError "invalid-input" at ?objective. */
export async function importanceOf(
  store: TrialStore,
  study: StudyResource,
  question: ImportanceQuestion,
  signal: AbortSignal,
): Promise<ImportanceResource> {
  const { spec } = study;
  const objective = objectiveIndex(study, question.objective);
  const encoder = createEncoder(spec);
  const rated: RatedTrial[] = [];
  for await (const trial of completedTrials(store, study.id)) {
    const value = trial.values[objective];
    if (typeof value !== "number") continue;
    rated.push({
      point: encoder.encode(trial.params),
      loss: toLoss(spec.objectives[objective]!.goal, value),
    });
  }
  const problem = createProblem(spec, problemOptions(spec));
  const rng = studyRng(question.seed ?? spec.seed, "importance");
  const steps = evaluators[question.evaluator](problem, rated.slice(-MOST_TRIALS), rng);
  const importance = await inSteps(steps, signal);
  return named(importance, searchedNames(study), question.evaluator, spec.objectives[objective]!.metric);
}

function objectiveIndex({ spec }: StudyResource, metric: string | undefined): number {
  if (metric === undefined) return 0;
  const metrics = spec.objectives.map((objective) => objective.metric);
  const index = metrics.indexOf(metric);
  if (index >= 0) return index;
  const message = `The study has no objective "${metric}".`;
  const hint = didYouMean(metric, metrics) ?? `There are: ${metrics.join(", ")}.`;
  const field = { pointer: "?objective", code: "unknown-objective", message, hint };
  throw new FettleError("invalid-input", message, { fields: [field], hint });
}

async function* completedTrials(store: TrialStore, studyId: string): AsyncGenerator<TrialResource> {
  const query = { state: ["completed"], order: "number" } as const;
  for (let cursor: string | undefined; ; ) {
    const page = { limit: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const { items, nextCursor } = await store.listTrials(studyId, query, page);
    yield* items;
    if (nextCursor === null) return;
    cursor = nextCursor;
  }
}

/** Runs the evaluation with pauses in which the server answers others. @throws when the client has gone. */
async function inSteps(steps: Generator<void, Importance>, signal: AbortSignal): Promise<Importance> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    await setImmediate();
    signal.throwIfAborted();
  }
}

/** Names of the problem's dimensions: fixed parameters are none. */
function searchedNames({ spec }: StudyResource): string[] {
  return spec.parameters.filter(({ type }) => type !== "fixed").map(({ name }) => name);
}

function named(
  { parameters, interactions, ...rest }: Importance,
  names: readonly string[],
  evaluator: ImportanceQuestion["evaluator"],
  objective: string,
): ImportanceResource {
  return {
    evaluator,
    objective,
    ...rest,
    parameters: parameters.map(({ dimension, direction, ...shares }) => ({
      name: names[dimension]!,
      ...shares,
      // Losses are minimised whatever the goal, so down is better.
      direction: direction === null ? null : direction === "down" ? "better" : "worse",
    })),
    interactions: interactions.map(({ dimensions: [i, j], ...shares }) => ({
      parameters: [names[i]!, names[j]!] as [string, string],
      ...shares,
    })),
  };
}
