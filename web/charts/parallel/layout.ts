import type { TrialAxis } from "../trial-axis.ts";

/** Where the axes stand and the lines run. CSS pixels. */
export interface ParallelLayout {
  /** One an axis. */
  x: readonly number[];
  top: number;
  bottom: number;
  /** Where lines go that have no value on an axis. */
  none: number;
  /** Per axis, one a trial. */
  y: readonly Float32Array[];
}

export const LEAST_SPACING = 96;
/** Left of the first axis and right of the last one, where the ticks of the last are. */
export const SIDE = 56;
const TOP = 34;
const BELOW = 30;

export function layoutOf(axes: readonly TrialAxis[], width: number, height: number): ParallelLayout {
  const top = TOP;
  const bottom = height - BELOW;
  const none = height - 10;
  const step = axes.length > 1 ? (width - 2 * SIDE) / (axes.length - 1) : 0;
  return {
    x: axes.map((_, index) => SIDE + index * step),
    top,
    bottom,
    none,
    y: axes.map(({ positions }) =>
      Float32Array.from(positions, (position) =>
        Number.isNaN(position) ? none : bottom - position * (bottom - top),
      ),
    ),
  };
}

/** The axis within reach of x; null: between axes. */
export function axisNear({ x }: ParallelLayout, at: number, reach = 16): number | null {
  const index = x.findIndex((axis) => Math.abs(axis - at) <= reach);
  return index < 0 ? null : index;
}

/** 0 at the axis' bottom, 1 at its top; clipped. */
export function positionAt({ top, bottom }: ParallelLayout, y: number): number {
  return Math.min(1, Math.max(0, (bottom - y) / (bottom - top)));
}

/** The line nearest to a point, of those in the mask; null: none within reach. */
export function lineNear(
  { x, y }: ParallelLayout,
  mask: Uint8Array,
  point: { x: number; y: number },
  reach = 7,
): number | null {
  const right = x.findIndex((axis) => axis >= point.x);
  if (right < 0 || x.length < 2) return null;
  const left = Math.max(0, right - 1);
  const share = right === left ? 0 : (point.x - x[left]!) / (x[right]! - x[left]!);
  const [from, to] = [y[left]!, y[right]!];
  let nearest: number | null = null;
  let least = reach;
  for (let trial = 0; trial < mask.length; trial++) {
    if (mask[trial] === 0) continue;
    const distance = Math.abs(from[trial]! + share * (to[trial]! - from[trial]!) - point.y);
    if (distance < least) {
      least = distance;
      nearest = trial;
    }
  }
  return nearest;
}
