import type { Progress } from "../../../core/charts.ts";
import type { EventResource, StudyResource, TrialResource } from "../../../core/resources.ts";
import { duration, short } from "../../app/format.ts";
import { useResource } from "../../app/resource.ts";
import { go, project, query, setQuery } from "../../app/router.ts";
import { BestSoFar, type FailedTrial, type ProgressAxis, placeOn } from "../../charts/best-so-far.tsx";
import { Figure } from "../../charts/figure.tsx";
import { Choice } from "../../ui/choice.tsx";
import { Empty, Loaded } from "../../ui/notes.tsx";
import { readProgress, readTrials } from "./read.ts";

const AXES = [
  { value: "trials", label: "Trials" },
  { value: "gpu-hours", label: "GPU-hours" },
  { value: "time", label: "Time" },
] as const;

/** Best so far by trials, GPU-hours or time. With pruning the count of trials misleads; cost is the fair axis. */
export function ProgressPanel({ study }: { study: StudyResource }) {
  const ends = (event: EventResource) => event.study === study.name && event.type === "trial.finished";
  const key = `${project.value}/${study.name}`;
  const progress = useResource(key, () => readProgress(study.name), ends);
  const failed = useResource(
    key,
    async () => (await readTrials(study.name, FAILED, null)).items,
    (event) => ends(event) && event.data.state !== "completed" && event.data.state !== "pruned",
  );
  const axes = study.spec.resources.gpus > 0 ? AXES : AXES.filter(({ value }) => value !== "gpu-hours");
  const axis = axes.find(({ value }) => value === query.value.get("x"))?.value ?? "trials";
  return (
    <Figure
      title="Best so far"
      text={progress.data === null ? "" : sentence(progress.data)}
      table={() => tableOf(progress.data)}
      controls={
        <Choice label="Horizontal axis" value={axis} options={axes} onChange={(x) => setQuery({ x }, true)} />
      }
    >
      <Loaded resource={progress}>
        {(data) => {
          if (data.points.length === 0) return <Empty>No trial has ended with a value yet.</Empty>;
          return (
            <BestSoFar
              progress={data}
              failed={placeFailed(failed.data ?? [], data, Date.parse(study.createdAt))}
              axis={axis as ProgressAxis}
              onPick={(trial) => go(`/studies/${encodeURIComponent(study.name)}/trials/${trial}`)}
            />
          );
        }}
      </Loaded>
    </Figure>
  );
}

const FAILED = { filter: "state IN (failed, infeasible)", order: "-number" } as const;

/** Where they ended; by trials and GPU-hours beside the last measured trial before. */
function placeFailed(
  trials: readonly TrialResource[],
  { points }: Progress,
  createdAt: number,
): FailedTrial[] {
  return trials.map(({ number, state, reason, endedAt, createdAt: own }) => {
    const seconds = (Date.parse(endedAt ?? own) - createdAt) / 1000;
    const before = points.filter((point) => point.seconds <= seconds).at(-1);
    return {
      trial: number,
      state,
      reason: reason.text,
      seconds,
      trials: before?.trials ?? 0,
      gpuHours: before?.gpuHours ?? 0,
    };
  });
}

function sentence({ metric, trials, improvements }: Progress): string {
  const best = improvements.at(-1);
  if (best === undefined) return `${metric} of ${trials} trials.`;
  const since = trials - best.trials;
  return `The best ${metric} is ${short(best.value, 6)}, of trial ${best.trial}; ${since} trials ended since.`;
}

function tableOf(progress: Progress | null) {
  const improved = new Set(progress?.improvements.map(({ trial }) => trial));
  return {
    columns: ["Trial", progress?.metric ?? "Value", "State", "Best so far", "Trials", "GPU-hours", "After"],
    rows: (progress?.points ?? []).map((point) => [
      point.trial,
      point.value,
      point.state,
      improved.has(point.trial) ? "yes" : "",
      placeOn("trials", point),
      placeOn("gpu-hours", point),
      duration(point.seconds),
    ]),
  };
}
