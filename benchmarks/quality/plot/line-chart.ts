import type { Scale } from "./scale.ts";
import { drawing, element, FAINT, INK, label, path } from "./svg.ts";

/** Lines over a frame with axes, and a legend beside it. */

export interface Series {
  name: string;
  color: string;
  dashed: boolean;
  points: readonly (readonly [x: number, y: number])[];
  /** Interval around each point, in the same order. */
  band?: readonly (readonly [low: number, high: number])[];
  marked?: boolean;
}

export interface LineChart {
  title: string;
  xTitle: string;
  yTitle: string;
  /** Over X_RANGE and Y_RANGE. */
  x: Scale;
  y: Scale;
  /** In the order of the legend. */
  series: readonly Series[];
}

const WIDTH = 760;
const HEIGHT = 400;
const LEFT = 70;
const RIGHT = 570;
const TOP = 40;
const BOTTOM = 350;
export const X_RANGE = [LEFT, RIGHT] as const;
export const Y_RANGE = [BOTTOM, TOP] as const;
const LINE_HEIGHT = 20;

export function lineChart({ title, xTitle, yTitle, x, y, series }: LineChart): string {
  return drawing(WIDTH, HEIGHT, title, [
    label(title, { x: LEFT, y: 22, "font-size": 14, "font-weight": "bold" }),
    ...x.ticks.map(({ value, text }) => xTick(x.at(value), text)),
    ...y.ticks.map(({ value, text }) => yTick(y.at(value), text)),
    path(
      [
        [LEFT, TOP],
        [LEFT, BOTTOM],
        [RIGHT, BOTTOM],
      ],
      { stroke: INK },
    ),
    label(xTitle, { x: (LEFT + RIGHT) / 2, y: BOTTOM + 38, "text-anchor": "middle" }),
    label(yTitle, { transform: `translate(16 ${(TOP + BOTTOM) / 2}) rotate(-90)`, "text-anchor": "middle" }),
    ...series.map((each) => drawBand(each, x, y)),
    ...series.map((each) => drawLine(each, x, y)),
    ...series.map(legendEntry),
  ]);
}

function xTick(x: number, text: string): string {
  const line = path(
    [
      [x, TOP],
      [x, BOTTOM],
    ],
    FAINT,
  );
  return line + label(text, { x, y: BOTTOM + 18, "text-anchor": "middle" });
}

function yTick(y: number, text: string): string {
  const line = path(
    [
      [LEFT, y],
      [RIGHT, y],
    ],
    FAINT,
  );
  return line + label(text, { x: LEFT - 8, y: y + 4, "text-anchor": "end" });
}

function drawBand({ points, band, color }: Series, x: Scale, y: Scale): string {
  if (band === undefined) return "";
  const low = points.map(([value], index) => [x.at(value), y.at(band[index]![0])] as const);
  const high = points.map(([value], index) => [x.at(value), y.at(band[index]![1])] as const);
  return path([...low, ...high.reverse()], { fill: color, "fill-opacity": "0.12" });
}

function drawLine({ points, color, dashed, marked }: Series, x: Scale, y: Scale): string {
  const places = points.map(([value, height]) => [x.at(value), y.at(height)] as const);
  const line = path(places, stroke(color, dashed));
  if (!marked) return line;
  return line + places.map(([cx, cy]) => element("circle", { cx, cy, r: 3, fill: color })).join("");
}

function legendEntry({ name, color, dashed }: Series, index: number): string {
  const y = TOP + 8 + index * LINE_HEIGHT;
  const line = path(
    [
      [RIGHT + 16, y],
      [RIGHT + 44, y],
    ],
    stroke(color, dashed),
  );
  return line + label(name, { x: RIGHT + 52, y: y + 4 });
}

function stroke(color: string, dashed: boolean) {
  return { stroke: color, "stroke-width": 2, ...(dashed && { "stroke-dasharray": "6 4" }) };
}
