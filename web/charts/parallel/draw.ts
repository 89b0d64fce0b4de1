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

/** Of so many trials the lines are thin: more weight would only fill the chart, and a thin line is far cheaper to draw. */
const MANY = 300;

/**
 * Lines coloured by rank, those without a value in the colour of failure. Lines of one shade that follow each other are one
 * stroke, which a canvas draws at twice the speed: give them in the order of their ranks.
 */
export function drawRanked(
  context: CanvasRenderingContext2D,
  layout: ParallelLayout,
  trials: readonly number[],
  ranks: Float64Array,
): void {
  const many = ranks.length > MANY;
  context.lineWidth = many ? 1 : 1.4;
  context.globalAlpha = many ? 0.75 : 0.9;
  const failed = color("--state-failed");
  let style = "";
  context.beginPath();
  for (const trial of trials) {
    const rank = ranks[trial]!;
    const wanted = Number.isNaN(rank) ? failed : shade(rank);
    if (wanted !== style) {
      context.stroke();
      context.beginPath();
      style = wanted;
      context.strokeStyle = style;
    }
    trace(context, layout, trial);
  }
  context.stroke();
  context.globalAlpha = 1;
}

/** A few lines above all others, with an edge in the background's colour. */
export function drawEmphasised(
  context: CanvasRenderingContext2D,
  layout: ParallelLayout,
  trials: readonly number[],
  width: number,
): boolean {
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
  return trials.length > 0;
}

/** Axes with their ticks. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  layout: ParallelLayout,
  axes: readonly TrialAxis[],
): void {
  const spacing = layout.x.length > 1 ? layout.x[1]! - layout.x[0]! : 120;
  for (const [index, axis] of axes.entries()) {
    const room = index === axes.length - 1 ? SIDE - 8 : spacing - 14;
    drawAxis(context, layout, axis, layout.x[index]!, room);
  }
}

/** What of the axes is brushed. */
export function drawBrushes(
  context: CanvasRenderingContext2D,
  { x, top, bottom }: ParallelLayout,
  axes: readonly TrialAxis[],
  brush: Brush,
): boolean {
  for (const [index, axis] of axes.entries()) {
    const range = brush.get(axis.key);
    if (range === undefined) continue;
    for (const [from, to] of stretchesOf(axis, range))
      drawBrush(context, x[index]!, bottom - to * (bottom - top), Math.max(2, (to - from) * (bottom - top)));
  }
  return brush.size > 0;
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
