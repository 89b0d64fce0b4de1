import type { MetricPoint } from "../core/event.ts";
import { fromWire } from "../core/number.ts";

/** What one trial reported of one metric: ascending steps, one value each (may be NaN or infinite). */
export interface MetricCurve {
  steps: number[];
  values: number[];
  /** The attempt that reported each point. */
  attempts: number[];
  /** Changes with the points. */
  revision: number;
}

export const emptyCurve = (): MetricCurve => ({ steps: [], values: [], attempts: [], revision: 0 });

/**
 * Adds a point in place. A point of a later attempt takes back what earlier attempts reported from its step on: the
 * process resumed from before them. Of one attempt, the first value of a step stays.
 */
export function addPoint(curve: MetricCurve, point: MetricPoint, attempt: number): void {
  const at = firstIndexFrom(curve.steps, point.step);
  if (at < curve.steps.length && (curve.attempts[at] as number) < attempt) truncate(curve, at);
  const known = curve.steps[at] === point.step;
  if (known || at < lastIndexOfOlder(curve, attempt)) return;
  curve.revision++;
  curve.steps.splice(at, 0, point.step);
  curve.values.splice(at, 0, fromWire(point.value));
  curve.attempts.splice(at, 0, attempt);
}

/** Points that count for a trial whose last attempt is `attempt`: none unless that attempt reported the metric itself. */
export function pointsOf(curve: MetricCurve | undefined, attempt: number): { step: number; value: number }[] {
  if (curve === undefined || curve.attempts.at(-1) !== attempt) return [];
  return curve.steps.map((step, index) => ({ step, value: curve.values[index] as number }));
}

function truncate(curve: MetricCurve, length: number): void {
  curve.revision++;
  curve.steps.length = length;
  curve.values.length = length;
  curve.attempts.length = length;
}

/** Position of the first step >= `step`. Points mostly arrive in order, so the end is looked at first. */
function firstIndexFrom(steps: readonly number[], step: number): number {
  let index = steps.length;
  while (index > 0 && (steps[index - 1] as number) >= step) index--;
  return index;
}

/** How many leading points belong to attempts before `attempt`: a late point may not land among them. */
function lastIndexOfOlder(curve: MetricCurve, attempt: number): number {
  let index = curve.attempts.length;
  while (index > 0 && (curve.attempts[index - 1] as number) >= attempt) index--;
  return index;
}
