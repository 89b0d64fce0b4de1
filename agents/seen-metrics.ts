import type { MetricPoint } from "../core/event.ts";
import { toWire } from "../core/number.ts";
import { printable } from "../core/text.ts";

/** What one attempt has reported so far, by metric. Names come from training code: they leave it printable. */
export interface SeenMetrics {
  /** The points that may go on to the server. */
  take(points: readonly MetricPoint[]): MetricPoint[];
  /** Final values as points after each metric's last step; none for a value that the last point has already. */
  finals(values: ReadonlyMap<string, number>): MetricPoint[];
  /** In the order in which they appeared. */
  names(): string[];
}

/** The server keeps no more names of one attempt; a script that makes one up for each step must not flood it. */
const MAX_NAMES = 1000;

export function createSeenMetrics(): SeenMetrics {
  const last = new Map<string, MetricPoint>();
  return {
    take(points) {
      return points.map(named).filter((point) => {
        const before = last.get(point.name);
        if (before === undefined && last.size >= MAX_NAMES) return false;
        if (before === undefined || point.step >= before.step) last.set(point.name, point);
        return true;
      });
    },
    finals(values) {
      const points = [...values].map(([name, value]) => ({
        name: printable(name),
        value: toWire(value),
        step: nextStep(last.get(printable(name))),
      }));
      return points.filter(({ name, value }) => last.get(name)?.value !== value);
    },
    names: () => [...last.keys()],
  };
}

function named(point: MetricPoint): MetricPoint {
  const name = printable(point.name);
  return name === point.name ? point : { ...point, name };
}

function nextStep(point: MetricPoint | undefined): number {
  return Math.floor(point?.step ?? 0) + 1;
}
