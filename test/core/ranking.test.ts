import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compareTrials,
  dominates,
  nonDominatedRanks,
  type Ranked,
  totalViolation,
} from "../../core/ranking.ts";

describe("the leaderboard's order", () => {
  test("feasible by loss, then the others by how much they break, then those without a result", () => {
    const trials: Ranked[] = [
      { trial: 0, loss: null, violations: [] },
      { trial: 1, loss: 0, violations: [5, -1] },
      { trial: 2, loss: 9, violations: [0.5] },
      { trial: 3, loss: 3, violations: [-1] },
      { trial: 4, loss: 2, violations: [0, -3] },
      { trial: 5, loss: Number.NaN, violations: [] },
      { trial: 6, loss: 2, violations: [] },
      { trial: 7, loss: 1, violations: [Number.POSITIVE_INFINITY] },
      { trial: 8, loss: 0, violations: [Number.POSITIVE_INFINITY] },
    ];
    expect(trials.toSorted(compareTrials).map(({ trial }) => trial)).toEqual([4, 6, 3, 2, 1, 8, 7, 0, 5]);
  });

  test("what is unknown counts as broken", () => {
    expect(totalViolation([])).toBe(0);
    expect(totalViolation([-5, 1, 2])).toBe(3);
    expect(totalViolation([Number.NaN])).toBe(Number.POSITIVE_INFINITY);
  });

  test("is a total order", () => {
    const numbers = fc.oneof(
      fc.integer({ min: -2, max: 2 }),
      fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY),
    );
    const ranked = fc.record({
      trial: fc.nat({ max: 3 }),
      loss: fc.option(numbers),
      violations: fc.array(numbers, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(ranked, ranked, ranked, (a, b, c) => {
        expect(Math.sign(compareTrials(a, b))).toBe(0 - Math.sign(compareTrials(b, a)));
        if (compareTrials(a, b) <= 0 && compareTrials(b, c) <= 0)
          expect(compareTrials(a, c)).toBeLessThanOrEqual(0);
      }),
    );
  });
});

describe("Pareto ranks", () => {
  test("peel one front after another", () => {
    const losses = [
      [1, 4],
      [2, 2],
      [4, 1],
      [3, 3],
      [2, 2],
      [5, 5],
    ];
    expect(nonDominatedRanks(losses)).toEqual([0, 0, 0, 1, 0, 2]);
    expect(nonDominatedRanks([])).toEqual([]);
  });

  test("every point of a later front is dominated by one of the front before, none by its own or a later one", () => {
    const losses = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 }), fc.nat({ max: 5 })), {
      maxLength: 25,
    });
    fc.assert(
      fc.property(losses, (points) => {
        const ranks = nonDominatedRanks(points);
        for (const [index, point] of points.entries()) {
          const above = points.filter((other) => dominates(other, point));
          const aboveRanks = points.flatMap((other, at) => (dominates(other, point) ? [ranks[at]!] : []));
          expect(ranks[index]).toBe(above.length === 0 ? 0 : Math.max(...aboveRanks) + 1);
        }
      }),
    );
  });
});
