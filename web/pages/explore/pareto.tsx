import { useCallback, useMemo } from "preact/hooks";
import { percent, plural } from "../../app/format.ts";
import { query, setQuery } from "../../app/router.ts";
import { color, themeRevision } from "../../app/theme.ts";
import { Figure } from "../../charts/figure.tsx";
import { hypervolumes, paretoFront } from "../../charts/pareto-front.ts";
import type { DotLayout } from "../../charts/scatter/draw.ts";
import { Scatter } from "../../charts/scatter/scatter.tsx";
import { StepLine } from "../../charts/step-line.tsx";
import { Empty } from "../../ui/notes.tsx";
import { openTrial } from "./open-trial.ts";
import { rankStyle } from "./rank-style.ts";
import { trialTable } from "./trial-table.ts";
import type { View } from "./view.ts";

const HEIGHT = 320;

/** Several objectives: what cannot be had better in one without losing in another, and how that grew. */
export function Pareto({ view }: { view: View }) {
  const { objectives } = view.study.spec;
  const { complete, front, volumes } = useFront(view);
  const index = (name: string, fallback: number) => {
    const chosen = Number(query.value.get(name) ?? fallback);
    return chosen >= 0 && chosen < objectives.length ? chosen : fallback;
  };
  const x = index("px", 0);
  const y = index("py", 1);
  const axisOf = (objective: number) => view.axes.find(({ key }) => key === `@${objective}`)!;
  const onFront = useMemo(() => new Set(front), [front]);
  const styleOf = useMemo(() => {
    const ranked = rankStyle(view, 3);
    return (trial: number) => ({
      ...ranked(trial),
      hollow: !onFront.has(trial),
      radius: onFront.has(trial) ? 4.5 : 2.6,
    });
  }, [view.ranks, onFront, themeRevision.value]);
  const under = useCallback(
    (context: CanvasRenderingContext2D, layout: DotLayout) => {
      if (objectives.length === 2) drawFront(context, layout, front);
    },
    [front],
  );
  if (complete.length === 0)
    return <Empty>The Pareto front shows once a trial has completed with all objectives.</Empty>;
  return (
    <Figure
      title="Trade-off between the objectives"
      text={`${plural(front.length, "trial")} of ${complete.length} on the Pareto front.`}
      table={() => trialTable(view)}
      controls={
        objectives.length > 2 ? (
          <>
            <ObjectiveAxis name="px" label="x" value={x} metrics={objectives.map(({ metric }) => metric)} />
            <ObjectiveAxis name="py" label="y" value={y} metrics={objectives.map(({ metric }) => metric)} />
          </>
        ) : null
      }
    >
      <div class="columns">
        <div>
          <Scatter
            x={axisOf(x)}
            y={axisOf(y)}
            trials={view.sample.trials}
            linked={view.linked}
            height={HEIGHT}
            styleOf={styleOf}
            under={under}
            onPick={(trial) => openTrial(view, trial)}
          />
          <p class="muted small" style={{ margin: "6px 0 0" }}>
            Filled: {plural(front.length, "trial")} on the Pareto front of {complete.length} completed
            {objectives.length > 2 ? `, over all ${objectives.length} objectives` : ""}.
          </p>
        </div>
        <div>
          {volumes === null ? (
            <Empty>The hypervolume is shown for two and three objectives.</Empty>
          ) : (
            <>
              <StepLine
                values={volumes}
                height={HEIGHT}
                label="Hypervolume by completed trials"
                range={[0, 1]}
                name="completed trials"
              />
              <p class="muted small" style={{ margin: "6px 0 0" }}>
                Hypervolume so far: {percent(volumes.at(-1)!, 1)} of the box between the best and the worst of
                each objective, of the trials loaded here.
              </p>
            </>
          )}
        </div>
      </div>
    </Figure>
  );
}

/** Completed trials with all objectives, which of them are on the front, and the hypervolume after each. */
function useFront({ sample, study }: View) {
  return useMemo(() => {
    const complete = sample.trials.flatMap((_, trial) =>
      sample.states[trial] === "completed" && sample.values.every((column) => column[trial] !== null)
        ? [trial]
        : [],
    );
    const losses = complete.map((trial) =>
      study.spec.objectives.map(
        ({ goal }, index) => (goal === "minimize" ? 1 : -1) * sample.values[index]![trial]!,
      ),
    );
    return {
      complete,
      front: paretoFront(losses).map((index) => complete[index]!),
      volumes: hypervolumes(losses),
    };
  }, [sample]);
}

/** A line from dot to dot. */
function drawFront(context: CanvasRenderingContext2D, { x, y }: DotLayout, front: readonly number[]): void {
  const sorted = front.toSorted((a, b) => x[a]! - x[b]!);
  context.strokeStyle = color("--accent");
  context.lineWidth = 1.5;
  context.beginPath();
  for (const [index, trial] of sorted.entries()) {
    if (index === 0) context.moveTo(x[trial]!, y[trial]!);
    else context.lineTo(x[trial]!, y[trial]!);
  }
  context.stroke();
}

interface ObjectiveAxisProps {
  name: string;
  label: string;
  value: number;
  metrics: readonly string[];
}

function ObjectiveAxis({ name, label, value, metrics }: ObjectiveAxisProps) {
  return (
    <label class="small">
      {label}
      <select
        value={String(value)}
        style={{ maxWidth: 150 }}
        onChange={(event) => setQuery({ [name]: event.currentTarget.value }, true)}
      >
        {metrics.map((metric, index) => (
          <option key={metric} value={String(index)}>
            {metric}
          </option>
        ))}
      </select>
    </label>
  );
}
