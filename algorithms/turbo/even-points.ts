import type { Rng } from "../../core/rng.ts";
import { createPermutation } from "../../math/permutation.ts";
import { createSobol, MAX_SOBOL_DIMENSIONS } from "../../math/sobol.ts";

/**
 * Evenly spread points of the unit cube, as many times as one likes: a Sobol sequence, computed once. Each time a random
 * shift turns it, which keeps it even (Cranley & Patterson 1976), and its dimensions change places, because some pairs of
 * them leave gaps that would otherwise be the same ones each time. Past the sequence's dimensions uniform points.
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
      const place = Int32Array.from({ length: dimensions }, (_, i) => i).map(
        createPermutation(dimensions, rng),
      );
      return (k, i) => {
        const p = place[i]!;
        return p < even ? (points[k * even + p]! + shift[p]!) % 1 : rng();
      };
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
