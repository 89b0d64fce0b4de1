import type uPlot from "uplot";
import { color } from "../app/theme.ts";
import { themedAxis } from "./plot.tsx";
import { robustScale, type Scale } from "./scale.ts";

/** Axes for lines of values over steps: robust in y, linear or logarithmic in x. */
export interface LineScales {
  /** `whole`: every step is a whole number, and so are the ticks. */
  x: { low: number; high: number; log: boolean; whole: boolean };
  y: Scale;
}

export function lineScales(
  steps: readonly number[],
  values: readonly number[],
  { logX = false }: { logX?: boolean } = {},
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
  return { x: { low, high, log, whole }, y: robustScale(values) };
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

/** "3 above", "2 above, 1 below"; null when all is within. */
export function clippedText({ above, below }: Scale): string | null {
  const parts = [above > 0 ? `${above} above` : null, below > 0 ? `${below} below` : null];
  const text = parts.filter((part) => part !== null).join(", ");
  return text === "" ? null : text;
}

/** Says on the canvas what lies beyond it: in its corners. */
export function drawClipped(plot: uPlot, scale: Scale): void {
  const { ctx, bbox } = plot;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.font = `${11 * ratio}px system-ui`;
  ctx.fillStyle = color("--warn");
  ctx.textAlign = "right";
  const right = bbox.left + bbox.width - 4 * ratio;
  if (scale.above > 0) ctx.fillText(`▲ ${scale.above} above`, right, bbox.top + 12 * ratio);
  if (scale.below > 0) ctx.fillText(`▼ ${scale.below} below`, right, bbox.top + bbox.height - 5 * ratio);
  ctx.restore();
}
