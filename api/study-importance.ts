import { setImmediate } from "node:timers/promises";
import type { Importance, RatedTrial } from "../algorithms/importance/importance.ts";
import { evaluators } from "../algorithms/importance/index.ts";
import type { ChartStore, CompletedTrial } from "../core/chart-store.ts";
import { FettleError } from "../core/errors.ts";
import { type Goal, toLoss } from "../core/objective.ts";
import { createProblem } from "../core/problem.ts";
import type { ImportanceResource, StudyResource } from "../core/resources.ts";
import { studyRng } from "../core/rng.ts";
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

/** More say little more: the intervals of so many are a few hundredths wide. */
const MOST_TRIALS = 5_000;

/** @throws FettleError "invalid-input" at ?objective. */
export async function importanceOf(
  store: ChartStore,
  study: StudyResource,
  question: ImportanceQuestion,
  signal: AbortSignal,
): Promise<ImportanceResource> {
  const { spec } = study;
  const objective = objectiveIndex(study, question.objective);
  const { metric, goal } = spec.objectives[objective]!;
  const trials = await store.sampleCompleted(study.id, MOST_TRIALS);
  const rated = trials.flatMap((trial) => ratedBy(trial, objective, goal));
  const problem = createProblem(spec, problemOptions(spec));
  const rng = studyRng(question.seed ?? spec.seed, "importance");
  const steps = evaluators[question.evaluator](problem, rated, rng);
  const importance = await inSteps(steps, signal);
  const answer = named(importance, searchedNames(study), question.evaluator, metric);
  const completed = Math.max(study.counts.completed, trials.length);
  const isWhole = trials.length < MOST_TRIALS || completed === MOST_TRIALS;
  return { ...answer, completed, text: isWhole ? answer.text : `${answer.text} ${sampleText(completed)}` };
}

function sampleText(completed: number): string {
  const [most, all] = [MOST_TRIALS, completed].map((count) => count.toLocaleString("en"));
  return `Looked at: ${most} of the ${all} completed trials, drawn at random.`;
}

function ratedBy({ point, values }: CompletedTrial, objective: number, goal: Goal): RatedTrial[] {
  const value = values[objective];
  return typeof value === "number" ? [{ point, loss: toLoss(goal, value) }] : [];
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

/** Runs the evaluation with pauses in which the server answers others. @throws when the process is about to end. */
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
): Omit<ImportanceResource, "completed"> {
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
