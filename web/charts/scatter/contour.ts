import { contours } from "d3-contour";
import type { Surface } from "../../../core/charts.ts";
import { color } from "../../app/theme.ts";
import { shade } from "../ranks.ts";
import { robustScale } from "../scale.ts";
import type { DotLayout } from "./draw.ts";

const LEVELS = 12;
/** How much of what is not known is covered, at most. */
const HAZE = 0.85;

/** The model's mean as filled levels, covered by haze where the model is unsure. */
export function drawSurface(
  context: CanvasRenderingContext2D,
  layout: DotLayout,
  surface: Surface,
  goal: "minimize" | "maximize",
): void {
  context.save();
  context.beginPath();
  context.rect(layout.left, layout.top, layout.right - layout.left, layout.bottom - layout.top);
  context.clip();
  drawLevels(context, layout, surface, goal);
  drawHaze(context, layout, surface);
  context.restore();
}

function drawLevels(
  context: CanvasRenderingContext2D,
  layout: DotLayout,
  { mean, x, y }: Surface,
  goal: "minimize" | "maximize",
): void {
  const values = mean.flat();
  const scale = robustScale(values);
  const rankOf = (share: number) => (goal === "minimize" ? 1 - share : share);
  context.fillStyle = shade(rankOf(0));
  context.fillRect(layout.left, layout.top, layout.right - layout.left, layout.bottom - layout.top);
  const thresholds = Array.from(
    { length: LEVELS },
    (_, level) => scale.low + ((level + 1) / (LEVELS + 1)) * (scale.high - scale.low),
  );
  const place = placing(layout, x.ticks.length, y.ticks.length);
  for (const [level, { coordinates }] of contours()
    .size([x.ticks.length, y.ticks.length])
    .thresholds(thresholds)(values)
    .entries()) {
    context.beginPath();
    for (const ring of coordinates.flat()) {
      for (const [index, [column, row]] of ring.entries()) {
        const [px, py] = place(column!, row!);
        if (index === 0) context.moveTo(px, py);
        else context.lineTo(px, py);
      }
      context.closePath();
    }
    context.fillStyle = shade(rankOf((level + 1) / LEVELS));
    context.fill("evenodd");
    context.strokeStyle = color("--panel");
    context.globalAlpha = 0.35;
    context.lineWidth = 0.7;
    context.stroke();
    context.globalAlpha = 1;
  }
}

/** From d3-contour's grid, in which the value of a cell is at its centre, to pixels. */
function placing({ left, right, top, bottom }: DotLayout, columns: number, rows: number) {
  const stretch = (at: number, count: number) =>
    at <= 0 ? -0.1 : at >= count ? 1.1 : (at - 0.5) / Math.max(1, count - 1);
  return (column: number, row: number): [number, number] => [
    left + stretch(column, columns) * (right - left),
    bottom - stretch(row, rows) * (bottom - top),
  ];
}

function drawHaze(context: CanvasRenderingContext2D, layout: DotLayout, { std, x, y }: Surface): void {
  const [columns, rows] = [x.ticks.length, y.ticks.length];
  const { low, high } = robustScale(std.flat(), "linear");
  const haze = document.createElement("canvas");
  haze.width = columns;
  haze.height = rows;
  const pixels = haze.getContext("2d");
  if (pixels === null) return;
  pixels.fillStyle = color("--panel");
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const share = (std[row]![column]! - low) / (high - low || 1);
      pixels.globalAlpha = HAZE * Math.min(1, Math.max(0, share));
      pixels.fillRect(column, rows - 1 - row, 1, 1);
    }
  }
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = "high";
  // Cells at the edge have their centres on it, so that half of them lies outside.
  const wide = (layout.right - layout.left) / Math.max(1, columns - 1);
  const tall = (layout.bottom - layout.top) / Math.max(1, rows - 1);
  context.drawImage(haze, layout.left - wide / 2, layout.top - tall / 2, columns * wide, rows * tall);
}
