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
  // Attempts ascend with steps: those before this one are ahead of its own points.
  const own = firstIndexFrom(curve.attempts, attempt);
  if (at >= own && curve.steps[at] === point.step) return;
  const takenBack = Math.max(0, own - at);
  curve.revision++;
  curve.steps.splice(at, takenBack, point.step);
  curve.values.splice(at, takenBack, fromWire(point.value));
  curve.attempts.splice(at, takenBack, attempt);
}

/** Points that count for a trial whose last attempt is `attempt`: none unless that attempt reported the metric itself. */
export function pointsOf(curve: MetricCurve | undefined, attempt: number): { step: number; value: number }[] {
  if (curve === undefined || curve.attempts.at(-1) !== attempt) return [];
  return curve.steps.map((step, index) => ({ step, value: curve.values[index] as number }));
}

/** Position of the first of ascending `values` that is >= `value`. Points mostly arrive in order, so the end is looked at first. */
function firstIndexFrom(values: readonly number[], value: number): number {
  let [low, high] = [0, values.length];
  if (high === 0 || (values[high - 1] as number) < value) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
