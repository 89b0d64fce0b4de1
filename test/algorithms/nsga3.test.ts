import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { normalise, surviveByNiches } from "../../algorithms/evolution/niching.ts";
import { referenceDirections, simplexLattice } from "../../algorithms/evolution/reference-directions.ts";
import { nsga2 } from "../../algorithms/nsga2.ts";
import { nsga3 } from "../../algorithms/nsga3.ts";
import type { Point, Problem, Search } from "../../core/algorithm.ts";
import { createProblem } from "../../core/problem.ts";
import { hypervolume } from "../../math/hypervolume.ts";
import { play } from "../support/play-search.ts";
import { spaceOf } from "../support/spaces.ts";

const member = (trial: number, losses: number[], violation = 0) => ({ trial, point: [], losses, violation });

describe("reference directions", () => {
  test("are as many of a simplex lattice as fit: Das and Dennis' 91 for three losses", () => {
    expect(simplexLattice(3, 12).length).toBe(91);
    expect(referenceDirections(3, 91).length).toBe(91);
    expect(referenceDirections(3, 104).length).toBe(91);
    expect(referenceDirections(2, 50).length).toBe(50);
    expect(referenceDirections(1, 50)).toEqual([[1]]);
  });

  test("gain an inner layer where all of the lattice would lie on the boundary", () => {
    // Deb & Jain 2014, table I: 8 objectives, 3 divisions outside and 2 inside: 156.
    const directions = referenceDirections(8, 156);
    expect(directions.length).toBe(156);
    expect(directions.some((weights) => weights.every((weight) => weight > 0))).toBe(true);
  });

  test("are different weights that sum to 1", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 8, max: 120 }), (m, size) => {
        const directions = referenceDirections(m, size);
        expect(directions.length).toBeGreaterThan(0);
        expect(directions.length).toBeLessThanOrEqual(size);
        expect(new Set(directions.map(String)).size).toBe(directions.length);
        for (const weights of directions) {
          expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
          expect(Math.min(...weights)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });
});

describe("survival by niches", () => {
  test("keeps one member near each direction before it keeps a second anywhere", () => {
    const survive = surviveByNiches(referenceDirections(2, 5), 1);
    // A front of a line: ten members crowd at one end, the others lie on the other directions.
    const crowd = Array.from({ length: 10 }, (_, i) => member(i, [0.001 * i, 1 - 0.001 * i]));
    const spread = [0.25, 0.5, 0.75, 1].map((x, i) => member(20 + i, [x, 1 - x]));
    const kept = survive([...crowd, ...spread], 5, 0).map(({ trial }) => trial);
    expect(kept).toEqual(expect.arrayContaining([20, 21, 22, 23]));
  });

  test("opens a niche with the member that lies nearest to its direction", () => {
    const survive = surviveByNiches(referenceDirections(2, 3), 1);
    const points = [
      [0, 1],
      [0.4, 0.6],
      [0.5, 0.5],
      [0.55, 0.45],
      [1, 0],
    ];
    for (const turn of [0, 1, 2, 3, 4]) {
      const kept = survive(
        points.map((losses, trial) => member(trial, losses)),
        3,
        turn,
      );
      expect(kept.map(({ trial }) => trial).sort()).toEqual([0, 2, 4]);
    }
  });

  test("keeps as many as it is asked for, best fronts first, and those that break least where none is feasible", () => {
    const survive = surviveByNiches(referenceDirections(3, 10), 1);
    const losses = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(
        fc.array(losses, { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 30 }),
        (all, size) => {
          const kept = survive(
            all.map((values, trial) => member(trial, values)),
            size,
            3,
          );
          expect(kept.length).toBe(Math.min(size, all.length));
          expect(new Set(kept.map(({ trial }) => trial)).size).toBe(kept.length);
        },
      ),
    );
    const broken = [5, 1, 3, 2, 4].map((violation, trial) => member(trial, [0, 0, 0], violation));
    expect(survive(broken, 2, 0).map(({ violation }) => violation)).toEqual([1, 2]);
  });

  test("measures losses from the ideal point in units of the front's axes, whatever their scale", () => {
    const front = [
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
      [0.2, 0.3, 0.5],
    ];
    const scaled = front.map(([x, y, z], trial) => member(trial, [1e300 * x!, 7 + 1e-9 * y!, -3 * (1 - z!)]));
    for (const [i, f] of normalise(scaled, 3).entries()) {
      for (const [k, value] of f.entries()) expect(value).toBeCloseTo(front[i]![k]!, 5);
    }
    expect(normalise([member(0, [1, 1]), member(1, [1, 1])], 2)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});

describe("nsga3", () => {
  test("covers a front of five objectives better than nsga2", () => {
    const space = spaceOf(
      Array.from({ length: 8 }, (_, i) => ({ name: `x${i}`, type: "float", low: 0, high: 1 })),
    );
    const volumes = [nsga3, nsga2].map((algorithm) => {
      let sum = 0;
      for (const seed of [1, 2, 3]) {
        const problem = createProblem(space, {
          objectives: 5,
          constraints: 0,
          maxTrials: 400,
          parallelism: 4,
          seed,
          fidelity: null,
        });
        sum += volumeOf(algorithm.create(problem, algorithm.config.parse({})), problem);
      }
      return sum;
    });
    expect(volumes[0]).toBeGreaterThan(volumes[1]! + 0.1);
  });
});

/** Hypervolume that 400 trials reach on DTLZ2 with five objectives. */
function volumeOf(search: Search, problem: Problem): number {
  const losses: number[][] = [];
  const ending = (_: Problem, __: number, point: Point) => {
    losses.push(dtlz2(point as number[], 5));
    return { losses: losses.at(-1)!, cause: "completed" as const };
  };
  play(search, problem, { trials: 400, parallel: 4, ending });
  return hypervolume(losses, [1.1, 1.1, 1.1, 1.1, 1.1]);
}

function dtlz2(x: readonly number[], m: number): number[] {
  const g = x.slice(m - 1).reduce((sum, value) => sum + (value - 0.5) ** 2, 0);
  return Array.from({ length: m }, (_, i) => {
    let f = 1 + g;
    for (let k = 0; k < m - 1 - i; k++) f *= Math.cos((x[k]! * Math.PI) / 2);
    return i > 0 ? f * Math.sin((x[m - 1 - i]! * Math.PI) / 2) : f;
  });
}
