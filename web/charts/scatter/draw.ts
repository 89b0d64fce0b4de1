import { color } from "../../app/theme.ts";
import { clipped } from "../canvas-text.ts";
import { type TrialAxis, ticksOf } from "../trial-axis.ts";

/** Where the dots of two axes lie. CSS pixels; one entry a trial. */
export interface DotLayout {
  left: number;
  right: number;
  top: number;
  bottom: number;
  x: Float32Array;
  /** NaN in y: no value, drawn in the rug. */
  y: Float32Array;
}

const LEFT = 46;
const RIGHT = 10;
const TOP = 10;
const BELOW = 34;
/** Of a choice's width, over which its dots are spread. */
const SPREAD = 0.5;
/** Smaller charts leave the name of their y axis to the title. Pixels. */
const NAMED_HEIGHT = 220;

export function dotLayout(
  x: TrialAxis,
  y: TrialAxis,
  trials: readonly number[],
  width: number,
  height: number,
): DotLayout {
  const box = { left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BELOW };
  return {
    ...box,
    x: Float32Array.from(x.positions, (position, index) => {
      return box.left + (position + spread(x, trials[index]!)) * (box.right - box.left);
    }),
    y: Float32Array.from(y.positions, (position, index) => {
      return box.bottom - (position + spread(y, trials[index]!)) * (box.bottom - box.top);
    }),
  };
}

/** Dots of one choice would lie on each other: the trial's number moves them apart, always the same way. */
function spread({ choices }: TrialAxis, trial: number): number {
  if (choices === null) return 0;
  return (((trial * 0.618034) % 1) - 0.5) * (SPREAD / choices.length);
}

/** Frame, ticks and names. */
export function drawFrame(
  context: CanvasRenderingContext2D,
  { left, right, top, bottom }: DotLayout,
  x: TrialAxis,
  y: TrialAxis,
): void {
  context.strokeStyle = color("--line");
  context.lineWidth = 1;
  context.strokeRect(left, top, right - left, bottom - top);
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = color("--muted");
  context.textBaseline = "middle";
  context.textAlign = "right";
  for (const { position, text } of ticksOf(y, 4)) {
    const at = bottom - position * (bottom - top);
    context.fillRect(left - 3, at - 0.5, 3, 1);
    context.fillText(clipped(context, text, LEFT - 8), left - 5, at);
  }
  context.textAlign = "center";
  context.textBaseline = "top";
  const count = Math.max(2, Math.floor((right - left) / 70));
  const room = (right - left) / Math.max(1, x.choices?.length ?? count);
  for (const { position, text } of ticksOf(x, count)) {
    const at = left + position * (right - left);
    context.fillRect(at - 0.5, bottom, 1, 3);
    context.fillText(clipped(context, text, room), at, bottom + 5);
  }
  context.fillStyle = color("--text");
  context.fillText(clipped(context, axisName(x), right - left), (left + right) / 2, bottom + 19);
  context.textAlign = "left";
  if (bottom - top >= NAMED_HEIGHT) drawName(context, axisName(y), left + 6, top + 6);
}

/** The name of the y axis, within the frame, where it takes no room from the ticks. */
function drawName(context: CanvasRenderingContext2D, text: string, x: number, y: number): void {
  context.lineJoin = "round";
  context.lineWidth = 4;
  context.strokeStyle = color("--panel");
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

function axisName({ label, scale, choices }: TrialAxis): string {
  return choices === null && scale.log ? `${label} (log)` : label;
}

export interface DotStyle {
  color: string;
  /** Single results that were not run to the end are hollow. */
  hollow: boolean;
  alpha: number;
  radius: number;
  /** For very many dots: squares are cheaper to draw than circles. */
  square?: boolean;
  /** A rim in this colour, for dots on a coloured ground. */
  rim?: string;
}

/** Draws a dot, or where it has no y a tick in the rug at the bottom. */
export function drawDot(
  context: CanvasRenderingContext2D,
  layout: DotLayout,
  trial: number,
  style: DotStyle,
): void {
  const x = layout.x[trial]!;
  const y = layout.y[trial]!;
  if (Number.isNaN(x)) return;
  context.globalAlpha = style.alpha;
  if (Number.isNaN(y)) {
    context.fillStyle = style.color;
    context.fillRect(x - 0.75, layout.bottom - 7, 1.5, 7);
    return;
  }
  if (style.square) {
    drawSquare(context, x, y, style);
    return;
  }
  context.beginPath();
  context.arc(x, y, style.radius, 0, 2 * Math.PI);
  if (style.hollow) {
    context.strokeStyle = style.color;
    context.lineWidth = 1.2;
    context.stroke();
  } else {
    context.fillStyle = style.color;
    context.fill();
    if (style.rim === undefined) return;
    context.strokeStyle = style.rim;
    context.lineWidth = 1;
    context.stroke();
  }
}

function drawSquare(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  { color, radius, hollow }: DotStyle,
): void {
  if (hollow) {
    context.strokeStyle = color;
    context.lineWidth = 1;
    context.strokeRect(x - radius, y - radius, 2 * radius, 2 * radius);
  } else {
    context.fillStyle = color;
    context.fillRect(x - radius, y - radius, 2 * radius, 2 * radius);
  }
}

/** A ring around a trial's dot. */
export function drawRing(context: CanvasRenderingContext2D, layout: DotLayout, trial: number): void {
  const x = layout.x[trial]!;
  if (Number.isNaN(x)) return;
  const y = layout.y[trial]!;
  for (const [style, width] of [
    [color("--panel"), 4],
    [color("--text"), 2],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = width;
    context.beginPath();
    context.arc(x, Number.isNaN(y) ? layout.bottom - 4 : y, 5, 0, 2 * Math.PI);
    context.stroke();
  }
}

/** The dot within reach of a point, of those in the mask. */
export function dotNear(
  layout: DotLayout,
  mask: Uint8Array,
  point: { x: number; y: number },
  reach = 9,
): number | null {
  let nearest: number | null = null;
  let least = reach * reach;
  for (let trial = 0; trial < mask.length; trial++) {
    if (mask[trial] === 0) continue;
    const y = layout.y[trial]!;
    const distance =
      (layout.x[trial]! - point.x) ** 2 + ((Number.isNaN(y) ? layout.bottom - 4 : y) - point.y) ** 2;
    if (distance < least) {
      least = distance;
      nearest = trial;
    }
  }
  return nearest;
}
