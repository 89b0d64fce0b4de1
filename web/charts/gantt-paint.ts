import { duration } from "../app/format.ts";
import { color } from "../app/theme.ts";
import { stateColorValue } from "../ui/state-chip.tsx";
import { placeLabel } from "./bar-label.ts";
import type { Bar, GanttLayout } from "./gantt-layout.ts";
import { timeTicks } from "./time-ticks.ts";

export interface GanttView {
  from: number;
  to: number;
  /** CSS pixels: of the whole, of the labels at the left, of the axis at the bottom, of a lane. */
  width: number;
  height: number;
  left: number;
  axis: number;
  lane: number;
}

/** Gaps longer than this share of what is in view are labelled. */
const LABELLED = 0.02;

export function paintGantt(ctx: CanvasRenderingContext2D, layout: GanttLayout, view: GanttView): void {
  ctx.clearRect(0, 0, view.width, view.height);
  ctx.font = "12px system-ui";
  ctx.textBaseline = "middle";
  paintAxis(ctx, view);
  paintLabels(ctx, layout, view);
  ctx.save();
  ctx.beginPath();
  ctx.rect(view.left, 0, view.width - view.left, view.height - view.axis);
  ctx.clip();
  for (const gap of layout.gaps) paintGap(ctx, gap, view);
  for (const bar of layout.bars) paintBar(ctx, bar, view);
  ctx.restore();
}

export function xOf(time: number, { from, to, left, width }: GanttView): number {
  return left + ((time - from) / (to - from || 1)) * (width - left - 6);
}

export function timeAt(x: number, { from, to, left, width }: GanttView): number {
  return from + ((x - left) / (width - left - 6)) * (to - from);
}

function paintAxis(ctx: CanvasRenderingContext2D, view: GanttView): void {
  const bottom = view.height - view.axis;
  ctx.textAlign = "center";
  for (const { time, label } of timeTicks(view.from, view.to, Math.max(2, (view.width - view.left) / 110))) {
    const x = Math.round(xOf(time, view)) + 0.5;
    ctx.strokeStyle = color("--line");
    ctx.beginPath();
    ctx.moveTo(x, 0);
    ctx.lineTo(x, bottom);
    ctx.stroke();
    ctx.fillStyle = color("--muted");
    const half = ctx.measureText(label).width / 2;
    ctx.fillText(label, Math.min(x, view.width - half), bottom + view.axis / 2);
  }
}

function paintLabels(ctx: CanvasRenderingContext2D, layout: GanttLayout, view: GanttView): void {
  ctx.textAlign = "left";
  ctx.fillStyle = color("--muted");
  const every = Math.ceil(14 / view.lane);
  for (const [lane, { label }] of layout.lanes.entries()) {
    if (lane % every === 0) ctx.fillText(clipped(ctx, label, view.left - 8), 0, (lane + 0.5) * view.lane);
  }
}

function clipped(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text;
  // Both ends matter: the host, and which of its GPUs.
  let kept = text.length - 1;
  const shown = () =>
    `${text.slice(0, Math.ceil(kept / 2))}…${text.slice(text.length - Math.floor(kept / 2))}`;
  while (kept > 2 && ctx.measureText(shown()).width > width) kept--;
  return shown();
}

function paintGap(
  ctx: CanvasRenderingContext2D,
  { lane, from, to }: { lane: number; from: number; to: number },
  view: GanttView,
): void {
  const shown = Math.min(to, view.to) - Math.max(from, view.from);
  if (shown < LABELLED * (view.to - view.from)) return;
  const x = xOf(Math.max(from, view.from), view);
  const width = xOf(Math.min(to, view.to), view) - x;
  const y = (lane + 0.5) * view.lane;
  ctx.strokeStyle = color("--muted");
  ctx.setLineDash([2, 3]);
  ctx.beginPath();
  ctx.moveTo(x, y);
  ctx.lineTo(x + width, y);
  ctx.stroke();
  ctx.setLineDash([]);
  const label = `idle ${duration((to - from) / 1000)}`;
  const room = ctx.measureText(label).width + 8;
  if (room > width || view.lane < 12) return;
  ctx.fillStyle = color("--panel");
  ctx.fillRect(x + width / 2 - room / 2, y - 7, room, 14);
  ctx.fillStyle = color("--muted");
  ctx.textAlign = "center";
  ctx.fillText(label, x + width / 2, y);
}

/** The state that tells what became of this attempt's time: of the trial, unless the attempt itself went wrong. */
export function barState({ attempt }: Bar): string {
  const { outcome, state } = attempt;
  if (outcome === "failed" || outcome === "lost") return "failed";
  return outcome === null ? "running" : state;
}

function paintBar(ctx: CanvasRenderingContext2D, bar: Bar, view: GanttView): void {
  const x = xOf(bar.from, view);
  const width = Math.max(1.5, xOf(bar.to, view) - x - 1);
  if (x > view.width || x + width < view.left) return;
  const room = Math.min(3, view.lane * 0.12);
  const y = bar.lane * view.lane + room;
  const height = view.lane - 2 * room;
  const state = barState(bar);
  ctx.fillStyle = stateColorValue(state);
  ctx.fillRect(x, y, width, height);
  paintPattern(ctx, state, { x, y, width, height });
  if (view.lane < 14) return;
  const text = String(bar.attempt.trial);
  const patterned = state !== "completed";
  const label = placeLabel({ x, width, patterned }, ctx.measureText(text).width, view.left);
  if (label === null) return;
  ctx.fillStyle = stateColorValue(state);
  ctx.fillRect(label.x, y, label.width, height);
  ctx.fillStyle = color("--panel");
  ctx.textAlign = "left";
  ctx.fillText(text, label.textX, y + height / 2 + 0.5);
}

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** What tells the states apart without colour: pruned slanted, failed crossed, paused upright, running ending in a tip. */
export function paintPattern(ctx: CanvasRenderingContext2D, state: string, box: Box): void {
  const { x, y, width, height } = box;
  ctx.save();
  ctx.beginPath();
  ctx.rect(x, y, width, height);
  ctx.clip();
  ctx.strokeStyle = color("--panel");
  ctx.lineWidth = 1.4;
  ctx.beginPath();
  const slants = state === "pruned" ? [1] : state === "failed" || state === "infeasible" ? [1, -1] : [];
  for (const slant of slants) {
    for (let at = x - height; at < x + width + height; at += 7) {
      ctx.moveTo(at, slant === 1 ? y + height : y);
      ctx.lineTo(at + height, slant === 1 ? y : y + height);
    }
  }
  if (state === "paused" || state === "cancelled") {
    for (let at = x + 5; at < x + width; at += 6) {
      ctx.moveTo(at, y);
      ctx.lineTo(at, y + height);
    }
  }
  ctx.stroke();
  if (state === "running") {
    ctx.fillStyle = color("--panel");
    ctx.beginPath();
    ctx.moveTo(x + width + 1, y - 1);
    ctx.lineTo(x + width - Math.min(7, width), y - 1);
    ctx.lineTo(x + width, y + height / 2);
    ctx.lineTo(x + width - Math.min(7, width), y + height + 1);
    ctx.lineTo(x + width + 1, y + height + 1);
    ctx.fill();
  }
  ctx.restore();
}
