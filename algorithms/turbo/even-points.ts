import type { Rng } from "../../core/rng.ts";
import { createSobol, MAX_SOBOL_DIMENSIONS } from "../../math/sobol.ts";

/**
 * Evenly spread points of the unit cube, as many times as one likes: a Sobol sequence, computed once and turned by a
 * random shift each time, which keeps it even (Cranley & Patterson 1976). Past the sequence's dimensions uniform ones.
 */
export interface EvenPoints {
  readonly count: number;
  /** Uniforms of one set of points: `at(k, i)` is coordinate i of point k, to be asked for once. */
  draw(rng: Rng): (k: number, i: number) => number;
}

export function createEvenPoints(count: number, dimensions: number): EvenPoints {
  const even = Math.min(dimensions, MAX_SOBOL_DIMENSIONS);
  let base: Float64Array | null = null;
  return {
    count,
    draw(rng) {
      base ??= sequenceOf(count, even);
      const points = base;
      const shift = Float64Array.from({ length: even }, rng);
      return (k, i) => (i < even ? (points[k * even + i]! + shift[i]!) % 1 : rng());
    },
  };
}

/** count × dimensions, row-major. */
function sequenceOf(count: number, dimensions: number): Float64Array {
  const sequence = createSobol(dimensions, null);
  const points = new Float64Array(count * dimensions);
  for (let k = 0; k < count; k++) points.set(sequence(k), k * dimensions);
  return points;
}
