import { useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import type { MetricSeries } from "../../core/resources.ts";
import { short } from "../app/format.ts";
import { color } from "../app/theme.ts";
import { align, type Points } from "./align.ts";
import { lineColor } from "./colors.ts";
import { HoverCard } from "./hover-card.tsx";
import { drawClipped, lineScales, scaleOptions } from "./line-scales.ts";
import { Plot } from "./plot.tsx";
import { type Hit, listenForHits } from "./plot-hits.ts";

/** One metric of one trial, a line an attempt. `unit`: what a step is. */
export function MetricChart({ series, unit }: { series: readonly MetricSeries[]; unit: string }) {
  const [hover, setHover] = useState<{ hit: Hit; x: number; y: number } | null>(null);
  const lines = useMemo(() => series.map(pointsOf), [series]);
  const data = useMemo(() => align(lines), [lines]);
  const scales = useMemo(() => {
    const all = lines.flatMap((points) => [...points]);
    const values = all.flatMap(([, value]) => (value === null ? [] : [value]));
    return lineScales(
      all.map(([step]) => step),
      values,
    );
  }, [lines]);
  const latest = useRef({ lines, scales });
  latest.current = { lines, scales };
  const options = (): Omit<uPlot.Options, "width" | "height"> => ({
    ...scaleOptions(() => latest.current.scales, { x: unit }),
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { show: false }, y: false },
    series: [
      {},
      ...series.map(({ attempt, points }) => ({
        stroke: lineColor(attempt - 1),
        width: 2,
        points: { show: points.length <= 30, size: 5, fill: () => color("--panel") },
      })),
    ],
    hooks: {
      draw: [(plot) => drawClipped(plot, latest.current.scales.y)],
      ready: [
        (plot) =>
          listenForHits(plot, () => latest.current.lines, {
            hover: (hit, x, y) => setHover(hit === null ? null : { hit, x, y }),
          }),
      ],
    },
  });
  const revision = `${series.map(({ attempt }) => attempt)} ${scales.y.log} ${scales.x.whole} ${lines.every((points) => points.length <= 30)}`;
  return (
    <>
      <Plot options={options} data={data} height={200} revision={revision} />
      {series.length > 1 ? <Attempts series={series} /> : null}
      {hover === null || series[hover.hit.line] === undefined ? null : (
        <HoverCard x={hover.x} y={hover.y}>
          <strong>{short(hover.hit.value, 6)}</strong> at {unit} {short(hover.hit.step)}
          <div class="muted">attempt {series[hover.hit.line]!.attempt}</div>
        </HoverCard>
      )}
    </>
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
