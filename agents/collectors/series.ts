import type { MetricPoint } from "../../core/event.ts";
import { toWire } from "../../core/number.ts";
import type { ParsedPoint } from "./collector.ts";

/**
 * What becomes of parsed points before they are reported: each metric has one source, one point a step, and of a
 * progress bar only what it comes to.
 */
export interface SeriesKeeper {
  /** `rank` of the source that the points are from; a lower one takes a metric over from a higher one. */
  take(rank: number, points: readonly ParsedPoint[], redrawn: boolean): MetricPoint[];
  /** What bars without a step show by now. */
  pause(): MetricPoint[];
  /** What bars showed last. */
  end(): MetricPoint[];
}

const MAX_NAME = 200;
/** Names that a script makes up without end must not fill the memory; the server keeps no more either. */
const MAX_NAMES = 1000;

interface Series {
  rank: number;
  step: number | null;
  value: number;
  /** Inferred steps repeated themselves: points are counted instead. */
  counting: boolean;
}

interface Held {
  rank: number;
  point: ParsedPoint;
}

export function createSeriesKeeper(): SeriesKeeper {
  const all = new Map<string, Series>();
  const held = new Map<string, Held>();

  const report = (rank: number, point: ParsedPoint): MetricPoint[] => {
    const { name, value } = point;
    if (name.length === 0 || name.length > MAX_NAME) return [];
    const series = all.get(name);
    if (series === undefined && all.size >= MAX_NAMES) return [];
    if (series !== undefined && series.rank < rank) return [];
    const own = series?.rank === rank ? series : { step: series?.step ?? null, counting: false };
    // The same line printed again.
    if (point.loose && !own.counting && point.step === own.step && Object.is(series?.value, value)) return [];
    const next = nextStep(own, point);
    all.set(name, { rank, value, ...next });
    return [{ name, step: next.step, value: toWire(value) }];
  };

  /** Drawings of one bar supersede each other; the last one before its step moves on counts. */
  const draw = (rank: number, point: ParsedPoint): MetricPoint[] => {
    const before = held.get(point.name);
    const done =
      before !== undefined && before.point.step !== point.step ? report(before.rank, before.point) : [];
    held.delete(point.name);
    if (!Object.is(all.get(point.name)?.value, point.value) && held.size < MAX_NAMES)
      held.set(point.name, { rank, point });
    return done;
  };

  /** A finished line: the bar's own last drawing, or another line with the same metric. */
  const settle = (rank: number, point: ParsedPoint): MetricPoint[] => {
    const before = held.get(point.name);
    held.delete(point.name);
    const moved = before !== undefined && before.point.step !== point.step;
    return [...(moved ? report(before.rank, before.point) : []), ...report(rank, point)];
  };

  const release = (wanted: (point: ParsedPoint) => boolean): MetricPoint[] =>
    [...held].flatMap(([name, { rank, point }]) => {
      if (!wanted(point)) return [];
      held.delete(name);
      return report(rank, point);
    });

  return {
    take: (rank, points, redrawn) => points.flatMap((point) => (redrawn ? draw : settle)(rank, point)),
    pause: () => release(({ step }) => step === null),
    end: () => release(() => true),
  };
}

/** The step that a point gets: its own; an inferred one while it grows; else one more than the last. */
function nextStep(
  series: Pick<Series, "step" | "counting">,
  { step, loose }: ParsedPoint,
): { step: number; counting: boolean } {
  const counted = Math.floor(series.step ?? 0) + 1;
  if (step === null || !Number.isFinite(step)) return { step: counted, counting: series.counting };
  if (!loose) return { step, counting: false };
  if (series.counting) return { step: counted, counting: true };
  if (series.step === null || step > series.step) return { step, counting: false };
  return { step: counted, counting: true };
}
