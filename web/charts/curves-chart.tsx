import { useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import type { Curves } from "../../core/charts.ts";
import { short } from "../app/format.ts";
import { color } from "../app/theme.ts";
import { StateChip } from "../ui/state-chip.tsx";
import { align, type Points } from "./align.ts";
import { lineColor, lineDash } from "./colors.ts";
import { drawCut, drawRungs } from "./curve-marks.ts";
import { HoverCard } from "./hover-card.tsx";
import { drawClipped, endsOf, type LineScales, lineScales, scaleOptions } from "./line-scales.ts";
import type { LineSlots } from "./line-slots.ts";
import { Plot } from "./plot.tsx";
import { type Hit, listenForHits } from "./plot-hits.ts";
import { clippedText } from "./scale.ts";
import { smooth } from "./smooth.ts";

export type Curve = Curves["series"][number];

interface CurvesChartProps {
  curves: Curves;
  /** Drawn bold, in the colours of their slots; the rest is faint. */
  top: LineSlots;
  logX: boolean;
  /** Weight of the moving average; 0: none. */
  smoothing: number;
  /** A step to mark. */
  at: number | null;
  onOpen: (trial: number) => void;
}

/** One line drawn: a curve, or the raw values behind a smoothed one. */
interface Line {
  curve: Curve;
  points: Points;
  kind: "top" | "rest" | "raw";
  /** Of what is not in the rest. */
  slot: number;
}

/** Learning curves, the best on top, with rungs and cuts. */
export function CurvesChart(props: CurvesChartProps) {
  const { curves, top, logX, smoothing } = props;
  const [hover, setHover] = useState<{ hit: Hit; x: number; y: number } | null>(null);
  const lines = useMemo(() => linesOf(curves.series, top, smoothing), [curves, top, smoothing]);
  const scales = useMemo(() => scalesOf(lines, logX), [lines, logX]);
  const data = useMemo(() => align(lines.map(({ points }) => points)), [lines]);
  const latest = useRef({ lines, scales, props });
  latest.current = { lines, scales, props };

  const options = (): Omit<uPlot.Options, "width" | "height"> => ({
    ...scaleOptions(() => latest.current.scales, { x: curves.unit }),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
    series: [{}, ...lines.map(seriesOf)],
    hooks: {
      drawClear: [(plot) => drawRungs(plot, latest.current.props.curves.rungs, curves.unit)],
      draw: [(plot) => drawMarks(plot, latest.current)],
      ready: [
        (plot) =>
          listenForHits(plot, () => latest.current.lines.map(({ points }) => points), {
            hover: (hit, x, y) => setHover(hit === null ? null : { hit, x, y }),
            click: ({ line }) => latest.current.props.onOpen(latest.current.lines[line]!.curve.trial),
          }),
      ],
    },
  });
  const look = lines.map(
    ({ curve, kind, slot }) => `${curve.trial}${kind[1]}${slot}${curve.heldOut ? "h" : ""}`,
  );
  const revision = [
    look,
    scales.x.log,
    scales.x.whole,
    scales.y.log,
    curves.unit,
    props.at,
    curves.rungs,
  ].join(" ");
  const clipped = clippedText(scales.y);
  const hovered = hover === null ? undefined : lines[hover.hit.line]?.curve;
  return (
    <>
      <Plot options={options} data={data} height={420} revision={revision} />
      {clipped === null ? null : <p class="visually-hidden">Values beyond the axis: {clipped}.</p>}
      {hover === null || hovered === undefined ? null : (
        <HoverCard x={hover.x} y={hover.y}>
          <CurveCard curve={hovered} hit={hover.hit} curves={curves} />
        </HoverCard>
      )}
    </>
  );
}

function CurveCard({ curve, hit, curves }: { curve: Curve; hit: Hit; curves: Curves }) {
  return (
    <>
      <strong>Trial {curve.trial}</strong> <StateChip state={curve.state} />
      <div>
        {curves.metric} {short(hit.value, 5)} at {curves.unit} {short(hit.step)}
      </div>
      {curve.heldOut ? (
        <div class="muted">Held out: it should have been pruned, and was left to run.</div>
      ) : null}
      {curve.reason === null ? null : <div class="muted">{curve.reason}</div>}
    </>
  );
}

/** The faint ones first, so that the bold ones lie above. */
function linesOf(series: readonly Curve[], top: LineSlots, smoothing: number): Line[] {
  const smoothed = (curve: Curve) => (smoothing === 0 ? curve.points : smooth(curve.points, smoothing));
  const slotOf = ({ trial }: Curve) => top.get(trial) ?? 0;
  const best = series.filter(({ trial }) => top.has(trial));
  const rest = series.filter(({ trial }) => !top.has(trial));
  return [
    ...rest.map((curve): Line => ({ curve, points: smoothed(curve), kind: "rest", slot: 0 })),
    ...(smoothing === 0
      ? []
      : best.map((curve): Line => ({ curve, points: curve.points, kind: "raw", slot: slotOf(curve) }))),
    ...best.map((curve): Line => ({ curve, points: smoothed(curve), kind: "top", slot: slotOf(curve) })),
  ];
}

function scalesOf(lines: readonly Line[], logX: boolean): LineScales {
  const points = lines.flatMap((line) => [...line.points]);
  const values = points.flatMap(([, value]) => (value === null ? [] : [value]));
  const best = lines.filter(({ kind }) => kind !== "rest");
  return lineScales(
    points.map(([step]) => step),
    values,
    { logX, keep: best.flatMap((line) => endsOf(line.points)) },
  );
}

/** Dashes of what was left to run on. */
const HELD_OUT = [6, 5];

function seriesOf({ curve, kind, points, slot }: Line): uPlot.Series {
  const single = points.length === 1;
  const dash = [...(curve.heldOut ? HELD_OUT : []), ...(kind === "rest" ? [] : lineDash(slot))];
  return {
    label: `trial ${curve.trial}`,
    stroke: () => (kind === "rest" ? color("--muted") : lineColor(slot)),
    width: kind === "top" ? 2.5 : 1,
    alpha: kind === "top" ? 1 : kind === "raw" ? 0.3 : 0.4,
    spanGaps: false,
    points: { show: single || kind === "top", size: kind === "top" ? 6 : 4, fill: () => color("--panel") },
    ...(dash.length === 0 ? {} : { dash }),
  };
}

function drawMarks(
  plot: uPlot,
  { lines, scales, props }: { lines: Line[]; scales: LineScales; props: CurvesChartProps },
) {
  for (const { curve, points, kind } of lines) {
    const last = points.at(-1);
    if (curve.end !== "pruned" || kind === "raw" || last === undefined || last[1] === null) continue;
    drawCut(plot, [last[0], last[1]], kind === "top");
  }
  if (props.at !== null) drawAt(plot, props.at);
  drawClipped(plot, scales.y);
}

function drawAt(plot: uPlot, at: number): void {
  const { ctx, bbox } = plot;
  const x = Math.round(plot.valToPos(at, "x", true));
  ctx.save();
  ctx.strokeStyle = color("--accent");
  ctx.lineWidth = 2 * devicePixelRatio;
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}
