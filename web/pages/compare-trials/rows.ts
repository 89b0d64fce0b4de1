import type { Json } from "../../../core/json.ts";
import type { StudyResource } from "../../../core/resources.ts";
import { duration, paramText, short } from "../../app/format.ts";
import { type Shown, standsFor } from "./at-step.ts";
import type { ComparedTrial } from "./read.ts";

export interface CompareRow {
  group: "Objectives" | "Metrics" | "Parameters" | "Run";
  name: string;
  /** One a trial, as the columns; undefined: it has none. */
  values: readonly (Json | undefined)[];
  /** Which end is good; undefined: neither, or not known. */
  better?: "low" | "high" | undefined;
  text: (value: Json) => string;
}

/** What the trials have in common and what not: results first, then parameters, then how they ran. */
export function rowsOf(
  study: StudyResource,
  trials: readonly ComparedTrial[],
  show: Shown,
  step: number | null,
): readonly CompareRow[] {
  const rows = [...objectives(study, trials), ...metrics(study, trials, show, step)];
  return [...rows, ...parameters(study, trials), ...runs(study, trials)];
}

/** Whether all values of a row are the same. */
export function isEqual({ values }: CompareRow): boolean {
  return values.every((value) => JSON.stringify(value) === JSON.stringify(values[0]));
}

function objectives({ spec }: StudyResource, trials: readonly ComparedTrial[]): CompareRow[] {
  return spec.objectives.map(({ metric, goal }, index) => ({
    group: "Objectives",
    name: metric,
    values: trials.map(({ trial }) => trial.values[index] ?? undefined),
    better: goal === "minimize" ? "low" : "high",
    text: numberText,
  }));
}

function metrics(
  { spec }: StudyResource,
  trials: readonly ComparedTrial[],
  show: Shown,
  step: number | null,
): CompareRow[] {
  const names = [...new Set(trials.flatMap((one) => [...one.metrics.keys()]))].sort();
  const goals = new Map(spec.objectives.map(({ metric, goal }) => [metric, goal]));
  return names.map((name) => ({
    group: "Metrics",
    name,
    values: trials.map((one) => standsFor(one.metrics.get(name) ?? [], show, step) ?? undefined),
    better: goals.has(name) ? (goals.get(name) === "minimize" ? "low" : "high") : undefined,
    text: numberText,
  }));
}

function parameters({ spec }: StudyResource, trials: readonly ComparedTrial[]): CompareRow[] {
  return spec.parameters.map(({ name }) => ({
    group: "Parameters",
    name,
    values: trials.map(({ trial }) => trial.params[name]),
    text: paramText,
  }));
}

function runs({ spec }: StudyResource, trials: readonly ComparedTrial[]): CompareRow[] {
  const row = (
    name: string,
    read: (one: ComparedTrial) => Json | undefined,
    text: CompareRow["text"] = paramText,
  ): CompareRow => ({
    group: "Run",
    name,
    values: trials.map(read),
    text,
  });
  const { gpus } = spec.resources;
  return [
    row("Trained up to", ({ trial }) => trial.budget ?? "its end"),
    row(
      "Time",
      ({ trial }) => trial.seconds,
      (value) => duration(Number(value)),
    ),
    ...(gpus === 0 ? [] : [row("GPU-hours", ({ trial }) => (trial.seconds * gpus) / 3600, numberText)]),
    row("Origin", ({ trial }) => trial.origin),
    row("Attempts", ({ trial }) => trial.attempt),
    row("Seed", ({ trial }) => trial.seed, String),
    row("Proposed because", ({ trial }) => trial.proposed),
  ];
}

function numberText(value: Json): string {
  return typeof value === "number" ? short(value, 5) : String(value);
}
