import type { MetricSeries } from "../../../core/resources.ts";
import { plural, short } from "../../app/format.ts";
import { Figure } from "../../charts/figure.tsx";
import { MetricChart } from "../../charts/metric-chart.tsx";
import { useWidth } from "../../charts/use-width.ts";
import { Empty, ErrorNote, Loaded } from "../../ui/notes.tsx";
import { useSeries } from "./data.ts";
import type { TabProps } from "./tab-props.ts";

/** Every metric that it reported, the objectives first. */
export function Metrics(props: TabProps) {
  return (
    <MetricCharts
      {...props}
      wanted={() => true}
      none="It has reported no values yet. Whatever the script prints or writes as a metric is drawn here."
    />
  );
}

interface MetricChartsProps extends TabProps {
  wanted: (metric: string) => boolean;
  /** What is said where there is none. */
  none: string;
}

/** Thinned by the server to about a point a pixel. Until the place for the charts is laid out, it is taken for the window's. */
export function MetricCharts({ name, trial, study, wanted, none }: MetricChartsProps) {
  const [element, width] = useWidth<HTMLDivElement>();
  const charts = Object.keys(trial.metrics).filter(wanted).length;
  const maxPoints = pointsFor(width || document.documentElement.clientWidth, charts);
  return (
    <div ref={element}>
      <ThinnedCharts {...{ name, trial, study, wanted, none, maxPoints }} />
    </div>
  );
}

/** Pixels from which charts stand in more than one column: as in theme.css. */
const NARROWEST = 380;
/** Steps of pixels, so that a small change of the width does not read again. */
const STEP = 200;

/** Points of a series for one of so many charts that share the width. */
function pointsFor(width: number, charts: number): number {
  const columns = Math.max(1, Math.min(charts, Math.floor(width / NARROWEST)));
  return Math.max(2 * STEP, Math.ceil(width / columns / STEP) * STEP);
}

function ThinnedCharts({
  name,
  trial,
  study,
  wanted,
  none,
  maxPoints,
}: MetricChartsProps & { maxPoints: number }) {
  const series = useSeries(name, trial, maxPoints);
  const objectives = study?.spec.objectives.map(({ metric }) => metric) ?? [];
  const unit = study?.spec.fidelity?.unit ?? "step";
  return (
    <>
      {series.error !== null && series.data !== null ? <ErrorNote error={series.error} /> : null}
      <Loaded resource={series}>
        {(all) => {
          const groups = groupsOf(all, wanted, objectives);
          if (groups.length === 0) return <Empty>{none}</Empty>;
          return (
            <div class="columns">
              {groups.map(([metric, group]) => (
                <MetricFigure key={metric} metric={metric} series={group} unit={unit} />
              ))}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

function MetricFigure({ metric, series, unit }: { metric: string; series: MetricSeries[]; unit: string }) {
  const total = series.reduce((sum, one) => sum + one.total, 0);
  const shown = series.reduce((sum, one) => sum + one.points.length, 0);
  const last = series.at(-1)?.points.at(-1);
  const odd = series.flatMap(({ points }) => points).filter(({ value }) => typeof value !== "number").length;
  const text = [
    `last ${short(last?.value, 6)} at ${unit} ${short(last?.step)}`,
    shown < total ? `${plural(total, "point")}, thinned to ${shown}` : plural(total, "point"),
    series.length > 1 ? plural(series.length, "attempt") : null,
    odd > 0 ? `${odd} not finite` : null,
  ]
    .filter((part) => part !== null)
    .join(" · ");
  return (
    <Figure
      title={metric}
      text={`${metric}: ${text}`}
      table={() => ({
        columns: ["attempt", unit, metric, "time"],
        rows: series.flatMap(({ attempt, points }) =>
          points.map(({ step, value, time }) => [attempt, step, value, time]),
        ),
      })}
    >
      <MetricChart series={series} unit={unit} />
      <p class="muted small" style={{ margin: "4px 0 0" }}>
        {text}
      </p>
    </Figure>
  );
}

/** By metric: the objectives in their order, then by name. */
function groupsOf(
  all: readonly MetricSeries[],
  wanted: (metric: string) => boolean,
  objectives: readonly string[],
): [string, MetricSeries[]][] {
  const groups = new Map<string, MetricSeries[]>();
  for (const series of all) {
    if (!wanted(series.name) || series.points.length === 0) continue;
    groups.set(series.name, [...(groups.get(series.name) ?? []), series]);
  }
  const place = (metric: string) => {
    const at = objectives.indexOf(metric);
    return at === -1 ? objectives.length : at;
  };
  return [...groups].sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b));
}
