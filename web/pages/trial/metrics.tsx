import { useMemo } from "preact/hooks";
import type { MetricSeries } from "../../../core/resources.ts";
import { pointsFor } from "../../app/points-for.ts";
import { query, setQuery } from "../../app/router.ts";
import { Figure } from "../../charts/figure.tsx";
import { MetricChart } from "../../charts/metric-chart.tsx";
import { parseSteps, type Steps, stepsText } from "../../charts/steps.ts";
import { Empty, ErrorNote, Loaded } from "../../ui/notes.tsx";
import { useFiner, useSeries } from "./data.ts";
import { isThinned, withFiner, within } from "./finer.ts";
import { metricText } from "./metric-text.ts";
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

/** The stretch of steps that is shown, of every chart: so that they can be compared. */
const SHOWN = "steps";

/** Thinned by the server to about a point a pixel, a stretch that is zoomed to on its own. */
export function MetricCharts({ name, trial, study, wanted, none }: MetricChartsProps) {
  const maxPoints = pointsFor();
  const shown = query.value.get(SHOWN);
  const steps = useMemo(() => parseSteps(shown), [shown]);
  const series = useSeries(name, trial, maxPoints);
  const isCoarse = series.data === null || isThinned(series.data);
  const finer = useFiner(name, trial, maxPoints, isCoarse ? steps : null);
  const error = series.error ?? finer.error;
  const all = useMemo(() => withFiner(series.data ?? [], finer.data), [series.data, finer.data]);
  return (
    <>
      {error !== null && series.data !== null ? <ErrorNote error={error} /> : null}
      <Loaded resource={series}>
        {() => {
          const groups = groupsOf(all, wanted, study?.spec.objectives.map(({ metric }) => metric) ?? []);
          if (groups.length === 0) return <Empty>{none}</Empty>;
          return (
            <div class="columns">
              {groups.map(([metric, group]) => (
                <MetricFigure
                  key={metric}
                  metric={metric}
                  series={group}
                  unit={study?.spec.fidelity?.unit ?? "step"}
                  steps={steps}
                />
              ))}
            </div>
          );
        }}
      </Loaded>
    </>
  );
}

interface MetricFigureProps {
  metric: string;
  series: MetricSeries[];
  unit: string;
  steps: Steps | null;
}

function MetricFigure({ metric, series, unit, steps }: MetricFigureProps) {
  const inside = series.map((one) => within(one, steps));
  const text = metricText(inside, unit, steps);
  return (
    <Figure
      title={metric}
      text={`${metric}: ${text}`}
      table={() => ({
        columns: ["attempt", unit, metric, "time"],
        rows: inside.flatMap(({ attempt, points }) =>
          points.map(({ step, value, time }) => [attempt, step, value, time]),
        ),
      })}
      controls={
        steps === null ? null : (
          <button type="button" class="small no-print" onClick={() => show(null)}>
            Whole curve
          </button>
        )
      }
    >
      <MetricChart metric={metric} series={series} unit={unit} steps={steps} onSteps={show} />
      <p class="muted small" style={{ margin: "4px 0 0" }}>
        {text}
      </p>
    </Figure>
  );
}

function show(steps: Steps | null): void {
  setQuery({ [SHOWN]: stepsText(steps) });
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
