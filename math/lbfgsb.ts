import { createQuasiNewtonMatrix, inner, type QuasiNewtonMatrix } from "./lbfgsb-matrix.ts";
import { lineSearch, type Trial } from "./line-search.ts";

/**
 * L-BFGS-B: minimises a smooth function in a box (Byrd, Lu, Nocedal & Zhu 1995), with the projected subspace step of
 * Morales & Nocedal (2011).
 *
 * x, g: point and gradient, n values. B = θ I - W M W': the quadratic model (lbfgsb-matrix.ts). xc: the generalised Cauchy
 * point, the first minimum of the model along the projected steepest descent. c = W'(xc - x).
 */

/** Value at x (n values); writes the gradient. Values that are not finite are avoided, as a wall would be. */
export type Objective = (x: Float64Array, gradient: Float64Array) => number;

export interface LbfgsbOptions {
  /** Steps that the curvature is learned from; default 10. */
  memory?: number;
  /** Default 200. */
  maxIterations?: number;
  /** Default 1000. */
  maxEvaluations?: number;
  /** Stops when no component of the projected gradient is larger; default 1e-6. */
  gradientTolerance?: number;
  /** Stops when a step lowers the value by no more than this part of max(1, |value|); default 1e-10. */
  functionTolerance?: number;
}

export interface LbfgsbResult {
  x: Float64Array;
  value: number;
  gradient: Float64Array;
  iterations: number;
  evaluations: number;
  /** Why it ended. "start": the value at the start is not finite. "line search": no lower value was found. */
  stop: "gradient" | "value" | "iterations" | "evaluations" | "line search" | "start";
}

/**
 * `start` is first moved into the box; bounds may be infinite. Never returns a point outside the box, nor one with a
 * higher value than the start.
 */
export function minimizeInBox(
  objective: Objective,
  start: Float64Array,
  lower: Float64Array,
  upper: Float64Array,
  options: LbfgsbOptions = {},
): LbfgsbResult {
  const { memory = 10, maxIterations = 200, maxEvaluations = 1000 } = options;
  const { gradientTolerance = 1e-6, functionTolerance = 1e-10 } = options;
  const box: Box = { lower, upper };
  const matrix = createQuasiNewtonMatrix(memory);
  let x: Float64Array = start.map((value, i) => clamp(box, i, value));
  let gradient: Float64Array = new Float64Array(x.length);
  let value = objective(x, gradient);
  let evaluations = 1;
  let iterations = 0;
  const result = (stop: LbfgsbResult["stop"]) => ({ x, value, gradient, iterations, evaluations, stop });

  if (!Number.isFinite(value) || !gradient.every(Number.isFinite)) return result("start");
  while (projectedGradientNorm(box, x, gradient) > gradientTolerance) {
    if (iterations >= maxIterations) return result("iterations");
    const direction = descentDirection(box, matrix, x, gradient);
    let tried: { t: number; x: Float64Array; gradient: Float64Array }[] = [];
    const at = (t: number): Trial | null => {
      if (evaluations >= maxEvaluations) return null;
      evaluations++;
      const point = x.map((coordinate, i) => clamp(box, i, coordinate + t * direction[i]!));
      const slope = new Float64Array(x.length);
      const f = objective(point, slope);
      tried = [...tried, { t, x: point, gradient: slope }];
      return { t, f, g: inner(slope, direction) };
    };
    // Nothing is known of the function's scale before the first step.
    const first = matrix.size === 0 ? Math.min(1, 1 / Math.sqrt(inner(direction, direction))) : 1;
    const origin = { t: 0, f: value, g: inner(gradient, direction) };
    const found = origin.g < 0 ? lineSearch(at, origin, first, longestStep(box, x, direction)) : null;
    if (found === null) {
      if (evaluations >= maxEvaluations) return result("evaluations");
      if (matrix.size === 0) return result("line search");
      matrix.reset();
      continue;
    }
    iterations++;
    const next = tried.find(({ t }) => t === found.t)!;
    const decrease = value - found.f;
    matrix.update(difference(next.x, x), difference(next.gradient, gradient));
    x = next.x;
    gradient = next.gradient;
    value = found.f;
    if (decrease <= functionTolerance * Math.max(1, Math.abs(value))) return result("value");
  }
  return result("gradient");
}

interface Box {
  lower: Float64Array;
  upper: Float64Array;
}

function clamp({ lower, upper }: Box, i: number, value: number): number {
  return Math.min(upper[i]!, Math.max(lower[i]!, value));
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, i) => value - b[i]!);
}

/** Largest component of P(x - g) - x. */
function projectedGradientNorm(box: Box, x: Float64Array, gradient: Float64Array): number {
  let norm = 0;
  for (let i = 0; i < x.length; i++) {
    norm = Math.max(norm, Math.abs(clamp(box, i, x[i]! - gradient[i]!) - x[i]!));
  }
  return norm;
}

