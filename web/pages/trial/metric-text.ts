import type { MetricSeries } from "../../../core/resources.ts";
import { plural, short } from "../../app/format.ts";
import type { Steps } from "../../charts/steps.ts";

/** What a metric's chart shows, in words: how it ends, its extremes, and how many of its points. */
export function metricText(series: readonly MetricSeries[], unit: string, steps: Steps | null): string {
  const points = series.flatMap((one) => one.points);
  const total = series.reduce((sum, one) => sum + one.total, 0);
  const stretch = steps === null ? null : `${unit} ${short(steps.low, 6)} to ${short(steps.high, 6)}`;
  if (points.length === 0) return [stretch, "no values here"].filter((part) => part !== null).join(": ");
  const last = series.findLast((one) => one.points.length > 0)?.points.at(-1);
  const finite = points.filter(({ value }) => typeof value === "number") as { step: number; value: number }[];
  const odd = points.length - finite.length;
  return [
    stretch,
    `last ${short(last?.value, 6)} at ${unit} ${short(last?.step)}`,
    finite.length < 2 ? null : extremesText(finite, unit),
    countText(points.length, total, steps),
    series.length > 1 ? plural(series.length, "attempt") : null,
    odd > 0 ? `${odd} not finite` : null,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

function extremesText(points: readonly { step: number; value: number }[], unit: string): string {
  const by = (better: (a: number, b: number) => boolean) =>
    points.reduce((best, point) => (better(point.value, best.value) ? point : best));
  const place = ({ step, value }: { step: number; value: number }) =>
    `${short(value, 4)} at ${unit} ${short(step, 6)}`;
  return `lowest ${place(by((a, b) => a < b))}, highest ${place(by((a, b) => a > b))}`;
}

function countText(shown: number, total: number, steps: Steps | null): string {
  if (steps !== null) return `${shown} of ${plural(total, "point")} drawn`;
  return shown < total
    ? `${plural(total, "point")}, thinned to ${shown}: drag to zoom in`
    : plural(total, "point");
}
