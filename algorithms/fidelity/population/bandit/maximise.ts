import type { Rng } from "../../../../core/rng.ts";
import { minimizeInBox } from "../../../../math/lbfgsb.ts";
import { createSobol, MAX_SOBOL_DIMENSIONS } from "../../../../math/sobol.ts";

/** Value at x (d values in [0, 1]); fills the gradient where one is given. */
export type Criterion = (x: Float64Array, gradient?: Float64Array) => number;

const CANDIDATES = 128;
/** Candidates that are climbed from; the reference implementation climbs from ten random ones. */
const CLIMBS = 5;
const CLIMB = { maxIterations: 40, maxEvaluations: 60 };

/**
 * Points of the unit cube by descending criterion: tops that were climbed to from the best of a scrambled Sobol sequence and
 * of `known`, then those candidates themselves, for when the tops are not allowed.
 */
export function highestPoints(criterion: Criterion, known: Float64Array, rng: Rng): Float64Array[] {
  const d = known.length;
  const candidates = byValue(criterion, [known, ...evenPoints(d, rng)]);
  const lower = new Float64Array(d);
  const upper = new Float64Array(d).fill(1);
  const negative = (x: Float64Array, gradient: Float64Array) => {
    const value = criterion(x, gradient);
    for (let c = 0; c < d; c++) gradient[c] = -gradient[c]!;
    return -value;
  };
  const tops = candidates
    .slice(0, CLIMBS)
    .map((start) => minimizeInBox(negative, start, lower, upper, CLIMB).x);
  return [...byValue(criterion, tops), ...candidates];
}

function evenPoints(d: number, rng: Rng): Float64Array[] {
  const even = Math.min(d, MAX_SOBOL_DIMENSIONS);
  const sequence = createSobol(even, rng);
  return Array.from({ length: CANDIDATES }, (_, index) => {
    const rest = Array.from({ length: d - even }, rng);
    return Float64Array.from([...sequence(index), ...rest]);
  });
}

function byValue(criterion: Criterion, points: readonly Float64Array[]): Float64Array[] {
  return points
    .map((x) => ({ x, value: criterion(x) }))
    .sort((a, b) => b.value - a.value)
    .map(({ x }) => x);
}