/** The longest step that stays in the box, at least 1: directions end inside it. */
function longestStep({ lower, upper }: Box, x: Float64Array, direction: Float64Array): number {
  let longest = 1e10;
  for (let i = 0; i < x.length; i++) {
    const along = direction[i]!;
    if (along > 0) longest = Math.min(longest, (upper[i]! - x[i]!) / along);
    else if (along < 0) longest = Math.min(longest, (lower[i]! - x[i]!) / along);
  }
  return Math.max(1, longest);
}

/** From x to the minimum of the model over the variables that the Cauchy point leaves free. */
function descentDirection(
  box: Box,
  matrix: QuasiNewtonMatrix,
  x: Float64Array,
  gradient: Float64Array,
): Float64Array {
  const cauchy = cauchyPoint(box, matrix, x, gradient);
  const free = Array.from(x.keys()).filter(
    (i) => cauchy.x[i]! > box.lower[i]! && cauchy.x[i]! < box.upper[i]!,
  );
  const step = matrix.size === 0 ? null : subspaceStep(matrix, x, gradient, cauchy, free);
  if (step === null) return difference(cauchy.x, x);
  const projected = cauchy.x.slice();
  let reach = 1;
  for (const [k, i] of free.entries()) {
    const target = cauchy.x[i]! + step[k]!;
    projected[i] = clamp(box, i, target);
    if (projected[i] !== target) reach = Math.min(reach, (projected[i]! - cauchy.x[i]!) / step[k]!);
  }
  const direction = difference(projected, x);
  if (inner(direction, gradient) < 0) return direction;
  // Projecting bent the step uphill: shorten it instead, as the paper of 1995 does.
  for (const [k, i] of free.entries()) projected[i] = clamp(box, i, cauchy.x[i]! + reach * step[k]!);
  return difference(projected, x);
}

interface CauchyPoint {
  x: Float64Array;
  c: Float64Array;
}

/** Algorithm CP of the paper. */
function cauchyPoint(
  { lower, upper }: Box,
  matrix: QuasiNewtonMatrix,
  x: Float64Array,
  g: Float64Array,
): CauchyPoint {
  const n = x.length;
  const { theta, size } = matrix;
  const breaks = g.map((slope, i) => {
    if (slope === 0) return Number.POSITIVE_INFINITY;
    return (x[i]! - (slope < 0 ? upper[i]! : lower[i]!)) / slope;
  });
  const direction = g.map((slope, i) => (breaks[i]! > 0 ? -slope : 0));
  const w = new Float64Array(size);
  const p = new Float64Array(size);
  const c = new Float64Array(size);
  for (let i = 0; i < n; i++) {
    if (direction[i] === 0) continue;
    matrix.row(i, w);
    for (let j = 0; j < size; j++) p[j]! += direction[i]! * w[j]!;
  }
  const point = x.slice();
  let slope = -inner(direction, direction);
  let curvature = -theta * slope - inner(p, matrix.middle(p));
  const leastCurvature = Number.EPSILON * -theta * slope;
  let reached = 0;
  let left = -slope / curvature;
  const ahead = Array.from(breaks.keys()).filter(
    (i) => direction[i] !== 0 && breaks[i]! < Number.POSITIVE_INFINITY,
  );
  ahead.sort((a, b) => breaks[a]! - breaks[b]!);
  for (const i of ahead) {
    const span = breaks[i]! - reached;
    if (left < span) break;
    point[i] = direction[i]! > 0 ? upper[i]! : lower[i]!;
    const moved = point[i]! - x[i]!;
    const gi = g[i]!;
    for (let j = 0; j < size; j++) c[j]! += span * p[j]!;
    matrix.row(i, w);
    const mw = matrix.middle(w);
    slope += span * curvature + gi * gi + theta * gi * moved - gi * inner(mw, c);
    curvature += -theta * gi * gi - 2 * gi * inner(mw, p) - gi * gi * inner(mw, w);
    curvature = Math.max(curvature, leastCurvature);
    for (let j = 0; j < size; j++) p[j]! += gi * w[j]!;
    direction[i] = 0;
    left = -slope / curvature;
    reached = breaks[i]!;
  }
  left = Math.max(0, left);
  for (let i = 0; i < n; i++) {
    if (direction[i] !== 0)
      point[i] = Math.min(upper[i]!, Math.max(lower[i]!, x[i]! + (reached + left) * direction[i]!));
  }
  for (let j = 0; j < size; j++) c[j]! += left * p[j]!;
  return { x: point, c };
}

/** From the Cauchy point to the model's minimum over the free variables (section 5.1); null where it has none. */
function subspaceStep(
  matrix: QuasiNewtonMatrix,
  x: Float64Array,
  g: Float64Array,
  cauchy: CauchyPoint,
  free: readonly number[],
): Float64Array | null {
  const { theta, size } = matrix;
  const mc = matrix.middle(cauchy.c);
  const rows = new Float64Array(free.length * size);
  const step = new Float64Array(free.length);
  for (const [k, i] of free.entries()) {
    const row = rows.subarray(k * size, (k + 1) * size);
    matrix.row(i, row);
    step[k] = inner(row, mc) - g[i]! - theta * (cauchy.x[i]! - x[i]!);
  }
  return matrix.solve(rows, step) ? step : null;
}
