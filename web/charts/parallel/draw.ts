import { color } from "../../app/theme.ts";
import { type Brush, stretchesOf } from "../brush.ts";
import { clipped } from "../canvas-text.ts";
import { shade } from "../ranks.ts";
import { type TrialAxis, ticksOf } from "../trial-axis.ts";
import { type ParallelLayout, SIDE } from "./layout.ts";

/** Traces a trial's line onto the current path. */
export function trace(context: CanvasRenderingContext2D, { x, y }: ParallelLayout, trial: number): void {
  context.moveTo(x[0]!, y[0]![trial]!);
  for (let axis = 1; axis < x.length; axis++) context.lineTo(x[axis]!, y[axis]![trial]!);
}

/** All lines, faint: what the highlighted ones stand out from. */
export function drawDimmed(
  context: CanvasRenderingContext2D,
  layout: ParallelLayout,
  order: Int32Array,
): void {
  context.strokeStyle = color("--muted");
  context.globalAlpha = Math.max(0.05, Math.min(0.35, 40 / order.length));
  context.lineWidth = 1;
  for (const trial of order) {
    context.beginPath();
    trace(context, layout, trial);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** The lines in the mask, coloured by rank; those without a value in the colour of failure. */
export function drawSelected(
  context: CanvasRenderingContext2D,
  layout: ParallelLayout,
  order: Int32Array,
  ranks: Float64Array,
  mask: Uint8Array,
): void {
  const selected = order.filter((trial) => mask[trial] === 1);
  context.lineWidth = selected.length > 300 ? 1 : 1.4;
  context.globalAlpha = selected.length > 300 ? 0.75 : 0.9;
  const failed = color("--state-failed");
  let style = "";
  for (const trial of selected) {
    const rank = ranks[trial]!;
    const wanted = Number.isNaN(rank) ? failed : shade(rank);
    if (wanted !== style) {
      style = wanted;
      context.strokeStyle = style;
    }
    context.beginPath();
    trace(context, layout, trial);
    context.stroke();
  }
  context.globalAlpha = 1;
}

/** A few lines above all others, with an edge in the background's colour. */
export function drawEmphasised(
  context: CanvasRenderingContext2D,
  layout: ParallelLayout,
  trials: readonly number[],
  width: number,
): void {
  for (const [style, lineWidth] of [
    [color("--panel"), width + 3],
    [color("--text"), width],
  ] as const) {
    context.strokeStyle = style;
    context.lineWidth = lineWidth;
    context.lineJoin = "round";
    for (const trial of trials) {
      context.beginPath();
      trace(context, layout, trial);
      context.stroke();
    }
  }
}

/** Axes with their ticks, and what of them is brushed. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  layout: ParallelLayout,
  axes: readonly TrialAxis[],
  brush: Brush,
): void {
  const spacing = layout.x.length > 1 ? layout.x[1]! - layout.x[0]! : 120;
  for (const [index, axis] of axes.entries()) {
    const room = index === axes.length - 1 ? SIDE - 8 : spacing - 14;
    drawAxis(context, layout, axis, layout.x[index]!, room);
    const range = brush.get(axis.key);
    if (range === undefined) continue;
    const height = layout.bottom - layout.top;
    for (const [from, to] of stretchesOf(axis, range))
      drawBrush(context, layout.x[index]!, layout.bottom - to * height, Math.max(2, (to - from) * height));
  }
}

function drawAxis(
  context: CanvasRenderingContext2D,
  { top, bottom, none }: ParallelLayout,
  axis: TrialAxis,
  x: number,
  room: number,
): void {
  context.strokeStyle = color("--muted");
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(x, top);
  context.lineTo(x, bottom);
  context.stroke();
  const tick = (text: string, y: number) => drawTick(context, text, x, y, room);
  for (const { position, text } of ticksOf(axis, 5)) tick(text, bottom - position * (bottom - top));
  if (axis.positions.some(Number.isNaN)) tick("none", none);
  if (axis.scale.above > 0) tick(`${axis.scale.above} above`, top - 6);
  if (axis.scale.below > 0) tick(`${axis.scale.below} below`, bottom + 8);
}

function drawTick(context: CanvasRenderingContext2D, text: string, x: number, y: number, most: number): void {
  context.font = "11px system-ui, sans-serif";
  context.textBaseline = "middle";
  context.fillStyle = color("--muted");
  context.fillRect(x - 3, y - 0.5, 6, 1);
  const shown = clipped(context, text, most);
  context.lineWidth = 3.5;
  context.lineJoin = "round";
  context.strokeStyle = color("--panel");
  context.strokeText(shown, x + 6, y);
  context.fillStyle = color("--text");
  context.fillText(shown, x + 6, y);
}

function drawBrush(context: CanvasRenderingContext2D, x: number, y: number, height: number): void {
  context.fillStyle = color("--accent");
  context.globalAlpha = 0.3;
  context.fillRect(x - 7, y, 14, height);
  context.globalAlpha = 1;
  context.strokeStyle = color("--accent");
  context.lineWidth = 1.5;
  context.strokeRect(x - 7, y, 14, height);
}
