import type { PriorPlot } from "../../../core/charts.ts";
import { paramText, percent } from "../../app/format.ts";
import { Figure } from "../../charts/figure.tsx";
import { arrayAt, valueAt } from "./form-context.ts";

const WIDTH = 150;
const HEIGHT = 44;

interface PriorsProps {
  priors: readonly PriorPlot[];
  spec: Readonly<Record<string, unknown>>;
}

/** Where trials are drawn from before anything is known: a density, or a share each. */
export function Priors({ priors, spec }: PriorsProps) {
  const table = () => ({
    columns: ["parameter", "value", "density or share"],
    rows: priors.flatMap(({ name, points }) =>
      points.map(([value, density]) => [name, paramText(value), density]),
    ),
  });
  return (
    <Figure
      title="Where trials are drawn from"
      text={`The prior of ${priors.length} parameters, each over its own scale.`}
      table={table}
    >
      <div class="row" style={{ gap: 16, alignItems: "start" }}>
        {priors.map((prior) => (
          <Prior key={prior.name} prior={prior} parameter={parameterOf(spec, prior.name)} />
        ))}
      </div>
    </Figure>
  );
}

function parameterOf(spec: unknown, name: string): unknown {
  return arrayAt(spec, ["parameters"]).find((parameter) => valueAt(parameter, ["name"]) === name);
}

function Prior({ prior: { name, points }, parameter }: { prior: PriorPlot; parameter: unknown }) {
  const scale = valueAt(parameter, ["scale"]);
  const isDensity = ["float", "int"].includes(String(valueAt(parameter, ["type"])));
  const first = points[0]?.[0];
  const last = points.at(-1)?.[0];
  return (
    <div style={{ width: WIDTH }}>
      <div class="small clip" title={name}>
        {name}
        {scale === undefined || scale === "linear" ? null : <span class="muted"> {String(scale)}</span>}
      </div>
      <svg width={WIDTH} height={HEIGHT} aria-hidden="true">
        {isDensity ? <Density points={points} /> : <Shares points={points} />}
      </svg>
      <div class="small muted row" style={{ justifyContent: "space-between", flexWrap: "nowrap" }}>
        <span class="clip">{paramText(first)}</span>
        {points.length > 1 ? <span class="clip">{paramText(last)}</span> : null}
      </div>
    </div>
  );
}

/** The points are even on the parameter's own scale, so their order is their place. 1 is the average. */
function Density({ points }: Pick<PriorPlot, "points">) {
  const top = Math.max(1.4, ...points.map(([, density]) => density));
  const x = (index: number) => (points.length < 2 ? WIDTH / 2 : (index / (points.length - 1)) * WIDTH);
  const y = (density: number) => HEIGHT - (density / top) * (HEIGHT - 4);
  const line = points
    .map(([, density], index) => `${x(index).toFixed(1)},${y(density).toFixed(1)}`)
    .join(" ");
  return (
    <>
      <polygon points={`0,${HEIGHT} ${line} ${WIDTH},${HEIGHT}`} fill="var(--accent-soft)" />
      <polyline points={line} fill="none" stroke="var(--accent)" stroke-width="1.5" />
    </>
  );
}

function Shares({ points }: Pick<PriorPlot, "points">) {
  const top = Math.max(...points.map(([, share]) => share)) * 1.4;
  const slot = WIDTH / points.length;
  const gap = Math.min(4, slot / 4);
  return points.map(([value, share], index) => {
    const height = (share / top) * (HEIGHT - 4);
    return (
      <rect
        key={index}
        x={index * slot + gap / 2}
        y={HEIGHT - height}
        width={Math.max(0.5, slot - gap)}
        height={height}
        fill="var(--accent)"
      >
        <title>
          {paramText(value)}: {percent(share, 1)}
        </title>
      </rect>
    );
  });
}
