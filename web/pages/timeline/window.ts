import { query, setQuery } from "../../app/router.ts";
import { type Attempt, rangeOf } from "../../charts/gantt-layout.ts";

/** The stretch of time in view, kept in the address. Milliseconds since the epoch. */
export interface TimeWindow {
  from: number;
  to: number;
  zoomed: boolean;
  zoom: (from: number, to: number) => void;
  /** `factor` below 1: closer. */
  scale: (factor: number) => void;
  /** By a share of what is in view. */
  move: (share: number) => void;
  reset: () => void;
}

/** Shortest time that can be zoomed to, and shown in all, milliseconds. */
const SHORTEST = 200;
const LEAST = 1000;

export function timeWindow(attempts: readonly Attempt[], now: number): TimeWindow {
  const all = rangeOf(attempts, now);
  all.to = Math.max(all.to, all.from + LEAST);
  const asked = { from: timeOf("from"), to: timeOf("to") };
  const zoomed = asked.from < asked.to;
  const { from, to } = zoomed ? asked : all;
  const reset = () => setQuery({ from: null, to: null });
  const zoom = (start: number, end: number) => {
    const [first, last] = [Math.max(all.from, start), Math.min(all.to, end)];
    if (first <= all.from && last >= all.to) return reset();
    if (last - first < SHORTEST) return;
    setQuery({ from: new Date(first).toISOString(), to: new Date(last).toISOString() });
  };
  const scale = (factor: number) => {
    const [middle, half] = [(from + to) / 2, ((to - from) * factor) / 2];
    zoom(middle - half, middle + half);
  };
  const move = (share: number) => {
    const wanted = share * (to - from);
    const by = Math.min(Math.max(wanted, all.from - from), all.to - to);
    if (zoomed && by !== 0) zoom(from + by, to + by);
  };
  return { from, to, zoomed, zoom, scale, move, reset };
}

/** NaN: not asked for. */
function timeOf(name: string): number {
  return Date.parse(query.value.get(name) ?? "");
}
