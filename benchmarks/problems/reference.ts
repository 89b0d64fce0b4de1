import { maskInactive } from "../../core/activity.ts";
import type { Dimension } from "../../core/algorithm.ts";
import { createEncoder } from "../../core/encode.ts";
import { type Rng, studyRng } from "../../core/rng.ts";
import type { Params, SearchSpace } from "../../core/space.ts";

/** What random search is expected to reach: the scale of normalised regret. */

/** Trials of random search that `BenchmarkProblem.reference` stands for. */
export const REFERENCE_TRIALS = 10;
/** Random points behind a reference that cannot be computed exactly. */
const SAMPLES = 1000;

/**
 * The expected smallest of k scores drawn from `scores` with replacement: sum over ranks i = 0 … n - 1, ascending, of
 * s_i ((n - i)^k - (n - i - 1)^k) / n^k. Exact for a table of which all rows are equally likely.
 */
export function expectedBest(scores: ArrayLike<number>, k: number): number {
  const sorted = Float64Array.from(scores).sort();
  const n = sorted.length;
  let expected = 0;
  for (let i = 0; i < n; i++) {
    const probability = ((n - i) / n) ** k - ((n - i - 1) / n) ** k;
    // Not Infinity * 0: a table may hold diverged rows that k draws never end on.
    if (probability > 0) expected += sorted[i]! * probability;
  }
  return expected;
}

/** `expectedBest` of REFERENCE_TRIALS, estimated from random points; a pure function of the problem and its name. */
export function sampledReference(
  name: string,
  space: SearchSpace,
  score: (params: Params) => number,
  samples = SAMPLES,
): number {
  const draw = randomParams(space);
  const rng = studyRng(0, `${name}/reference`);
  return expectedBest(
    Array.from({ length: samples }, () => score(draw(rng))),
    REFERENCE_TRIALS,
  );
}

/** Draws uniformly in every scale, as random search without priors does; inactive parameters are absent. */
export function randomParams(space: SearchSpace): (rng: Rng) => Params {
  const { dimensions, activity, decode, feasible } = createEncoder(space);
  return (rng) => {
    for (;;) {
      const point = maskInactive(
        { dimensions, activity },
        dimensions.map((dimension) => drawCoordinate(dimension, rng)),
      );
      if (feasible(point)) return decode(point);
    }
  };
}

function drawCoordinate(dimension: Dimension, rng: Rng): number {
  if (dimension.kind !== "categorical") return rng();
  return Math.floor(rng() * dimension.choices);
}

/** Computes on first use, then remembers: references cost evaluations that most runs never ask for. */
export function lazy<T>(compute: () => T): () => T {
  let known: { value: T } | null = null;
  return () => {
    known ??= { value: compute() };
    return known.value;
  };
}
