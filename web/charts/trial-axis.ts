import type { Axis, TrialSample } from "../../core/charts.ts";
import { paramText, short } from "../app/format.ts";
import { robustScale, type Scale, scaleOf } from "./scale.ts";

/** A parameter or an objective as an axis, and where on it each trial is. */
export interface TrialAxis {
  /** A parameter's name; "@0" for the first objective, which no parameter can be called. */
  key: string;
  label: string;
  /** Names of the ticks, in their order, where it has no numbers. */
  choices: readonly string[] | null;
  scale: Scale;
  /** Whether a log scale would be possible, or is. */
  canLog: boolean;
  /** One a trial: 0 at the low end, 1 at the high one, clipped; NaN: the trial has no such value. */
  positions: Float64Array;
}

/** @param flip Log where it would be linear, and the other way. */
export function parameterAxis(axis: Axis, column: readonly unknown[], flip: boolean): TrialAxis {
  const { name: key } = axis;
  const options = axis.choices ?? axis.values;
  if (options !== undefined) return choiceAxis(key, options.map(choiceText), column);
  const { low = 0, high = 1 } = axis;
  const canLog = low > 0;
  const natural = axis.scale ?? "linear";
  const scale =
    natural === "reverse-log" && !flip
      ? reverseLog(low, high)
      : scaleOf(low, high, canLog && (natural === "log") !== flip);
  return { key, label: key, choices: null, scale, canLog, positions: positionsOf(column, scale) };
}

/** @param flip As in `parameterAxis`; the natural scale is the one that suits the values. */
export function objectiveAxis(
  index: number,
  { metric, goal }: { metric: string; goal: "minimize" | "maximize" },
  column: readonly (number | null)[],
  flip: boolean,
): TrialAxis {
  const values = column.filter((value) => value !== null);
  const natural = robustScale(values);
  const scale = flip ? robustScale(values, natural.log ? "linear" : "log") : natural;
  return {
    key: `@${index}`,
    label: `${metric} ${goal === "minimize" ? "↓" : "↑"}`,
    choices: null,
    scale,
    canLog: values.every((value) => value > 0),
    positions: positionsOf(column, scale),
  };
}

/** All axes of a sample: parameters in their order, objectives last. */
export function axesOf(
  sample: TrialSample,
  objectives: readonly { metric: string; goal: "minimize" | "maximize" }[],
  flipped: ReadonlySet<string>,
): TrialAxis[] {
  return [
    ...sample.parameters.map((axis) =>
      parameterAxis(axis, sample.params[axis.name] ?? [], flipped.has(axis.name)),
    ),
    ...objectives.map((objective, index) =>
      objectiveAxis(index, objective, sample.values[index] ?? [], flipped.has(`@${index}`)),
    ),
  ];
}

/** A choice as it is shown and addressed: strings as they are, everything else as JSON. */
export function choiceText(choice: unknown): string {
  return typeof choice === "string" ? choice : (JSON.stringify(choice) ?? "");
}

export interface AxisTick {
  position: number;
  text: string;
}

/** At most about so many; a choice too many is left out rather than written over another. */
export function ticksOf({ choices, scale }: TrialAxis, count: number): AxisTick[] {
  if (choices === null)
    return scale.ticks(count).map((value) => ({ position: scale.position(value), text: short(value, 3) }));
  const stride = Math.ceil(choices.length / Math.max(1, 2 * count));
  return choices.flatMap((text, index) =>
    index % stride === 0 ? [{ position: choicePosition(index, choices.length), text }] : [],
  );
}

/** A trial's value on an axis, for people. */
export function valueText(axis: TrialAxis, value: unknown): string {
  if (value === null || value === undefined) return "–";
  return axis.choices === null ? paramText(value) : choiceText(value);
}

export function choicePosition(index: number, count: number): number {
  return (index + 0.5) / count;
}

/** The number at a position, the inverse of `scale.position`. */
export function valueAt({ low, high, log, position }: Scale, at: number): number {
  const straight = log ? low * (high / low) ** at : low + at * (high - low);
  if (Math.abs(position(straight) - at) < 1e-6) return straight;
  // The mirrored log scale.
  return low + high - low * (high / low) ** (1 - at);
}

function choiceAxis(key: string, choices: readonly string[], column: readonly unknown[]): TrialAxis {
  const places = new Map(choices.map((choice, index) => [choice, choicePosition(index, choices.length)]));
  const positions = Float64Array.from(column, (value) =>
    value === null ? Number.NaN : (places.get(choiceText(value)) ?? Number.NaN),
  );
  return { key, label: key, choices, scale: scaleOf(0, choices.length, false), canLog: false, positions };
}

function reverseLog(low: number, high: number): Scale {
  const mirrored = scaleOf(low, high, true);
  return {
    ...mirrored,
    log: false,
    position: (value) => 1 - mirrored.position(low + high - value),
    ticks: (count) => scaleOf(low, high, false).ticks(count),
  };
}

function positionsOf(column: readonly unknown[], scale: Scale): Float64Array {
  return Float64Array.from(column, (value) =>
    typeof value === "number" ? scale.position(value) : Number.NaN,
  );
}
