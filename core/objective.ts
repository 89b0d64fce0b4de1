import { z } from "zod";

/** How a trial's metric points become one number, one loss, one verdict on a constraint. */

/** Names as training code prints them: "val_acc", "eval/loss", "valid_1 auc". */
export const metricNameSchema = z
  .string()
  .regex(
    /^[^\s\p{Cc}](?:[^\p{Cc}]{0,198}[^\s\p{Cc}])?$/u,
    "1 to 200 characters, no control characters, no spaces at the ends.",
  )
  .describe("Name of a metric, as the training code reports it.");

const goalSchema = z.enum(["minimize", "maximize"]);
export type Goal = z.infer<typeof goalSchema>;

const strategySchema = z
  .union([z.enum(["last", "min", "max"]), z.strictObject({ meanOfLast: z.int().min(1).max(10_000) })])
  .describe(
    "Which of the reported points counts: the last (default), the smallest, the largest, or the mean of the last k. " +
      "The best point of a noisy curve flatters a trial, so `last` is the default for both goals.",
  );
export type Strategy = z.infer<typeof strategySchema>;

export const objectiveSchema = z
  .strictObject({
    metric: metricNameSchema,
    goal: goalSchema,
    strategy: strategySchema.default("last"),
    target: z.number().optional().describe("The study ends when a completed trial is at least this good."),
  })
  .describe("A metric to optimise.");
export type Objective = z.infer<typeof objectiveSchema>;

export const outcomeConstraintSchema = z
  .strictObject({
    metric: metricNameSchema,
    min: z.number().optional().describe("The metric's last value must be at least this."),
    max: z.number().optional().describe("The metric's last value must be at most this."),
  })
  .refine((limit) => limit.min !== undefined || limit.max !== undefined, "Give `min`, `max` or both.")
  .refine((limit) => !(limit.min! > limit.max!), "`min` must not be larger than `max`.")
  .describe("A bound on a metric: a trial beyond it is never the best.");
export type OutcomeConstraint = z.infer<typeof outcomeConstraintSchema>;

/** One reported value. Steps may come in any order; of two points of one step the later wins. */
export interface MetricPoint {
  step: number;
  value: number;
}

/**
 * The value of a metric that was reported as `points`; null when nothing was. A non-finite result is returned as it
 * is: the caller calls the trial diverged. `min` and `max` pass over NaN (a NaN in the middle of a curve does not undo
 * a good epoch) and give NaN only when every point is NaN; `last` and `meanOfLast` do not hide it.
 */
export function reduceMetric(strategy: Strategy, points: readonly MetricPoint[]): number | null {
  if (points.length === 0) return null;
  if (strategy === "min" || strategy === "max") return extreme(strategy, points);
  const ordered = byStep(points);
  if (strategy === "last") return ordered.at(-1)!;
  const tail = ordered.slice(-strategy.meanOfLast);
  return tail.reduce((sum, value) => sum + value / tail.length, 0);
}

function extreme(strategy: "min" | "max", points: readonly MetricPoint[]): number {
  const pick = strategy === "min" ? Math.min : Math.max;
  let result = Number.NaN;
  for (const { value } of points) {
    if (!Number.isNaN(value)) result = Number.isNaN(result) ? value : pick(result, value);
  }
  return result;
}

function byStep(points: readonly MetricPoint[]): number[] {
  const latest = new Map<number, number>();
  for (const { step, value } of points) latest.set(step, value);
  return [...latest].sort(([a], [b]) => a - b).map(([, value]) => value);
}

/** The loss of a metric value: always minimised. */
export function toLoss(goal: Goal, value: number): number {
  return goal === "minimize" ? value : 0 - value;
}

/** The metric value of a loss; undoes `toLoss` exactly. */
export function fromLoss(goal: Goal, loss: number): number {
  return goal === "minimize" ? loss : 0 - loss;
}

/** Whether a value is at least as good as the objective's target, which counts as reached; false without one. */
export function reachedTarget(objective: Objective, value: number): boolean {
  if (objective.target === undefined) return false;
  return objective.goal === "minimize" ? value <= objective.target : value >= objective.target;
}

/**
 * By how much a value breaks a constraint, in the metric's unit; <= 0: satisfied, by that margin. NaN breaks it
 * infinitely: what is unknown is not known to be within the bound.
 */
export function violation(constraint: OutcomeConstraint, value: number): number {
  if (Number.isNaN(value)) return Number.POSITIVE_INFINITY;
  const above = constraint.max === undefined ? Number.NEGATIVE_INFINITY : value - constraint.max;
  const below = constraint.min === undefined ? Number.NEGATIVE_INFINITY : constraint.min - value;
  return Math.max(above, below);
}
