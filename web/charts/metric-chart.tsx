import { useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import type { MetricSeries } from "../../core/resources.ts";
import { short } from "../app/format.ts";
import { color } from "../app/theme.ts";
import { align, type Points } from "./align.ts";
import { lineColor } from "./colors.ts";
import { dragZoom } from "./drag-zoom.ts";
import { HoverCard } from "./hover-card.tsx";
import { drawClipped, endsOf, type LineScales, lineScales, scaleOptions } from "./line-scales.ts";
import { Plot } from "./plot.tsx";
import { type Hit, listenForHits } from "./plot-hits.ts";
import { isWithin, type Steps, stepsBetween } from "./steps.ts";
import { ZoomKeys } from "./zoom-keys.tsx";

interface MetricChartProps {
  metric: string;
  series: readonly MetricSeries[];
  /** What a step is. */
  unit: string;
  /** The stretch to show; null: all. */
  steps: Steps | null;
  onSteps: (steps: Steps | null) => void;
}

/** Of so few points each is marked. */
const FEW = 30;

/** One metric of one trial, a line an attempt. A stretch of its steps can be zoomed to. */
export function MetricChart({ metric, series, unit, steps, onSteps }: MetricChartProps) {
  const [hover, setHover] = useState<{ hit: Hit; x: number; y: number } | null>(null);
  const lines = useMemo(() => series.map(pointsOf), [series]);
  // Anew for another stretch too: the plot looks at its scales when it is given data.
  const data = useMemo(() => align(lines), [lines, steps?.low, steps?.high]);
  const all = useMemo(() => scalesOf(lines.flat(), lines.flatMap(endsOf)), [lines]);
  const scales = useMemo(() => zoomedScales(lines, all, steps), [lines, all, steps?.low, steps?.high]);
  const latest = useRef({ lines, all, scales, onSteps });
  latest.current = { lines, all, scales, onSteps };
  const few = lines.every((points) => points.filter(([step]) => isWithin(step, steps)).length <= FEW);

  const options = (): Omit<uPlot.Options, "width" | "height"> => {
    const { drag, bind, setSelect } = dragZoom({
      select: (low, high) => latest.current.onSteps(stepsBetween(low, high, latest.current.all.x)),
      reset: () => latest.current.onSteps(null),
    });
    return {
      ...scaleOptions(() => latest.current.scales, { x: unit }),
      legend: { show: false },
      cursor: { drag, bind, points: { show: false }, y: false },
      series: [
        {},
        ...series.map(({ attempt }) => ({
          stroke: () => lineColor(attempt - 1),
          width: 2,
          points: { show: few, size: 5, fill: () => color("--panel") },
        })),
      ],
      hooks: {
        setSelect: [setSelect],
        draw: [(plot) => drawClipped(plot, latest.current.scales.y)],
        ready: [
          (plot) =>
            listenForHits(plot, () => latest.current.lines, {
              hover: (hit, x, y) => setHover(hit === null ? null : { hit, x, y }),
            }),
        ],
      },
    };
  };
  const revision = `${series.map(({ attempt }) => attempt)} ${scales.y.log} ${scales.x.whole} ${few}`;
  return (
    <ZoomKeys name={metric} steps={steps} all={all.x} onSteps={onSteps}>
      <Plot options={options} data={data} height={200} revision={revision} />
      {series.length > 1 ? <Attempts series={series} /> : null}
      {hover === null || series[hover.hit.line] === undefined ? null : (
        <HoverCard x={hover.x} y={hover.y}>
          <strong>{short(hover.hit.value, 6)}</strong> at {unit} {short(hover.hit.step)}
          <div class="muted">attempt {series[hover.hit.line]!.attempt}</div>
        </HoverCard>
      )}
    </ZoomKeys>
  );
}

/** Whose line has which colour. */
function Attempts({ series }: { series: readonly MetricSeries[] }) {
  return (
    <div class="row small muted" style={{ gap: 12 }}>
      {series.map(({ attempt }) => (
        <span key={attempt}>
          <span aria-hidden="true" style={{ color: lineColor(attempt - 1) }}>
            ●{" "}
          </span>
          attempt {attempt}
        </span>
      ))}
    </div>
  );
}

/** Values that are no numbers leave a hole. */
function pointsOf({ points }: MetricSeries): Points {
  return points.map(({ step, value }) => [step, typeof value === "number" ? value : null] as const);
}

function scalesOf(points: Points, keep: readonly number[] = []): LineScales {
  return lineScales(
    points.map(([step]) => step),
    points.flatMap(([, value]) => (value === null ? [] : [value])),
    { keep },
  );
}

/** As high as what is shown. Between two points far apart that is the line between them: as high as all. */
function zoomedScales(lines: readonly Points[], all: LineScales, steps: Steps | null): LineScales {
  if (steps === null) return all;
  const { y } = scalesOf(lines.flat().filter(([step]) => isWithin(step, steps)));
  const isEmpty = lines.every((points) =>
    points.every(([step, value]) => value === null || !isWithin(step, steps)),
  );
  return { x: { ...all.x, ...steps }, y: isEmpty ? all.y : y };
}
