import type uPlot from "uplot";
import { color } from "../app/theme.ts";
import type { Points } from "./align.ts";
import { themedAxis } from "./plot.tsx";
import { clippedText, robustScale, type Scale } from "./scale.ts";

/** Axes for lines of values over steps: robust in y, linear or logarithmic in x. */
export interface LineScales {
  /** `whole`: every step is a whole number, and so are the ticks. */
  x: { low: number; high: number; log: boolean; whole: boolean };
  y: Scale;
}

/** @param keep Values to show however far they lie from the rest. */
export function lineScales(
  steps: readonly number[],
  values: readonly number[],
  { logX = false, keep = [] }: { logX?: boolean; keep?: readonly number[] } = {},
): LineScales {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  let whole = true;
  for (const step of steps) {
    low = Math.min(low, step);
    high = Math.max(high, step);
    whole &&= Number.isInteger(step);
  }
  if (!Number.isFinite(low)) [low, high] = [0, 1];
  const log = logX && low > 0;
  if (low === high) [low, high] = log ? [low / 2, high * 2] : [low - 1, high + 1];
  return { x: { low, high, log, whole }, y: robustScale(values, null, keep) };
}

/** The first and the last value: a training begins far from where it ends, and where it ends is what matters. */
export function endsOf(points: Points): number[] {
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  return values.length === 0 ? [] : [values[0]!, values.at(-1)!];
}

/** Their part of uPlot's options. Read when drawn, so that data may come without making the plot anew. */
export function scaleOptions(
  scales: () => LineScales,
  label: { x: string },
): Pick<uPlot.Options, "scales" | "axes"> {
  const { x, y } = scales();
  return {
    scales: {
      x: {
        time: false,
        distr: x.log ? 3 : 1,
        range: () => padded(scales().x.low, scales().x.high, x.log, 0.02),
      },
      y: { distr: y.log ? 3 : 1, range: () => padded(scales().y.low, scales().y.high, y.log, 0.06) },
    },
    axes: [
      themedAxis({
        label: label.x,
        labelSize: 18,
        size: 38,
        labelFont: FONT,
        font: FONT,
        ...(x.whole && !x.log ? { incrs: WHOLE } : {}),
      }),
      themedAxis({ size: 62, font: FONT, values: (_plot, ticks) => ticks.map(tickText) }),
    ],
  };
}

const FONT = "12px system-ui";
/** Distances of ticks, for steps that are whole numbers. */
const WHOLE = Array.from({ length: 10 }, (_, power) =>
  [1, 2, 5].map((factor) => factor * 10 ** power),
).flat();

function tickText(value: number | null): string {
  if (value === null) return "";
  const magnitude = Math.abs(value);
  if (magnitude !== 0 && (magnitude < 1e-3 || magnitude >= 1e5))
    return value.toExponential().replace("e+", "e");
  return String(Number(value.toPrecision(6)));
}

function padded(low: number, high: number, log: boolean, share: number): [number, number] {
  if (log) {
    const factor = (high / low) ** share;
    return [low / factor, high * factor];
  }
  const room = (high - low) * share;
  return [low - room, high + room];
}

/** Says on the canvas what lies beyond its range: under the axis at the right, where no line can be. */
export function drawClipped(plot: uPlot, scale: Scale): void {
  const text = clippedText(scale, { above: "▲ ", below: "▼ " });
  if (text === null) return;
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui`;
  ctx.fillStyle = color("--warn");
  ctx.textAlign = "right";
  ctx.textBaseline = "bottom";
  ctx.fillText(text, bbox.left + bbox.width, ctx.canvas.height - 2 * ratio);
  ctx.restore();
}
