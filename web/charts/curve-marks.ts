import type uPlot from "uplot";
import { short } from "../app/format.ts";
import { color } from "../app/theme.ts";

/** What is drawn upon curves: where trials are compared, and where some were cut off. */

/** Rungs as vertical lines, each with its step at the top. */
export function drawRungs(plot: uPlot, rungs: readonly number[], unit: string): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.strokeStyle = color("--muted");
  ctx.fillStyle = color("--muted");
  ctx.font = `${11 * ratio}px system-ui`;
  ctx.lineWidth = ratio;
  ctx.setLineDash([2 * ratio, 4 * ratio]);
  for (const rung of rungs) {
    const x = Math.round(plot.valToPos(rung, "x", true));
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const atRight = x > bbox.left + bbox.width - 70 * ratio;
    ctx.textAlign = atRight ? "right" : "left";
    ctx.fillText(`${unit} ${short(rung)}`, x + (atRight ? -4 : 4) * ratio, bbox.top + 11 * ratio);
  }
  ctx.restore();
}

/** The end of a pruned curve: a tick across it, as if cut off. */
export function drawCut(plot: uPlot, [step, value]: readonly [number, number], strong: boolean): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  const x = plot.valToPos(step, "x", true);
  const y = Math.min(bbox.top + bbox.height, Math.max(bbox.top, plot.valToPos(value, "y", true)));
  ctx.save();
  ctx.strokeStyle = color("--state-pruned");
  ctx.lineWidth = (strong ? 2.5 : 1.6) * ratio;
  ctx.beginPath();
  ctx.moveTo(x, y - 5 * ratio);
  ctx.lineTo(x, y + 5 * ratio);
  ctx.stroke();
  ctx.restore();
}
