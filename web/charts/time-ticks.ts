const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * MINUTE),
  ...[1, 2, 3, 6, 12].map((count) => count * HOUR),
  ...[1, 2, 7, 14, 30, 90, 365].map((count) => count * DAY),
];

/** Round times of the clock within a range, about so many. Milliseconds. */
export function timeTicks(from: number, to: number, count: number): { time: number; label: string }[] {
  const raw = (to - from) / Math.max(1, count);
  const step = STEPS.find((candidate) => candidate >= raw) ?? STEPS.at(-1)!;
  const offset = -new Date(from).getTimezoneOffset() * MINUTE;
  const first = Math.ceil((from + offset) / step) * step - offset;
  const ticks: { time: number; label: string }[] = [];
  for (let time = first; time <= to; time += step) ticks.push({ time, label: labelOf(time, step) });
  return ticks;
}

function labelOf(time: number, step: number): string {
  const date = new Date(time);
  if (step >= DAY) return date.toLocaleDateString([], { month: "short", day: "numeric" });
  const seconds = step < MINUTE ? ({ second: "2-digit" } as const) : {};
  return date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", ...seconds });
}
