import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nonDominatedRanks } from "../../core/ranking.ts";
import { trialRng } from "../../core/rng.ts";
import { crowdingDistances, paretoFront, paretoRanks } from "../../math/pareto.ts";

/** Few different values, so that ties and equal points are common. */
const losses = (m: number) =>
  fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: m, maxLength: m }), { maxLength: 40 });

describe("Pareto ranks", () => {
  test.each([1, 2, 3, 4, 5])("of %i losses are those of the definition, ties and equal points too", (m) => {
    fc.assert(
      fc.property(losses(m), (points) => {
        expect([...paretoRanks(points)]).toEqual(nonDominatedRanks(points));
      }),
      { numRuns: 300 },
    );
  });

  test.each([2, 3])("of 20,000 points of %i losses take less than two seconds", (m) => {
    const rng = trialRng(1, m, "points");
    const points = Array.from({ length: 20_000 }, () => Array.from({ length: m }, rng));
    const start = performance.now();
    const ranks = paretoRanks(points);
    expect(performance.now() - start).toBeLessThan(2000);
    expect(ranks.includes(0)).toBe(true);
  });

  test("the front lists every point that none dominates, equal ones too", () => {
    expect(
      paretoFront([
        [1, 2],
        [2, 1],
        [2, 2],
        [1, 2],
        [0, 5],
      ]),
    ).toEqual([0, 1, 3, 4]);
    expect(paretoFront([])).toEqual([]);
  });
});

describe("crowding distance", () => {
  test("is the extent of each point's neighbourhood, and infinite at the ends", () => {
    const distances = crowdingDistances([
      [0, 10],
      [1, 6],
      [4, 3],
      [10, 0],
    ]);
    expect([...distances]).toEqual([
      Number.POSITIVE_INFINITY,
      expect.closeTo(4 / 10 + 7 / 10, 12),
      expect.closeTo(9 / 10 + 6 / 10, 12),
      Number.POSITIVE_INFINITY,
    ]);
  });

  test("is 0 among equal points, and a number where losses are as large as doubles go", () => {
    expect([
      ...crowdingDistances([
        [1, 1],
        [1, 1],
        [1, 1],
      ]),
    ]).toEqual([0, 0, 0]);
    const huge = crowdingDistances([
      [-1.7e308, 1.7e308],
      [0, 0],
      [1.7e308, -1.7e308],
    ]);
    expect(huge[1]).toBeCloseTo(2, 12);
    expect([...crowdingDistances([])]).toEqual([]);
  });
});
