import { short } from "../app/format.ts";
import { choicePosition, type TrialAxis, valueAt } from "./trial-axis.ts";

/**
 * What is brushed: a range of values an axis, by its key. In the address as
 * `lr:1e-3~1e-2;optimizer:adam|sgd;@0:~0.3`; an open end is left empty.
 */
export type Brush = ReadonlyMap<string, Range>;
export type Range = { low: number; high: number } | { choices: readonly string[] };

export function parseBrush(text: string | null): Brush {
  const brush = new Map<string, Range>();
  for (const part of (text ?? "").split(";")) {
    const colon = part.indexOf(":");
    if (colon < 1) continue;
    const range = parseRange(part.slice(colon + 1));
    if (range !== null) brush.set(part.slice(0, colon), range);
  }
  return brush;
}

function parseRange(text: string): Range | null {
  const tilde = text.indexOf("~");
  if (tilde < 0) return { choices: text.split("|").map(decoded) };
  const low = tilde === 0 ? Number.NEGATIVE_INFINITY : Number(text.slice(0, tilde));
  const high = tilde === text.length - 1 ? Number.POSITIVE_INFINITY : Number(text.slice(tilde + 1));
  return Number.isNaN(low) || Number.isNaN(high) ? null : { low, high };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Null for nothing, as `setQuery` wants it. */
export function formatBrush(brush: Brush): string | null {
  const parts = [...brush].map(([key, range]) => `${key}:${formatRange(range)}`);
  return parts.length === 0 ? null : parts.join(";");
}

function formatRange(range: Range): string {
  if ("choices" in range) return range.choices.map(encoded).join("|");
  const end = (value: number) => (Number.isFinite(value) ? String(Number(value.toPrecision(4))) : "");
  return `${end(range.low)}~${end(range.high)}`;
}

// A tilde would read as a range of numbers.
const encoded = (text: string) => encodeURIComponent(text).replaceAll("~", "%7E");

/** A brush with one range more, another, or (null) less. */
export function withRange(brush: Brush, key: string, range: Range | null): Brush {
  const next = new Map(brush);
  if (range === null) next.delete(key);
  else next.set(key, range);
  return next;
}

/** The range between two positions of an axis; to the axis' end includes what lies beyond. Null: nothing in it. */
export function rangeBetween(axis: TrialAxis, from: number, to: number): Range | null {
  const [low, high] = from < to ? [from, to] : [to, from];
  const { choices, scale } = axis;
  if (choices !== null) {
    const inside = choices.filter((_, index) => {
      const position = choicePosition(index, choices.length);
      return position >= low && position <= high;
    });
    return inside.length === 0 ? null : { choices: inside };
  }
  return {
    low: low <= 0 ? Number.NEGATIVE_INFINITY : valueAt(scale, low),
    high: high >= 1 ? Number.POSITIVE_INFINITY : valueAt(scale, high),
  };
}

/** Where on the axis a range of numbers lies, as positions. */
export function extentOf({ scale }: TrialAxis, { low, high }: { low: number; high: number }) {
  return {
    from: low === Number.NEGATIVE_INFINITY ? 0 : scale.position(low),
    to: high === Number.POSITIVE_INFINITY ? 1 : scale.position(high),
  };
}

/** Stretches of the axis that are brushed, as pairs of positions. */
export function stretchesOf(axis: TrialAxis, range: Range): [number, number][] {
  if (!("choices" in range)) {
    const { from, to } = extentOf(axis, range);
    return axis.choices === null ? [[from, to]] : [];
  }
  const { choices } = axis;
  if (choices === null) return [];
  return range.choices.flatMap((choice): [number, number][] => {
    const index = choices.indexOf(choice);
    return index < 0 ? [] : [[index / choices.length, (index + 1) / choices.length]];
  });
}

const TOLERANCE = 1e-9;

/** One byte a trial, 1: within all ranges and at least of rank `leastRank`. Ranges of axes that are not there are ignored. */
export function maskOf(
  axes: readonly TrialAxis[],
  brush: Brush,
  ranks: Float64Array,
  leastRank: number,
): Uint8Array {
  const mask = new Uint8Array(ranks.length).fill(1);
  if (leastRank > 0)
    for (let trial = 0; trial < mask.length; trial++) if (!(ranks[trial]! >= leastRank)) mask[trial] = 0;
  for (const axis of axes) {
    const range = brush.get(axis.key);
    if (range === undefined) continue;
    const stretches = stretchesOf(axis, range);
    for (let trial = 0; trial < mask.length; trial++) {
      const position = axis.positions[trial]!;
      if (!stretches.some(([from, to]) => position >= from - TOLERANCE && position <= to + TOLERANCE))
        mask[trial] = 0;
    }
  }
  return mask;
}

/** "1e-3 to 0.01", "at most 0.3", "adam, sgd". */
export function rangeText(range: Range): string {
  if ("choices" in range) return range.choices.join(", ");
  const { low, high } = range;
  if (low === Number.NEGATIVE_INFINITY)
    return high === Number.POSITIVE_INFINITY ? "all" : `at most ${short(high, 3)}`;
  return high === Number.POSITIVE_INFINITY
    ? `at least ${short(low, 3)}`
    : `${short(low, 3)} to ${short(high, 3)}`;
}
