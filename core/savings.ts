import { z } from "zod";
import type { AttemptOutcome, TrialState } from "./trial.ts";

/**
 * What stopping early was worth, from recorded attempt times, and how often it was wrong, from the trials held out.
 *
 * used: all attempts. wasted: attempts that were lost, failed or handed back, and trials that ended without a result.
 * saved: of each trial that was given up, the time that the rest of its training would have taken at its own pace; of one
 * that told no steps, what it is short of the median completed trial. How far such a training goes is the study's largest
 * budget, else the median of the completed trials. Medians, and the steps of the trials given up, are of values to three
 * digits: so trials fall into spans, few however many trials there are, and the whole is told from these.
 */

/** Outcomes of attempts that led to nothing, whatever became of the trial. */
export const FRUITLESS: readonly AttemptOutcome[] = ["failed", "lost", "requeue", "infeasible"];

/** States of trials that ended without a result. */
export const RESULTLESS: readonly TrialState[] = ["failed", "infeasible", "cancelled"];

const hoursSchema = z.object({
  used: z.number().describe("All attempts, running ones up to now."),
  saved: z.number().describe("What the trials given up would have taken to their end, at their own pace."),
  wasted: z.number().describe("Attempts that were lost, failed or handed back, and trials without a result."),
});

export const savingsSchema = z.object({
  /** Hours of slots, whatever they hold. */
  hours: hoursSchema,
  /** The same in GPU-hours. */
  gpuHours: hoursSchema,
  holdout: z
    .object({
      heldOut: z.int().describe("Trials that should have been pruned and were left to run."),
      completed: z.int(),
      wrong: z.int().describe("Of those completed, the ones among the best tenth of all completed trials."),
      rate: z.number().nullable(),
      low: z.number().describe("With `high`: Wilson's 95 % interval of the rate."),
      high: z.number(),
    })
    .nullable()
    .describe("Null: the study holds nothing out."),
  text: z.string(),
});
export type Savings = z.infer<typeof savingsSchema>;

/** Trials that ended alike: so many seconds spent, or so many steps reached, to three digits. */
export interface Span {
  /** Pruned trials without a step above zero are "stepless"; the others are in "pruned-steps" and in "pruned-seconds". */
  kind: "completed-steps" | "completed-seconds" | "pruned-steps" | "pruned-seconds" | "stepless-seconds";
  value: number;
  trials: number;
  /** Of their fruitful attempts, in all. */
  seconds: number;
}

/** Seconds that the pruned trials would have taken to their end. `fullSteps`: of a full training; null: as the completed did. */
export function savedSeconds(spans: readonly Span[], fullSteps: number | null): number {
  const of = (kind: Span["kind"]) => spans.filter((span) => span.kind === kind);
  const steps = fullSteps ?? medianOf(of("completed-steps"));
  const seconds = medianOf(of("completed-seconds")) ?? 0;
  const byPace = steps === null ? [] : of("pruned-steps");
  const byTime = [...of("stepless-seconds"), ...(steps === null ? of("pruned-seconds") : [])];
  return (
    sumOf(byPace, (span) => (span.seconds * Math.max(0, steps! - span.value)) / span.value) +
    sumOf(byTime, (span) => Math.max(0, seconds * span.trials - span.seconds))
  );
}

/** Seconds that the pruned trials took, fruitless attempts left out. */
export function prunedSeconds(spans: readonly Span[]): number {
  const pruned = spans.filter(({ kind }) => kind === "pruned-seconds" || kind === "stepless-seconds");
  return sumOf(pruned, ({ seconds }) => seconds);
}

/** Median of the spans' values, each as often as it has trials; between two middle ones their mean. Null: no trial. */
function medianOf(spans: readonly Span[]): number | null {
  const count = sumOf(spans, ({ trials }) => trials);
  if (count === 0) return null;
  const sorted = spans.toSorted((a, b) => a.value - b.value);
  const [low, high] = [Math.floor((count - 1) / 2), Math.ceil((count - 1) / 2)];
  return (valueAt(sorted, low) + valueAt(sorted, high)) / 2;
}

/** The value at a rank, from 0, of sorted spans that have as many trials. */
function valueAt(sorted: readonly Span[], rank: number): number {
  let passed = 0;
  for (const { value, trials } of sorted) {
    passed += trials;
    if (passed > rank) return value;
  }
  throw new RangeError(`rank ${rank} of ${passed} trials`);
}

function sumOf(spans: readonly Span[], amount: (span: Span) => number): number {
  return spans.reduce((sum, span) => sum + amount(span), 0);
}

/** Seconds and counts, as the store adds them up. */
export interface SavingsTotals {
  used: number;
  saved: number;
  wasted: number;
  gpus: number;
  heldOut: number;
  heldOutCompleted: number;
  heldOutWrong: number;
}

/** `holdout`: the share that the study asked for; 0: none. */
export function savingsOf(totals: SavingsTotals, holdout: number): Savings {
  const { used, saved, wasted, gpus } = totals;
  const hours = { used: used / 3600, saved: saved / 3600, wasted: wasted / 3600 };
  const gpuHours = { used: hours.used * gpus, saved: hours.saved * gpus, wasted: hours.wasted * gpus };
  const heldOut = holdout > 0 ? holdoutOf(totals) : null;
  const [shown, unit] = gpus > 0 ? [gpuHours, "GPU-hours"] : [hours, "hours"];
  const share = used + saved > 0 ? Math.round((100 * saved) / (used + saved)) : 0;
  const sentences = [
    `${short(shown.used)} ${unit} used, ${short(shown.saved)} saved (${share} % of what full trainings would have taken), ${short(shown.wasted)} wasted.`,
    ...(heldOut === null ? [] : [holdoutText(heldOut)]),
  ];
  return { hours, gpuHours, holdout: heldOut, text: sentences.join(" ") };
}

type Holdout = NonNullable<Savings["holdout"]>;

function holdoutOf({ heldOut, heldOutCompleted, heldOutWrong }: SavingsTotals): Holdout {
  const { low, high } = wilsonInterval(heldOutWrong, heldOutCompleted);
  const rate = heldOutCompleted === 0 ? null : heldOutWrong / heldOutCompleted;
  return { heldOut, completed: heldOutCompleted, wrong: heldOutWrong, rate, low, high };
}

function holdoutText({ completed, wrong, low, high }: Holdout): string {
  if (completed === 0) return "No held-out trial has ended yet.";
  const interval = `95 %: ${percent(low)} to ${percent(high)}`;
  return `Of ${completed} held-out trials that ended, ${wrong} came to be among the best tenth, so that many prunes are wrong (${interval}).`;
}

/** Wilson's score interval (1927) of a rate, `successes` of `n`, at 95 %; all of [0, 1] without any. */
export function wilsonInterval(successes: number, n: number): { low: number; high: number } {
  if (n === 0) return { low: 0, high: 1 };
  const z = 1.959963984540054;
  const rate = successes / n;
  const scale = 1 + (z * z) / n;
  const centre = (rate + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

function short(hours: number): string {
  return String(Number(hours.toPrecision(3)));
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
