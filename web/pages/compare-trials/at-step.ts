import type { Points } from "../../charts/align.ts";

/** Which value of a metric stands for a trial: of its whole curve, or at a step that all are compared at. */
export type Shown = "last" | "min" | "max" | "step";

/** Points by metric, ascending by step. */
interface Reported {
  metrics: ReadonlyMap<string, Points>;
}

/** The value of a metric that stands for a trial; null: it has none such. */
export function standsFor(points: Points, show: Shown, step: number | null): number | null {
  const values = points.flatMap(([, value]) => value ?? []);
  if (values.length === 0) return null;
  if (show === "min") return Math.min(...values);
  if (show === "max") return Math.max(...values);
  return show === "last" || step === null ? (values.at(-1) ?? null) : valueAt(points, step);
}

/** At the largest step up to this one. Null for a trial that did not come so far: its last value is of a shorter run. */
export function valueAt(points: Points, step: number): number | null {
  const reached = points.at(-1)?.[0] ?? Number.NEGATIVE_INFINITY;
  if (reached < step) return null;
  return points.findLast(([at, value]) => at <= step && value !== null)?.[1] ?? null;
}

/** Steps at which any of these reported the metric, ascending. */
export function stepsOf(trials: readonly Reported[], metric: string): readonly number[] {
  const steps = trials.flatMap(({ metrics }) => (metrics.get(metric) ?? []).map(([step]) => step));
  return [...new Set(steps)].sort((a, b) => a - b);
}

/** The last step that every one of them has reached; null: some have none. */
export function lastCommonStep(trials: readonly Reported[], metric: string): number | null {
  const ends = trials.map(({ metrics }) => metrics.get(metric)?.at(-1)?.[0]);
  return ends.some((end) => end === undefined) || ends.length === 0 ? null : Math.min(...(ends as number[]));
}
