import type { MetricSeries } from "../../../core/resources.ts";
import { isWithin, type Steps } from "../../charts/steps.ts";

/** What was read of a stretch of steps alone. */
export interface Finer {
  steps: Steps;
  series: readonly MetricSeries[];
}

/** Whether points were left out. */
export function isThinned(series: readonly MetricSeries[]): boolean {
  return series.some(({ points, total }) => points.length < total);
}

/** The series with the finer points in their stretch, and their own before and after it, so that no line breaks off. */
export function withFiner(series: readonly MetricSeries[], finer: Finer | null): MetricSeries[] {
  if (finer === null) return [...series];
  const finerOf = new Map(finer.series.map((one) => [keyOf(one), one.points]));
  return series.map((one) => {
    const inner = finerOf.get(keyOf(one));
    if (inner === undefined || one.points.length === one.total) return one;
    const before = one.points.filter(({ step }) => step < finer.steps.low);
    const after = one.points.filter(({ step }) => step > finer.steps.high);
    return { ...one, points: [...before, ...inner, ...after] };
  });
}

/** Those of its points that lie in the stretch. */
export function within(series: MetricSeries, steps: Steps | null): MetricSeries {
  if (steps === null) return series;
  return { ...series, points: series.points.filter(({ step }) => isWithin(step, steps)) };
}

const keyOf = ({ name, attempt }: MetricSeries) => `${attempt}/${name}`;
