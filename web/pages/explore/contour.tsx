import { useCallback, useMemo, useState } from "preact/hooks";
import type { Surface } from "../../../core/charts.ts";
import type { ImportanceResource } from "../../../core/resources.ts";
import { short } from "../../app/format.ts";
import { query, setQuery } from "../../app/router.ts";
import { color, themeRevision } from "../../app/theme.ts";
import { Figure } from "../../charts/figure.tsx";
import { drawSurface } from "../../charts/scatter/contour.ts";
import type { DotLayout, DotStyle } from "../../charts/scatter/draw.ts";
import { Scatter } from "../../charts/scatter/scatter.tsx";
import type { TrialAxis } from "../../charts/trial-axis.ts";
import { parameterAxis } from "../../charts/trial-axis.ts";
import { Empty, Loaded } from "../../ui/notes.tsx";
import { openTrial } from "./open-trial.ts";
import { useSurface } from "./read.ts";
import type { View } from "./view.ts";

const HEIGHT = 380;
/** From so many trials on their dots are small, not to hide the ground. */
const MANY = 500;

/** What the model expects over two parameters, and where it only guesses. */
export function Contour({ view, importance }: { view: View; importance: ImportanceResource | null }) {
  const names = numericNames(view, importance);
  if (names.length < 2) {
    return (
      <Figure title="Model of two parameters" text="No model." table={() => ({ columns: [], rows: [] })}>
        <Empty>It needs two float or int parameters; this study searches {names.length || "none"}.</Empty>
      </Figure>
    );
  }
  // Which pair matters most is known only now: a default that changes while it is looked at would be worse than a late one.
  if (importance === null && !query.value.has("x")) return <Empty>Loading …</Empty>;
  return <ContourOf view={view} names={names} />;
}

/** Most important first. */
function numericNames({ sample }: View, importance: ImportanceResource | null): string[] {
  const numeric = sample.parameters.filter(({ type }) => type === "float" || type === "int");
  const order = importance?.parameters.map(({ name }) => name) ?? [];
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return numeric.map(({ name }) => name).sort((a, b) => place(a) - place(b));
}

function ContourOf({ view, names }: { view: View; names: readonly string[] }) {
  const [first] = useState(names);
  const chosen = (axis: string, fallback: string) => {
    const name = query.value.get(axis);
    return name !== null && names.includes(name) ? name : fallback;
  };
  const x = chosen("x", first[0]!);
  const y = chosen("y", first.find((name) => name !== x)!);
  const surface = useSurface(view.study.name, x, y === x ? first.find((name) => name !== x)! : y);
  const { metric } = view.study.spec.objectives[0]!;
  return (
    <Figure
      title={`Expected ${metric} over two parameters`}
      text={surface.data?.text ?? "A model of two parameters."}
      table={() => surfaceTable(surface.data)}
      controls={
        <>
          <AxisChoice axis="x" value={x} names={names.filter((name) => name !== y)} />
          <AxisChoice axis="y" value={y} names={names.filter((name) => name !== x)} />
        </>
      }
    >
      <Loaded resource={surface}>{(loaded) => <SurfaceChart view={view} surface={loaded} />}</Loaded>
    </Figure>
  );
}

function AxisChoice({ axis, value, names }: { axis: "x" | "y"; value: string; names: readonly string[] }) {
  return (
    <label class="small">
      {axis}
      <select
        value={value}
        style={{ maxWidth: 140 }}
        onChange={(event) => setQuery({ [axis]: event.currentTarget.value }, true)}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}

function SurfaceChart({ view, surface }: { view: View; surface: Surface }) {
  const { goal } = view.study.spec.objectives[0]!;
  const x = useSurfaceAxis(view, surface.x);
  const y = useSurfaceAxis(view, surface.y);
  const under = useCallback(
    (context: CanvasRenderingContext2D, layout: DotLayout) => drawSurface(context, layout, surface, goal),
    [surface, goal],
  );
  const styleOf = useMemo(() => plainDots(view), [view.sample, themeRevision.value]);
  return (
    <>
      <Scatter
        x={x}
        y={y}
        trials={view.sample.trials}
        linked={view.linked}
        height={HEIGHT}
        styleOf={styleOf}
        under={under}
        onPick={(trial) => openTrial(view, trial)}
      />
      <p class="muted small" style={{ margin: "6px 0 0" }}>
        {surface.text} Haze covers what it does not know; colours go from {extremes(surface, goal)}.
      </p>
    </>
  );
}

/** The surface's own axis, whatever was made of the parameter's elsewhere. */
function useSurfaceAxis({ sample }: View, { name, scale, low, high }: Surface["x"]): TrialAxis {
  return useMemo(
    () => parameterAxis({ name, type: "float", scale, low, high }, sample.params[name] ?? [], false),
    [sample, name, scale, low, high],
  );
}

/** The ground has the colours here. */
function plainDots({ sample: { states } }: View): (trial: number) => DotStyle {
  const text = color("--text");
  const failed = color("--state-failed");
  const many = states.length > MANY;
  const rim = many ? {} : { rim: color("--panel") };
  return (trial) => ({
    color: states[trial] === "failed" || states[trial] === "infeasible" ? failed : text,
    hollow: states[trial] !== "completed",
    alpha: 0.85,
    radius: many ? 1.2 : 2.6,
    square: many,
    ...rim,
  });
}

function extremes({ mean }: Surface, goal: "minimize" | "maximize"): string {
  const values = mean.flat();
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const [worst, best] = goal === "minimize" ? [high, low] : [low, high];
  return `${short(worst, 3)} (worst) to ${short(best, 3)} (best)`;
}

function surfaceTable(surface: Surface | null) {
  if (surface === null) return { columns: [], rows: [] };
  const { x, y, mean, std, metric } = surface;
  return {
    columns: [x.name, y.name, `${metric}, expected`, "uncertainty"],
    rows: y.ticks.flatMap((atY, row) =>
      x.ticks.map((atX, column) => [atX, atY, mean[row]![column]!, std[row]![column]!]),
    ),
  };
}
