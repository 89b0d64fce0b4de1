import type { Progress } from "../../core/charts.ts";
import { duration, short } from "../app/format.ts";
import { stateColor } from "../ui/state-color.ts";
import { type Area, Axes, areaOf, xOf, yOf } from "./frame.tsx";
import { HoverSvg } from "./hover-svg.tsx";
import { robustScale, type Scale, scaleOf } from "./scale.ts";
import { useWidth } from "./use-width.ts";

export type ProgressAxis = "trials" | "gpu-hours" | "time";
type Place = Pick<Progress["points"][number], "trials" | "seconds" | "gpuHours">;

/** A trial without a value, where it ended. */
export interface FailedTrial extends Place {
  trial: number;
  state: string;
  reason: string;
}

interface BestSoFarProps {
  progress: Progress;
  failed: readonly FailedTrial[];
  axis: ProgressAxis;
  onPick: (trial: number) => void;
}

const HEIGHT = 290;

/** The best value so far as a line of steps; single trials hollow beside it, failed ones as a rug at the bottom. */
export function BestSoFar({ progress, failed, axis, onPick }: BestSoFarProps) {
  const [element, width] = useWidth<HTMLDivElement>();
  return (
    <div ref={element} style={{ minHeight: HEIGHT }}>
      {width === 0 ? null : <Drawn {...{ progress, failed, axis, onPick, width }} />}
    </div>
  );
}

interface DrawnMark {
  x: number;
  y: number;
  trial: number;
  kind: "improvement" | "other" | "failed";
  state: string;
  text: string;
}

function Drawn({ progress, failed, axis, onPick, width }: BestSoFarProps & { width: number }) {
  const area = areaOf(width, HEIGHT);
  const x = scaleOf(0, lastPlace(progress, failed, axis), false);
  const y = valueScale(progress);
  const marks = marksOf({ progress, failed, axis }, area, x, y);
  const unit = axis === "time" ? timeUnit(x.high) : null;
  return (
    <>
      <HoverSvg width={width} height={HEIGHT} marks={marks} onPick={({ trial }) => onPick(trial)} tip={Tip}>
        <Axes
          area={area}
          x={unit === null ? x : scaleOf(0, x.high / unit.seconds, false)}
          y={y}
          xLabel={unit === null ? AXIS_LABELS[axis] : `${unit.name} since creation`}
          yLabel={`${progress.metric}, ${progress.goal === "maximize" ? "higher" : "lower"} is better`}
        />
        <OtherMarks marks={marks} area={area} />
        <path
          d={stepPath(progress, axis, area, x, y)}
          fill="none"
          stroke="var(--accent)"
          stroke-width="2"
          stroke-linejoin="round"
        />
        {marks
          .filter(({ kind }) => kind === "improvement")
          .map(({ trial, x, y }) => (
            <circle
              key={trial}
              cx={x}
              cy={y}
              r="4"
              fill="var(--panel)"
              stroke="var(--accent)"
              stroke-width="1.4"
            />
          ))}
      </HoverSvg>
      <Legend progress={progress} failed={failed.length} scale={y} />
    </>
  );
}

const AXIS_LABELS: Readonly<Record<ProgressAxis, string>> = {
  trials: "trials ended",
  "gpu-hours": "GPU-hours spent",
  time: "time since creation",
};

export function placeOn(axis: ProgressAxis, { trials, seconds, gpuHours }: Place): number {
  return axis === "trials" ? trials : axis === "time" ? seconds : gpuHours;
}

function lastPlace({ points }: Progress, failed: readonly FailedTrial[], axis: ProgressAxis): number {
  return Math.max(0, ...[...points, ...failed].map((point) => placeOn(axis, point))) || 1;
}

function timeUnit(seconds: number): { name: string; seconds: number } {
  if (seconds < 300) return { name: "seconds", seconds: 1 };
  if (seconds < 2 * 3600) return { name: "minutes", seconds: 60 };
  return seconds < 3 * 86_400 ? { name: "hours", seconds: 3600 } : { name: "days", seconds: 86_400 };
}

/** Robust, but the best one is always in it: it may be an outlier, and is the point. */
function valueScale({ points, improvements }: Progress): Scale {
  const values = points.map(({ value }) => value);
  const scale = robustScale(values);
  const best = improvements.at(-1)?.value;
  if (best === undefined || (best >= scale.low && best <= scale.high)) return scale;
  const low = Math.min(best, scale.low);
  const high = Math.max(best, scale.high);
  const above = values.filter((value) => value > high).length;
  const below = values.filter((value) => value < low).length;
  return scaleOf(low, high, scale.log, above, below);
}

