import { type Campaign, campaignsWith, problemsOf } from "./campaigns.ts";
import { chooseRuns, type RunIndex } from "./comparison.ts";
import type { ProblemFacts } from "./problem-facts.ts";

/** Which methods are compared at one horizon. Each list is in the order of the methods. */
export interface Field {
  /** With all others, on the problems that all of them did. */
  compared: string[];
  /** Only head to head: what they can do would leave too few problems to the others. */
  specialists: { method: string; why: string }[];
  /** Not at all, for want of runs. */
  missing: { method: string; why: string }[];
  /** Nor these, which were planned with fewer trials. */
  ended: { method: string; why: string }[];
}

/** A method takes part when it did at least this share of what it was planned for and can do. */
const MEASURED = 0.8;
/** One that can do less than this share of what is planned with so many workers is a specialist. */
const ABLE = 0.5;

export interface FieldOptions {
  plan: readonly Campaign[];
  methods: readonly string[];
  horizon: number;
  workers: number;
}

export function fieldOf(index: RunIndex, suite: readonly ProblemFacts[], options: FieldOptions): Field {
  const field: Field = { compared: [], specialists: [], missing: [], ended: [] };
  const planned = problemsOf(campaignsWith(options.plan, options.workers), suite).length;
  for (const method of options.methods) {
    const { able, measured, most } = coverageOf(index, suite, method, options);
    if (most > 0 && most < options.horizon) field.ended.push({ method, why: `up to ${most} trials` });
    else if (measured === 0) field.missing.push({ method, why: "not measured" });
    else if (measured < MEASURED * able)
      field.missing.push({ method, why: `${measured} of ${able} problems` });
    else if (able < ABLE * planned) field.specialists.push({ method, why: `${able} problems` });
    else field.compared.push(method);
  }
  return field;
}

/** What a method did of what there is to do. */
interface Coverage {
  /** Problems that it was planned for and can say. */
  able: number;
  /** Of those, the ones with at least one finished run that reached the horizon. */
  measured: number;
  /** The largest budget of a finished run. */
  most: number;
}

function coverageOf(
  index: RunIndex,
  suite: readonly ProblemFacts[],
  method: string,
  { plan, horizon, workers }: FieldOptions,
): Coverage {
  const problems = problemsOf(campaignsWith(plan, workers, method), suite);
  const cells = problems.map((problem) => index.runs(method, problem, workers));
  const unable = cells.filter((cell) => cell.some(({ status }) => status === "unsupported")).length;
  const measured = cells.filter((cell) => chooseRuns(cell, horizon).length > 0).length;
  const budgets = cells.flat().map(({ status, trials }) => (status === "ok" ? trials : 0));
  return { able: cells.length - unable, measured, most: Math.max(0, ...budgets) };
}
