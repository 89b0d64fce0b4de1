/** A stretch of a chart's steps, both ends included. */
export interface Steps {
  low: number;
  high: number;
}

/** All steps of a chart. `whole`: every one is a whole number. */
export interface Extent extends Steps {
  whole: boolean;
}

/** "1000~2000", as it stands in an address; null: no stretch. */
export function parseSteps(text: string | null): Steps | null {
  const parts = (text ?? "").split("~");
  if (parts.length !== 2 || parts.some((part) => part.trim() === "")) return null;
  const [low, high] = parts.map((part) => rounded(Number(part))) as [number, number];
  return Number.isFinite(low) && Number.isFinite(high) && low < high ? { low, high } : null;
}

export function stepsText(steps: Steps | null): string | null {
  return steps === null ? null : `${steps.low}~${steps.high}`;
}

/** Narrower than this share of all steps is not told apart. */
const NARROWEST = 1e-9;

/** The stretch between two places, in either order, as far as there are steps. Null: it is all of them. */
export function stepsBetween(from: number, to: number, all: Extent): Steps | null {
  const inside = (step: number) => Math.min(all.high, Math.max(all.low, step));
  const [first, last] = from < to ? [inside(from), inside(to)] : [inside(to), inside(from)];
  const [low, high] = all.whole ? [Math.floor(first), Math.ceil(last)] : [first, last];
  const least = all.whole ? 1 : NARROWEST * (all.high - all.low);
  const room = Math.max(0, least - (high - low)) / 2;
  const [start, end] = all.whole ? [low - Math.ceil(room), high] : [low - room, high + room];
  if (start <= all.low && end >= all.high) return null;
  const steps = { low: rounded(start), high: rounded(end) };
  return steps.low < steps.high ? steps : null;
}

/** The same middle, so many times as wide. */
export function scaledSteps(steps: Steps | null, all: Extent, factor: number): Steps | null {
  const { low, high } = steps ?? all;
  const middle = (low + high) / 2;
  const half = (factor * (high - low)) / 2;
  return stepsBetween(middle - half, middle + half, all);
}

/** As wide, a share of its width further on; it stops at the ends. */
export function movedSteps(steps: Steps | null, all: Extent, share: number): Steps | null {
  if (steps === null) return null;
  const width = steps.high - steps.low;
  const low = Math.max(all.low, Math.min(all.high - width, steps.low + share * width));
  const start = all.whole ? Math.round(low) : low;
  return stepsBetween(start, start + width, all);
}

/** With a share of its width more at each end, beyond the steps too. */
export function widened({ low, high }: Steps, share: number): Steps {
  const room = share * (high - low);
  return { low: rounded(low - room), high: rounded(high + room) };
}

export function isWithin(step: number, steps: Steps | null): boolean {
  return steps === null || (step >= steps.low && step <= steps.high);
}

/** Digits that an address and the API take: up to 15 at either side of the point. */
function rounded(step: number): number {
  // Plus 0: no step is -0, which an address would not keep.
  return Number(Math.abs(step) < 1 ? step.toFixed(12) : step.toPrecision(15)) + 0;
}