function marksOf(
  { progress, failed, axis }: Pick<BestSoFarProps, "progress" | "failed" | "axis">,
  area: Area,
  x: Scale,
  y: Scale,
): DrawnMark[] {
  const improved = new Set(progress.improvements.map(({ trial }) => trial));
  const measured = progress.points.map(
    (point): DrawnMark => ({
      x: xOf(area, x, placeOn(axis, point)),
      y: yOf(area, y, point.value),
      trial: point.trial,
      kind: improved.has(point.trial) ? "improvement" : "other",
      state: point.state,
      text: `${progress.metric} ${short(point.value, 6)}, ${point.state} as number ${point.trials}, after ${duration(point.seconds)}`,
    }),
  );
  const rug = failed.map(
    (point): DrawnMark => ({
      x: xOf(area, x, placeOn(axis, point)),
      y: area.bottom - 5,
      trial: point.trial,
      kind: "failed",
      state: point.state,
      text: point.reason,
    }),
  );
  return [...measured, ...rug];
}

/** Flat until the next improvement, and on to the last trial. */
function stepPath(progress: Progress, axis: ProgressAxis, area: Area, x: Scale, y: Scale): string {
  const steps = progress.improvements.map((point) => ({
    x: xOf(area, x, placeOn(axis, point)).toFixed(1),
    y: yOf(area, y, point.value).toFixed(1),
  }));
  const [first, ...rest] = steps;
  if (first === undefined) return "";
  return `M${first.x} ${first.y}${rest.map((step) => `H${step.x}V${step.y}`).join("")}H${area.right}`;
}

/** One path for all marks that look alike: hundreds of elements would be laid out and painted again with each trial. */
function OtherMarks({ marks, area }: { marks: readonly DrawnMark[]; area: Area }) {
  const paths = new Map<string, string>();
  for (const { kind, state, x, y } of marks) {
    if (kind === "improvement") continue;
    const stroke = kind === "other" && state === "completed" ? "var(--muted)" : stateColor(state);
    const shape = kind === "failed" ? rugPath(x, area) : circlePath(x, y, 3);
    paths.set(stroke, (paths.get(stroke) ?? "") + shape);
  }
  return [...paths].map(([stroke, d]) => (
    <path key={stroke} d={d} fill="none" stroke={stroke} stroke-width="1.4" />
  ));
}

function rugPath(x: number, { bottom }: Area): string {
  return `M${x.toFixed(1)} ${bottom}v-9`;
}

function circlePath(x: number, y: number, radius: number): string {
  const half = (way: number) => `a${radius} ${radius} 0 1 0 ${way * 2 * radius} 0`;
  return `M${(x - radius).toFixed(1)} ${y.toFixed(1)}${half(1)}${half(-1)}`;
}

function Tip({ trial, text }: DrawnMark) {
  return (
    <>
      <strong>Trial {trial}</strong>
      <div>{text}</div>
    </>
  );
}

interface LegendProps {
  progress: Progress;
  failed: number;
  scale: Scale;
}

function Legend({ progress: { points, trials }, failed, scale: { above, below } }: LegendProps) {
  const pruned = points.some(({ state }) => state === "pruned");
  const beyond = [above > 0 ? `${above} above` : "", below > 0 ? `${below} below` : ""].filter(Boolean);
  return (
    <div class="row muted small">
      <span>
        <span style={{ color: "var(--accent)" }}>━ ○</span> best so far
      </span>
      <span>○ one trial</span>
      {pruned ? (
        <span>
          <span style={{ color: stateColor("pruned") }}>○</span> pruned, a shorter run
        </span>
      ) : null}
      {failed > 0 ? (
        <span>
          <span style={{ color: stateColor("failed") }}>|</span> {failed === 100 ? "the last 100" : failed}{" "}
          without a value
        </span>
      ) : null}
      {points.length < trials ? <span>{`${points.length} of ${trials} trials drawn`}</span> : null}
      {beyond.length > 0 ? <span>{`${beyond.join(", ")} the axis, drawn at its edge`}</span> : null}
    </div>
  );
}
