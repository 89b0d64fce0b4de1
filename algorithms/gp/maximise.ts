import { maskInactive } from "../../core/activity.ts";
import type { Point, Problem } from "../../core/algorithm.ts";
import { coordinateAt, type Finite, isPinned, levelAt, positionOf, sizeOf } from "../../core/dimension.ts";
import { createLattice } from "../../core/lattice.ts";
import { type Rng, uniformInt } from "../../core/rng.ts";
import { normalQuantile } from "../../math/normal.ts";
import { createSobol, MAX_SOBOL_DIMENSIONS } from "../../math/sobol.ts";
import { type Distinct, pointKey, sizeOfSpace } from "../common/distinct.ts";
import { pointFromUniforms } from "../draw.ts";
import type { Features } from "./features.ts";
import { type Acquisition, type Candidate, createLocalSearch } from "./local-search.ts";

/**
 * The points of a space where an acquisition function is largest, best first: evenly spread points and variations of
 * good trials, the best of them improved by local search; every point where the space is small.
 */

/** Spaces up to this size are looked through in full. */
const ENUMERATED = 2048;
const SPREAD = 768;
const VARIATIONS = 384;
/** Local searches from the best candidate, from the best trials, and from others. */
const OTHER_STARTS = 4;
const RETURNED = 64;

export interface Scored {
  point: Point;
  value: number;
}

export interface Maximiser {
  /** `incumbents`: full coordinates of the best trials at the pinned value, best first. Distinct points not tried before. */
  maximise(acquisition: Acquisition, incumbents: readonly Float64Array[], rng: Rng): Scored[];
}

export function createMaximiser(problem: Problem, features: Features, distinct: Distinct): Maximiser {
  const { dimensions } = problem;
  const size = sizeOfSpace(problem);
  const toPoint = (u: Float64Array): Point =>
    maskInactive(
      problem,
      Array.from(u, (coordinate, k) => {
        const dimension = dimensions[k]!;
        return dimension.kind === "ordered"
          ? positionOf(dimension, levelAt(dimension, coordinate))
          : coordinate;
      }),
    );
  const spread = createSpread(problem, features);
  const feasible = (u: Float64Array) => !problem.constrained || problem.feasible(toPoint(u));

  /**
   * Where parameters can be inactive, hundreds of full vectors are one point: they would take all places of a branch
   * without parameters that is good and was tried. Elsewhere repeats are too few to matter.
   */
  const withoutRepeats = (points: readonly Float64Array[]): readonly Float64Array[] => {
    if (problem.activity.length === 0) return points;
    const keys = new Set<string>();
    return points.filter((u) => {
      const point = toPoint(u);
      const key = pointKey(problem, point);
      if (keys.has(key) || distinct.has(point)) return false;
      keys.add(key);
      return true;
    });
  };

  const score = (acquisition: Acquisition, points: readonly Float64Array[]): Candidate[] => {
    const rows = new Float64Array(points.length * features.width);
    const values = new Float64Array(points.length);
    for (const [i, u] of points.entries()) features.encode(u, rows, i * features.width);
    acquisition.values(rows, points.length, values);
    return points.map((u, i) => ({ u, value: values[i]! }));
  };

  const everyPoint = (): Float64Array[] => {
    const lattice = createLattice(dimensions.map(sizeOf), problem.activity);
    return Array.from({ length: size }, (_, index) =>
      features.complete(
        lattice
          .at(index)
          .map((level, k) => (level === null ? null : coordinateAt(dimensions[k] as Finite, level))),
      ),
    );
  };

  return {
    maximise(acquisition, incumbents, rng) {
      const pool = new Map<string, Candidate>();
      const offer = (u: Float64Array, value: number): void => {
        const key = pointKey(problem, toPoint(u));
        const known = pool.get(key);
        if (known === undefined || known.value < value) pool.set(key, { u, value });
      };
      if (size <= ENUMERATED) {
        for (const { u, value } of score(acquisition, everyPoint().filter(feasible))) offer(u, value);
      } else {
        const near = incumbents.length === 0 ? [] : variations(problem, incumbents, VARIATIONS, rng);
        const candidates = score(acquisition, withoutRepeats([...spread(rng), ...near]).filter(feasible));
        candidates.sort((a, b) => b.value - a.value);
        for (const { u, value } of candidates.slice(0, RETURNED)) offer(u, value);
        const search = createLocalSearch(problem, features, acquisition, feasible);
        const finite = Number.isFinite(size);
        const visit = finite ? offer : () => {};
        const own = score(acquisition, incumbents.slice(0, 1).filter(feasible));
        for (const start of [...starts(candidates, rng), ...own]) {
          const { u, value } = search.climb(start, visit);
          offer(u, value);
        }
      }
      return [...pool.values()]
        .filter(({ value }) => !Number.isNaN(value))
        .sort((a, b) => b.value - a.value)
        .map(({ u, value }) => ({ point: toPoint(u), value }))
        .filter(({ point }) => !distinct.has(point))
        .slice(0, RETURNED);
    },
  };
}

/** The same Sobol points, turned by another random shift each time: as even as they are, for the price of an addition. */
function createSpread(problem: Problem, features: Features): (rng: Rng) => Float64Array[] {
  const d = problem.dimensions.length;
  const even = Math.min(d, MAX_SOBOL_DIMENSIONS);
  let points: Float64Array[] | null = null;
  return (rng) => {
    points ??= Array.from({ length: SPREAD }, (_, index) => index).map(createSobol(even, null));
    const shift = Float64Array.from({ length: even }, rng);
    return points.map((base) => {
      const uniforms = Float64Array.from({ length: d }, (_, k) =>
        k < even ? (base[k]! + shift[k]!) % 1 : rng(),
      );
      return features.complete(pointFromUniforms(problem, uniforms));
    });
  };
}

/** Good trials with a few coordinates changed a little, fewer and less as the variations go on. */
function variations(
  { dimensions }: Problem,
  incumbents: readonly Float64Array[],
  count: number,
  rng: Rng,
): Float64Array[] {
  const free = dimensions.flatMap((dimension, k) => (isPinned(dimension) ? [] : [k]));
  const d = free.length;
  return Array.from({ length: count }, (_, index) => {
    const u = incumbents[index % incumbents.length]!.slice();
    const scale = 0.3 * 0.03 ** (index / count);
    const rate = Math.min(1, Math.max(1.5 / d, rng()));
    const forced = free[uniformInt(rng, d)]!;
    for (const k of free) {
      if (k !== forced && rng() >= rate) continue;
      const dimension = dimensions[k]!;
      if (dimension.kind === "categorical") u[k] = uniformInt(rng, dimension.choices);
      else u[k] = reflect(u[k]! + scale * normalQuantile(Math.max(rng(), 1e-12)));
    }
    return u;
  });
}

/** Back into [0, 1], as a mirror at the ends would. */
function reflect(x: number): number {
  const y = Math.abs(x) % 2;
  return y > 1 ? 2 - y : y;
}

/** The best candidate, and others with probability proportional to exp(value - best). */
function starts(sorted: readonly Candidate[], rng: Rng): Candidate[] {
  const [best, ...others] = sorted;
  if (best === undefined) return [];
  const keyed = others
    .map((candidate) => ({
      candidate,
      key: candidate.value - best.value - Math.log(-Math.log(rng() + 1e-300)),
    }))
    .sort((a, b) => b.key - a.key);
  return [best, ...keyed.slice(0, OTHER_STARTS).map(({ candidate }) => candidate)];
}
