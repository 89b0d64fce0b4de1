import type { Point, Problem } from "../../core/algorithm.ts";
import { isPinned } from "../../core/dimension.ts";
import { studyRng } from "../../core/rng.ts";
import { createSobol, MAX_SOBOL_DIMENSIONS } from "../../math/sobol.ts";
import { pointFromUniforms } from "../draw.ts";

/**
 * The evenly spread points that a model is started from: the centre of the prior, then a scrambled Sobol sequence whose
 * scramble is derived from the study's seed. Past the 256 dimensions that the sequence has, the rest is uniform.
 */
export type InitialDesign = (index: number) => Point;

/** `purpose` keeps the designs of two algorithms on one study apart. */
export function createInitialDesign(
  problem: Problem,
  options: { purpose: string; centre: boolean },
): InitialDesign {
  const count = problem.dimensions.length;
  const even = Math.min(count, MAX_SOBOL_DIMENSIONS);
  const sequence = createSobol(even, studyRng(problem.seed, options.purpose));
  const first = options.centre ? 1 : 0;
  return (index) => {
    if (index < first) return pointFromUniforms(problem, new Float64Array(count).fill(0.5));
    const uniforms = new Float64Array(count);
    uniforms.set(sequence(index - first));
    const rest = count > even ? studyRng(problem.seed, `${options.purpose}/${index}`) : null;
    for (let k = even; k < count; k++) uniforms[k] = rest!();
    return pointFromUniforms(problem, uniforms);
  };
}

/** Dimensions that suggestions differ in. */
export function freeDimensions({ dimensions }: Problem): number {
  return dimensions.filter((dimension) => !isPinned(dimension)).length;
}

/** Points before a model takes over: twice the free dimensions, at least 5, at most a fifth of the trials (but 2). */
export function initialTrials(problem: Problem): number {
  const { maxTrials } = problem;
  const wanted = Math.max(5, 2 * freeDimensions(problem));
  return maxTrials === null ? Math.min(wanted, 50) : Math.max(2, Math.min(wanted, Math.floor(maxTrials / 5)));
}
