import type { Dimension } from "./algorithm.ts";
import { decimalPlaces, roundToPlaces } from "./decimal.ts";
import { fractionOf, levelAt, type Ordered, positionOf, spanOf } from "./dimension.ts";
import { createInterval } from "./interval.ts";
import { canonicalJson, type Json } from "./json.ts";
import type { FloatParameter, IntParameter, Parameter } from "./space.ts";

/** The values of one searched parameter and their coordinates. */
export interface Codec {
  dimension: Dimension;
  /** The coordinate of a value; undefined when it is none of the parameter's. Numeric strings are not numbers. */
  encode(value: Json): number | undefined;
  /** The value of a coordinate of the dimension. */
  decode(coordinate: number): Json;
  /** Level or choice index of a value; undefined when it is none of the parameter's, or the parameter is continuous. */
  indexOf(value: Json): number | undefined;
  /** The values in words: "a number from 0 to 1". */
  domain: string;
}

export type SearchedParameter = Exclude<Parameter, { type: "fixed" }>;

/** How far from a step, in steps, a float may lie and still stand for it: room for 0.1 + 0.2. */
const STEP_TOLERANCE = 1e-9;

/** @param parameter has passed `checkSpace`. */
export function createCodec(parameter: SearchedParameter): Codec {
  switch (parameter.type) {
    case "float":
      return parameter.step === undefined
        ? continuousFloat(parameter)
        : steppedFloat(parameter, parameter.step);
    case "int":
      return int(parameter);
    case "ordinal": {
      const values: readonly Json[] = parameter.values;
      return listed({ kind: "ordered", levels: values.length }, values);
    }
    case "categorical":
      return listed(categoricalDimension(parameter.choices.length, parameter.weights), parameter.choices);
  }
}

/** Number of values of low, low + step, … high. */
export function levelCount({
  low,
  high,
  step = 1,
}: {
  low: number;
  high: number;
  step?: number | undefined;
}): number {
  return Math.round((high - low) / step) + 1;
}

function continuousFloat(parameter: FloatParameter): Codec {
  const { low, high } = parameter;
  const { encode, decode, prior } = createInterval(parameter);
  return {
    dimension: prior ? { kind: "continuous", prior } : { kind: "continuous" },
    encode: (value) =>
      typeof value === "number" && value >= low && value <= high ? encode(value) : undefined,
    decode,
    indexOf: () => undefined,
    domain: `a number from ${low} to ${high}`,
  };
}

function steppedFloat(parameter: FloatParameter, step: number): Codec {
  const { low, high, prior } = parameter;
  const plain: Ordered = { kind: "ordered", levels: levelCount(parameter) };
  const dimension = prior
    ? { ...plain, prior: priorOf(plain, (prior.mean - low) / step, prior.std / step) }
    : plain;
  const places = Math.max(decimalPlaces(low), decimalPlaces(step));
  const valueAt = (level: number) =>
    level === plain.levels - 1 ? high : roundToPlaces(low + level * step, places) + 0;
  const indexOf = (value: Json) => {
    if (typeof value !== "number") return undefined;
    const level = Math.round((value - low) / step);
    if (!(level >= 0 && level < plain.levels)) return undefined;
    return Math.abs(value - valueAt(level)) <= STEP_TOLERANCE * step ? level : undefined;
  };
  return ordered(dimension, valueAt, indexOf, `one of ${low}, ${valueAt(1)}, … ${high} (step ${step})`);
}

function int({ low, high, scale, step = 1, prior }: IntParameter): Codec {
  const levels = levelCount({ low, high, step });
  const plain: Ordered =
    scale === "linear" ? { kind: "ordered", levels } : { kind: "ordered", levels, logOffset: low / step };
  // reverse-log: level i stands for high - i·step, the mirror image of log.
  const reversed = scale === "reverse-log";
  const scaled = reversed
    ? (value: number) => (low + (high - value)) / step
    : (value: number) => value / step;
  const offset = scale === "linear" ? low / step : 0;
  const std = prior && (scale === "linear" ? prior.std / step : prior.std);
  const dimension = prior ? { ...plain, prior: priorOf(plain, scaled(prior.mean) - offset, std!) } : plain;
  const indexOf = (value: Json) => {
    if (typeof value !== "number" || !Number.isInteger(value) || value < low || value > high)
      return undefined;
    const level = (reversed ? high - value : value - low) / step;
    return Number.isInteger(level) ? level : undefined;
  };
  const valueAt = (level: number) => (reversed ? high - level * step : low + level * step) + 0;
  const among = step === 1 ? "" : ` (step ${step})`;
  return ordered(dimension, valueAt, indexOf, `an integer from ${low} to ${high}${among}`);
}

function priorOf(dimension: Ordered, v: number, std: number): { mean: number; std: number } {
  return { mean: Math.min(1, Math.max(0, fractionOf(dimension, v))), std: std / spanOf(dimension) };
}

function listed(dimension: Exclude<Dimension, { kind: "continuous" }>, values: readonly Json[]): Codec {
  const indices = new Map(values.map((value, index) => [canonicalJson(value), index]));
  const indexOf = (value: Json) => indices.get(canonicalJson(value));
  const shown = values.slice(0, 12).map(canonicalJson).join(", ");
  const domain = `one of ${shown}${values.length > 12 ? `, … (${values.length} values)` : ""}`;
  if (dimension.kind === "ordered") return ordered(dimension, (level) => values[level]!, indexOf, domain);
  return { dimension, encode: indexOf, decode: (choice) => values[choice]!, indexOf, domain };
}

function categoricalDimension(
  choices: number,
  weights: readonly number[] | undefined,
): Dimension & { kind: "categorical" } {
  if (!weights) return { kind: "categorical", choices };
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { kind: "categorical", choices, weights: weights.map((weight) => weight / sum) };
}

function ordered(
  dimension: Ordered,
  valueAt: (level: number) => Json,
  indexOf: (value: Json) => number | undefined,
  domain: string,
): Codec {
  return {
    dimension,
    encode: (value) => {
      const level = indexOf(value);
      return level === undefined ? undefined : positionOf(dimension, level);
    },
    decode: (u) => valueAt(levelAt(dimension, u)),
    indexOf,
    domain,
  };
}
