import type { Point } from "../../core/algorithm.ts";

/** What the evaluators of importance take and give. */

/** A trial that finished with a result. `loss`: of the one objective that is asked about, finite, minimised. */
export interface RatedTrial {
  point: Point;
  loss: number;
}

export interface ParameterImportance {
  /** Index into the problem's dimensions. */
  dimension: number;
  /** 0 to 1; see the evaluator for what the numbers add up to. */
  importance: number;
  /** Ends of an interval of 90 % over resampled trials. */
  low: number;
  high: number;
  /** Where larger values go with lower ("down") or higher loss ("up"); null where neither is clear. */
  direction: "down" | "up" | null;
}

export interface Interaction {
  dimensions: readonly [number, number];
  importance: number;
  low: number;
  high: number;
}

export type Verdict = "clear" | "too-early";

export interface Importance {
  /** Most important first. */
  parameters: ParameterImportance[];
  /** Empty where the evaluator finds none. Most important first. */
  interactions: Interaction[];
  /** Trials that were used. */
  trials: number;
  verdict: Verdict;
  /** Why, in a sentence. */
  text: string;
}

/** Two-sided: 5 % of the resamples lie below `low`, 5 % above `high`. */
const TAIL = 0.05;

/** The interval of resampled values, wide enough to hold the estimate itself. */
export function intervalOf(samples: readonly number[], estimate: number): { low: number; high: number } {
  const sorted = samples.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return { low: 0, high: 1 };
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))]!;
  return { low: Math.min(at(TAIL), estimate), high: Math.max(at(1 - TAIL), estimate) };
}

/** What an evaluation that pauses gives in the end. */
export function runThrough<Result>(steps: Generator<void, Result>): Result {
  let step = steps.next();
  while (!step.done) step = steps.next();
  return step.value;
}
