import { useMemo } from "preact/hooks";
import { api, call } from "../api/client.ts";
import { type Resource, useResource } from "../app/resource.ts";
import { go, project, query } from "../app/router.ts";
import { type Curve, CurvesChart } from "../charts/curves-chart.tsx";
import { Figure } from "../charts/figure.tsx";
import type { LineSlots } from "../charts/line-slots.ts";
import { useLineSlots } from "../charts/use-line-slots.ts";
import { Empty, ErrorNote, Loaded } from "../ui/notes.tsx";
import { StudyHead, useStudy } from "../ui/study-head.tsx";
import { AtStep, fairStep } from "./curves/at-step.tsx";
import { CurveControls } from "./curves/controls.tsx";
import { type CurvesData, useCurves, useLeaders } from "./curves/data.ts";
import { HeldOut } from "./curves/held-out.tsx";
import { NoValues } from "./curves/no-values.tsx";

/** Were the right ones stopped? */
export default function CurvesPage({ study: name }: { study: string }) {
  const study = useStudy(name);
  const curves = useCurves(name, query.value.get("metric"));
  const leaders = useLeaders(name);
  const best = useLineSlots(leaders.data?.rows.map(({ trial }) => trial) ?? []);
  const known = useMetricNames(
    name,
    curves.data,
    study.data?.spec.objectives.map(({ metric }) => metric),
  );
  return (
    <>
      <StudyHead name={name} study={study.data} question="Were the right ones stopped?" />
      <div class="stack">
        {curves.error !== null && curves.data !== null ? <ErrorNote error={curves.error} /> : null}
        <Loaded resource={curves}>
          {(data) =>
            data.series.length === 0 && query.value.get("metric") === null ? (
              <NoValues study={study.data} />
            ) : (
              <Shown name={name} curves={data} best={best} metrics={known} />
            )
          }
        </Loaded>
      </div>
    </>
  );
}

/** Metrics to choose from: the objectives', and what the first trial shown has reported. */
function useMetricNames(
  name: string,
  curves: CurvesData | null,
  objectives: readonly string[] = [],
): readonly string[] {
  const first = curves?.series[0]?.trial;
  const reported: Resource<string[]> = useResource(`${project.value}/${name}/${first}`, async () => {
    if (first === undefined) return [];
    const trial = await call(() =>
      api.GET("/v1/projects/{project}/studies/{study}/trials/{number}", {
        params: { path: { project: project.value, study: name, number: first } },
      }),
    );
    return Object.keys(trial.metrics);
  });
  const shown = curves === null ? [] : [curves.metric];
  return [...new Set([...objectives, ...(reported.data ?? []), ...shown])];
}

interface ShownProps {
  name: string;
  curves: CurvesData;
  /** The best by the objective, in their colours. */
  best: LineSlots;
  metrics: readonly string[];
}

function Shown({ name, curves, best, metrics }: ShownProps) {
  const hidePruned = query.value.get("pruned") === "hide";
  const smoothing = share(query.value.get("smooth"));
  const chosen = number(query.value.get("at"));
  const shown = useMemo(
    () => ({
      ...curves,
      series: hidePruned ? curves.series.filter(({ state }) => state !== "pruned") : curves.series,
    }),
    [curves, hidePruned],
  );
  const open = (trial: number) => go(`/studies/${encodeURIComponent(name)}/trials/${trial}`);
  return (
    <>
      <Figure
        title={`${curves.metric} by ${curves.unit}`}
        text={textOf(shown, best)}
        table={() => ({
          columns: ["trial", "state", "points", `last ${curves.unit}`, `last ${curves.metric}`, "reason"],
          rows: shown.series.map(rowOf),
        })}
      >
        <CurveControls metrics={metrics} metric={curves.metric} smoothing={smoothing} />
        {shown.series.length === 0 ? <Empty>No trial here has reported {curves.metric}.</Empty> : null}
        <CurvesChart
          curves={shown}
          top={best}
          logX={query.value.get("x") === "log"}
          smoothing={smoothing}
          at={chosen}
          onOpen={open}
        />
        <p class="muted small" style={{ margin: "6px 0 0" }}>
          {textOf(shown, best)}
        </p>
      </Figure>
      <div class="columns" style={{ alignItems: "start" }}>
        <AtStep
          name={name}
          curves={shown}
          best={best}
          at={chosen ?? fairStep(curves)}
          chosen={chosen !== null}
        />
        <HeldOut name={name} />
      </div>
    </>
  );
}

function rowOf({ trial, state, points, reason }: Curve): (string | number | null)[] {
  const last = points.at(-1);
  return [trial, state, points.length, last?.[0] ?? null, last?.[1] ?? null, reason];
}

function textOf({ series, rungs, unit }: CurvesData, best: LineSlots): string {
  const pruned = series.filter(({ end }) => end === "pruned").length;
  const held = series.filter(({ heldOut }) => heldOut).length;
  const bold = series.filter(({ trial }) => best.has(trial)).length;
  return [
    `${series.length} trials, the best ${bold} bold`,
    pruned > 0 ? `${pruned} pruned (ending in a tick)` : null,
    held > 0 ? `${held} held out (dashed)` : null,
    rungs.length > 0 ? `compared at ${unit} ${rungs.join(", ")}` : null,
  ]
    .filter((part) => part !== null)
    .join(" · ");
}

function number(text: string | null): number | null {
  return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
}

function share(text: string | null): number {
  return Math.min(0.98, Math.max(0, number(text) ?? 0));
}
