import type { Problem } from "../../core/algorithm.ts";
import { isPinned, levelAt, positionOf } from "../../core/dimension.ts";
import { minimizeInBox } from "../../math/lbfgsb.ts";
import type { Features } from "./features.ts";

/**
 * Uphill on an acquisition function over a mixed space: gradient steps in the numeric coordinates, then the best change
 * of one discrete coordinate, in turns until neither gains.
 *
 * u: D full coordinates, also where inactive. row: d features of them. z = x / l: coordinates in which the model changes
 * as fast along every axis, so that the quasi-Newton steps need no warming up.
 */

/** Larger is better. */
export interface Acquisition {
  /** Values at m rows (m × d, row-major). */
  values(rows: Float64Array, m: number, out: Float64Array): void;
  /** Value at one row; fills the gradient (d) with respect to its numeric columns. */
  gradient(row: Float64Array, out: Float64Array): number;
  /** Length scale of each column, in its own unit. */
  lengths: Float64Array;
}

export interface Candidate {
  u: Float64Array;
  value: number;
}

/** Ordered dimensions with more levels are also moved along gradients, and only nearby levels are tried one by one. */
const MANY_LEVELS = 16;
const MAX_ROUNDS = 10;
const MAX_DISCRETE_STEPS = 12;
const MAX_GRADIENT_STEPS = 40;
const GRADIENT_TOLERANCE = 1e-3;
const VALUE_TOLERANCE = 1e-7;
const MIN_GAIN = 1e-9;

export interface LocalSearch {
  /** The local optimum uphill from `start`. `visit` gets every feasible point of discrete changes on the way. */
  climb(start: Candidate, visit: (u: Float64Array, value: number) => void): Candidate;
}

/** `feasible`: whether full coordinates satisfy the constraints between parameters. */
export function createLocalSearch(
  { dimensions, activity }: Problem,
  features: Features,
  acquisition: Acquisition,
  feasible: (u: Float64Array) => boolean,
): LocalSearch {
  const { width, columnOf } = features;
  const row = new Float64Array(width);
  const gradient = new Float64Array(width);
  const value = new Float64Array(1);
  const numeric = dimensions.flatMap((dimension, k) =>
    columnOf[k]! >= 0 &&
    !isPinned(dimension) &&
    (dimension.kind === "continuous" || (dimension.kind === "ordered" && dimension.levels > MANY_LEVELS))
      ? [k]
      : [],
  );
  const discrete = dimensions.flatMap((dimension, k) =>
    columnOf[k]! >= 0 && dimension.kind !== "continuous" ? [k] : [],
  );
  const conditional = new Set(activity.map(({ child }) => child));

  const valueAt = (u: Float64Array): number => {
    features.encode(u, row, 0);
    acquisition.values(row, 1, value);
    return value[0]!;
  };

  /** Along the gradient in all numeric coordinates that are active. */
  const slide = (from: Candidate): Candidate => {
    features.encode(from.u, row, 0);
    const columns = numeric.filter((k) => !conditional.has(k) || isActive(activity, dimensions, from.u, k));
    if (columns.length === 0) return from;
    const scales = columns.map((k) => clampScale(acquisition.lengths[columnOf[k]!]!));
    const start = Float64Array.from(columns, (k, i) => from.u[k]! / scales[i]!);
    const upper = Float64Array.from(scales, (scale) => 1 / scale);
    const base = row.slice();
    const objective = (z: Float64Array, out: Float64Array): number => {
      for (let i = 0; i < columns.length; i++) base[columnOf[columns[i]!]!] = z[i]! * scales[i]!;
      const at = acquisition.gradient(base, gradient);
      for (let i = 0; i < columns.length; i++) out[i] = -gradient[columnOf[columns[i]!]!]! * scales[i]!;
      return -at;
    };
    const { x } = minimizeInBox(objective, start, new Float64Array(columns.length), upper, {
      maxIterations: MAX_GRADIENT_STEPS,
      gradientTolerance: GRADIENT_TOLERANCE,
      functionTolerance: VALUE_TOLERANCE,
    });
    for (let fraction = 1; fraction > 0.1; fraction /= 2) {
      const u = from.u.slice();
      for (let i = 0; i < columns.length; i++) {
        const k = columns[i]!;
        const target = Math.min(1, Math.max(0, x[i]! * scales[i]!));
        const dimension = dimensions[k]!;
        const moved = fraction === 1 ? target : from.u[k]! + fraction * (target - from.u[k]!);
        u[k] = dimension.kind === "ordered" ? positionOf(dimension, levelAt(dimension, moved)) : moved;
      }
      if (!feasible(u)) continue;
      const at = valueAt(u);
      if (at > from.value) return { u, value: at };
    }
    return from;
  };

  /** The best change of a single discrete coordinate, over and over. */
  const step = (from: Candidate, visit: (u: Float64Array, value: number) => void): Candidate => {
    let current = from;
    for (let steps = 0; steps < MAX_DISCRETE_STEPS; steps++) {
      const neighbours = discrete
        .flatMap((k) => alternatives(dimensions[k]!, current.u[k]!).map((to) => changed(current.u, k, to)))
        .filter(feasible);
      if (neighbours.length === 0) return current;
      const rows = new Float64Array(neighbours.length * width);
      const values = new Float64Array(neighbours.length);
      for (const [i, u] of neighbours.entries()) features.encode(u, rows, i * width);
      acquisition.values(rows, neighbours.length, values);
      let best = 0;
      for (let i = 0; i < neighbours.length; i++) {
        visit(neighbours[i]!, values[i]!);
        if (values[i]! > values[best]!) best = i;
      }
      if (!(values[best]! > current.value + MIN_GAIN)) return current;
      current = { u: neighbours[best]!, value: values[best]! };
    }
    return current;
  };

  return {
    climb(start, visit) {
      let current = start;
      for (let round = 0; round < MAX_ROUNDS; round++) {
        const before = current.value;
        if (discrete.length > 0) current = step(current, visit);
        current = slide(current);
        if (discrete.length === 0 || numeric.length === 0) break;
        if (!(current.value > before + 1e-6)) break;
      }
      return current;
    },
  };
}

function changed(u: Float64Array, k: number, to: number): Float64Array {
  const copy = u.slice();
  copy[k] = to;
  return copy;
}

/** Other coordinates of one discrete dimension that are worth a look. */
function alternatives(dimension: Problem["dimensions"][number], at: number): number[] {
  if (dimension.kind === "continuous") return [];
  if (dimension.kind === "categorical") {
    return Array.from({ length: dimension.choices }, (_, choice) => choice).filter((choice) => choice !== at);
  }
  const level = levelAt(dimension, at);
  const others =
    dimension.levels <= MANY_LEVELS
      ? Array.from({ length: dimension.levels }, (_, other) => other)
      : [1, 2, 5].flatMap((distance) => [level - distance, level + distance]);
  return others
    .filter((other) => other !== level && other >= 0 && other < dimension.levels)
    .map((other) => positionOf(dimension, other));
}

function isActive(
  activity: Problem["activity"],
  dimensions: Problem["dimensions"],
  u: Float64Array,
  k: number,
): boolean {
  const rule = activity.find(({ child }) => child === k);
  if (!rule) return true;
  const parent = dimensions[rule.parent]!;
  const at = u[rule.parent]!;
  const index = parent.kind === "ordered" ? levelAt(parent, at) : at;
  return rule.levels.includes(index) && isActive(activity, dimensions, u, rule.parent);
}

/** Very long scales would turn the unit box into a point. */
function clampScale(length: number): number {
  return Math.min(10, Math.max(1e-3, length));
}
