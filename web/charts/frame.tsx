import type { ComponentChildren } from "preact";
import { short } from "../app/format.ts";
import type { Scale } from "./scale.ts";

/** The frame of an SVG chart: where its area lies, and its two axes. */

export interface Area {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The area inside the axes' labels. Pixels. */
export function areaOf(width: number, height: number): Area {
  return { left: 54, right: Math.max(60, width - 12), top: 10, bottom: height - 36 };
}

export function xOf(area: Area, scale: Scale, value: number): number {
  return area.left + scale.position(value) * (area.right - area.left);
}

export function yOf(area: Area, scale: Scale, value: number): number {
  return area.bottom - scale.position(value) * (area.bottom - area.top);
}

interface AxesProps {
  area: Area;
  x: Scale;
  y: Scale;
  xLabel: string;
  yLabel: string;
  /** Default: four significant digits. */
  xText?: (value: number) => string;
}

const PIXELS_BETWEEN_TICKS = 90;

export function Axes({ area, x, y, xLabel, yLabel, xText = (value) => short(value) }: AxesProps) {
  const xTicks = x.ticks(Math.max(2, (area.right - area.left) / PIXELS_BETWEEN_TICKS));
  return (
    <g>
      {y.ticks(5).map((tick) => (
        <g key={tick}>
          <Line x1={area.left} x2={area.right} y1={yOf(area, y, tick)} y2={yOf(area, y, tick)} />
          <Label x={area.left - 6} y={yOf(area, y, tick) + 4} anchor="end">
            {short(tick)}
          </Label>
        </g>
      ))}
      {xTicks.map((tick) => (
        <Label key={tick} x={xOf(area, x, tick)} y={area.bottom + 16} anchor="middle">
          {xText(tick)}
        </Label>
      ))}
      <Line x1={area.left} x2={area.right} y1={area.bottom} y2={area.bottom} />
      <Label x={area.right} y={area.bottom + 31} anchor="end">
        {`${xLabel}${x.log ? " (log)" : ""}`}
      </Label>
      <Label x={area.left} y={area.bottom + 31} anchor="start">
        {`↑ ${yLabel}${y.log ? " (log)" : ""}`}
      </Label>
    </g>
  );
}

function Line(ends: { x1: number; x2: number; y1: number; y2: number }) {
  return <line {...ends} stroke="var(--line)" stroke-width="1" />;
}

interface LabelProps {
  x: number;
  y: number;
  anchor: "start" | "middle" | "end";
  children: ComponentChildren;
}

function Label({ x, y, anchor, children }: LabelProps) {
  return (
    <text x={x} y={y} text-anchor={anchor} fill="var(--muted)" font-size="11">
      {children}
    </text>
  );
}
