import { useMemo } from "preact/hooks";
import { color, themeRevision } from "../../app/theme.ts";
import { Figure } from "../../charts/figure.tsx";
import type { DotStyle } from "../../charts/scatter/draw.ts";
import { Scatter } from "../../charts/scatter/scatter.tsx";
import { openTrial } from "./open-trial.ts";
import { trialTable } from "./trial-table.ts";
import type { View } from "./view.ts";

const HEIGHT = 190;
/** Opacity of the oldest trial; the newest is opaque. In steps, for the canvas changes colour less often. */
const FAINTEST = 0.25;
const STEPS = 6;
/** From so many trials on a chart that is drawn again while one brushes has to be cheap. */
const MANY = 500;

/** The objective over each parameter: whether its range is right, and where the study looks now. */
export function Slices({ view, order }: { view: View; order: readonly string[] }) {
  const { axes, sample, linked, objective } = view;
  const y = axes.find(({ key }) => key === `@${objective}`)!;
  const parameters = axes
    .filter(({ key }) => !key.startsWith("@"))
    .sort((a, b) => place(order, a.key) - place(order, b.key));
  const styleOf = useMemo(() => recencyStyle(view), [sample, themeRevision.value]);
  return (
    <Figure
      title={`${view.study.spec.objectives[objective]!.metric} over each parameter`}
      text={`${parameters.length} small charts, one a parameter, of ${sample.sampled} trials.`}
      table={() => trialTable(view)}
      controls={
        <span class="muted small">newer trials are stronger · hollow: pruned or paused · below: failed</span>
      }
    >
      <div
        style={{
          display: "grid",
          gap: 10,
          gridTemplateColumns: "repeat(auto-fill, minmax(min(100%, 250px), 1fr))",
        }}
      >
        {parameters.map((x) => (
          <Scatter
            key={x.key}
            x={x}
            y={y}
            trials={sample.trials}
            linked={linked}
            height={HEIGHT}
            styleOf={styleOf}
            onPick={(trial) => openTrial(view, trial)}
          />
        ))}
      </div>
    </Figure>
  );
}

/** Most important first; what is not ranked keeps its place after them. */
function place(order: readonly string[], name: string): number {
  const index = order.indexOf(name);
  return index < 0 ? order.length : index;
}

function recencyStyle({ sample: { trials, states } }: View): (trial: number) => DotStyle {
  const accent = color("--accent");
  const failed = color("--state-failed");
  const newest = Math.max(1, trials.at(-1) ?? 1);
  return (trial) => ({
    color: states[trial] === "failed" || states[trial] === "infeasible" ? failed : accent,
    hollow: states[trial] !== "completed",
    alpha: FAINTEST + (1 - FAINTEST) * (Math.round((trials[trial]! / newest) * STEPS) / STEPS),
    radius: trials.length > MANY ? 1.7 : 2.6,
    square: trials.length > MANY,
  });
}
