import type { Timeline } from "../../core/charts.ts";

/** Attempts laid out in lanes: one a GPU, one a trial at a time on hosts without, or one a trial. Times are milliseconds. */

export type Attempt = Timeline["attempts"][number];

export interface Bar {
  attempt: Attempt;
  lane: number;
  from: number;
  to: number;
  running: boolean;
}

/** Nothing ran in a lane between two of its bars. */
export interface Gap {
  lane: number;
  from: number;
  to: number;
}

export interface Lane {
  label: string;
}

export interface GanttLayout {
  lanes: Lane[];
  bars: Bar[];
  gaps: Gap[];
}

/** From the first start to the last end; `now` where there is none. */
export function rangeOf(attempts: readonly Attempt[], now: number): { from: number; to: number } {
  if (attempts.length === 0) return { from: now, to: now };
  const range = { from: now, to: Number.NEGATIVE_INFINITY };
  for (const attempt of attempts) {
    const { from, to } = spanOf(attempt, now);
    range.from = Math.min(range.from, from);
    range.to = Math.max(range.to, to);
  }
  return range;
}

/** @param now What running attempts reach to. */
export function layOut(attempts: readonly Attempt[], by: "host" | "trial", now: number): GanttLayout {
  const spans = attempts
    .map((attempt) => spanOf(attempt, now))
    .sort((a, b) => a.from - b.from || a.attempt.trial - b.attempt.trial);
  const labels = by === "trial" ? trialLanes(spans) : hostLanes(spans);
  const names = [...new Set(labels.flat())].sort(byName);
  const laneOf = new Map(names.map((name, lane) => [name, lane]));
  const bars = spans.flatMap((span, index) =>
    labels[index]!.map((name) => ({ ...span, lane: laneOf.get(name)! })),
  );
  return {
    lanes: names.map((label) => ({ label })),
    bars,
    gaps: by === "trial" ? [] : gapsOf(bars, names.length),
  };
}

type Span = Omit<Bar, "lane">;

function spanOf(attempt: Attempt, now: number): Span {
  const from = Date.parse(attempt.startedAt);
  const running = attempt.endedAt === null;
  return { attempt, from, to: Math.max(from, running ? now : Date.parse(attempt.endedAt!)), running };
}

function trialLanes(spans: readonly Span[]): string[][] {
  return spans.map(({ attempt }) => [`trial ${attempt.trial}`]);
}

/** Without GPUs: the first slot of the host that is free. */
function hostLanes(spans: readonly Span[]): string[][] {
  const freeAt = new Map<string, number[]>();
  return spans.map(({ attempt, from, to }) => {
    if (attempt.gpus.length > 0) return attempt.gpus.map((gpu) => `${attempt.worker} GPU ${gpu}`);
    const slots = freeAt.get(attempt.worker) ?? [];
    freeAt.set(attempt.worker, slots);
    const free = slots.findIndex((end) => end <= from);
    const slot = free === -1 ? slots.length : free;
    slots[slot] = to;
    return [`${attempt.worker} #${slot + 1}`];
  });
}

function gapsOf(bars: readonly Bar[], lanes: number): Gap[] {
  const reached: (number | undefined)[] = new Array(lanes).fill(undefined);
  const gaps: Gap[] = [];
  for (const { lane, from, to } of bars) {
    const end = reached[lane];
    if (end !== undefined && from > end) gaps.push({ lane, from: end, to: from });
    reached[lane] = Math.max(end ?? to, to);
  }
  return gaps;
}

function byName(a: string, b: string): number {
  return a.localeCompare(b, undefined, { numeric: true });
}
