import { reachedTarget, reduceMetric, toLoss, violation } from "../core/objective.ts";
import type { StudySpec } from "../core/study.ts";
import { pointsOf } from "./curve.ts";
import type { TrialView } from "./state.ts";

/** What a trial's reports amount to under the study's objectives. */
export interface Measurement {
  /** One value an objective in the user's direction; null: never reported. May be NaN or infinite. */
  values: (number | null)[];
  /** Minimised; null unless every value is a finite number. */
  losses: number[] | null;
  /** One entry an outcome constraint, <= 0 satisfied; null: never reported, or not finite. */
  violations: (number | null)[];
  /** Objective metrics without a value. */
  missing: string[];
  /** Objective metrics whose value is NaN or infinite. */
  diverged: string[];
}

/**
 * Of what the trial reported up to its budget: what lies beyond must not decide who goes on. A script that skips steps may
 * have reported nothing so early; then the first that it did report counts.
 */
export function measure(spec: StudySpec, trial: TrialView): Measurement {
  const budget = trial.budget ?? Number.POSITIVE_INFINITY;
  const reported = (metric: string) => {
    const points = pointsOf(trial.curves.get(metric), trial.attempt);
    const within = points.filter(({ step }) => step <= budget);
    return within.length > 0 ? within : points.slice(0, 1);
  };
  const values = spec.objectives.map(({ strategy, metric }) => reduceMetric(strategy, reported(metric)));
  const named = spec.objectives.map((objective, index) => ({
    metric: objective.metric,
    value: values[index] ?? null,
  }));
  const missing = named.filter(({ value }) => value === null).map(({ metric }) => metric);
  const diverged = named
    .filter(({ value }) => value !== null && !Number.isFinite(value))
    .map(({ metric }) => metric);
  const finite = missing.length === 0 && diverged.length === 0;
  return {
    values,
    losses: finite
      ? spec.objectives.map((objective, index) => toLoss(objective.goal, values[index] as number))
      : null,
    violations: spec.outcomeConstraints.map((constraint) => {
      const value = reduceMetric("last", reported(constraint.metric));
      return value === null || !Number.isFinite(value) ? null : violation(constraint, value);
    }),
    missing,
    diverged,
  };
}

/** Whether a measured trial meets every target of the study, at least one being set, and every outcome constraint. */
export function meetsTargets(
  spec: StudySpec,
  values: readonly (number | null)[],
  violations: readonly (number | null)[],
): boolean {
  const withTarget = spec.objectives.filter((objective) => objective.target !== undefined);
  if (withTarget.length === 0) return false;
  const satisfied = violations.every((amount) => amount !== null && amount <= 0);
  return (
    satisfied &&
    spec.objectives.every((objective, index) => {
      const value = values[index];
      if (objective.target === undefined) return true;
      return typeof value === "number" && reachedTarget(objective, value);
    })
  );
}
