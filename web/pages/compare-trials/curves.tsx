import { useMemo } from "preact/hooks";
import type { Curves } from "../../../core/charts.ts";
import type { StudyResource } from "../../../core/resources.ts";
import { go, setQuery } from "../../app/router.ts";
import { CurvesChart } from "../../charts/curves-chart.tsx";
import { Figure } from "../../charts/figure.tsx";
import type { LineSlots } from "../../charts/line-slots.ts";
import { Empty } from "../../ui/notes.tsx";
import { stepsOf } from "./at-step.ts";
import type { ComparedTrial } from "./read.ts";

interface OverlayProps {
  study: StudyResource;
  trials: readonly ComparedTrial[];
  slots: LineSlots;
  metric: string;
  /** The step that values are compared at; null: none. */
  step: number | null;
}

/** The curves of one metric over each other. */
export function Overlay({ study, trials, slots, metric, step }: OverlayProps) {
  const curves = useMemo(() => curvesOf(study, trials, metric), [study.version, trials, metric]);
  const names = [...new Set(trials.flatMap(({ metrics }) => [...metrics.keys()]))].sort();
  return (
    <Figure
      title="Curves"
      text={`${metric} of ${trials.length} trials over ${curves.unit}s.`}
      table={() => tableOf(trials, metric, curves.unit)}
      controls={
        <label>
          Metric
          <select value={metric} onChange={(event) => setQuery({ metric: event.currentTarget.value }, true)}>
            {(names.includes(metric) ? names : [metric, ...names]).map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
      }
    >
      {curves.series.length === 0 ? (
        <Empty>None of them has reported {metric}.</Empty>
      ) : (
        <CurvesChart
          curves={curves}
          top={slots}
          logX={false}
          smoothing={0}
          at={step}
          onOpen={(trial) => go(`/studies/${encodeURIComponent(study.name)}/trials/${trial}`)}
        />
      )}
    </Figure>
  );
}

function curvesOf({ spec }: StudyResource, trials: readonly ComparedTrial[], metric: string): Curves {
  return {
    metric,
    unit: spec.fidelity?.unit ?? "step",
    rungs: [],
    series: trials.flatMap(({ trial, metrics }) => {
      const points = metrics.get(metric);
      if (points === undefined) return [];
      const pruned = trial.state === "pruned";
      return [
        {
          trial: trial.number,
          state: trial.state,
          points: points.map(([step, value]): [number, number | null] => [step, value]),
          end: pruned ? ("pruned" as const) : null,
          reason: pruned ? trial.reason.text : null,
          heldOut: trial.heldOut,
        },
      ];
    }),
  };
}

function tableOf(trials: readonly ComparedTrial[], metric: string, unit: string) {
  const columns = trials.map(({ metrics }) => new Map(metrics.get(metric) ?? []));
  return {
    columns: [unit, ...trials.map(({ trial }) => `Trial ${trial.number}`)],
    rows: stepsOf(trials, metric).map((step) => [step, ...columns.map((column) => column.get(step) ?? null)]),
  };
}
