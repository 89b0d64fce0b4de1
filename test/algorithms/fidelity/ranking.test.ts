import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRanking, type RungResult } from "../../../algorithms/fidelity/ranking.ts";
import { compareTrials, dominates, nonDominatedRanks } from "../../../core/ranking.ts";

function orderOf(objectives: number, results: readonly RungResult[]): number[] {
  const ranking = createRanking(objectives);
  for (const result of results) ranking.put(result, true);
  return ranking.all().map(({ trial }) => trial);
}

const result = (trial: number, losses: number[] | null, violations: number[] = []): RungResult => ({
  trial,
  losses,
  violations,
});

describe("the ranking of a rung", () => {
  test("is the leaderboard's order however results arrive, and only the latest of a trial counts", () => {
    const results = fc.array(
      fc.record({
        trial: fc.integer({ min: 0, max: 12 }),
        losses: fc.option(fc.tuple(fc.integer({ min: 0, max: 5 })), { nil: null }),
        violations: fc.constantFrom([], [-1], [0.5], [2]),
      }),
    );
    fc.assert(
      fc.property(results, (list) => {
        const latest = [...new Map(list.map((each) => [each.trial, each])).values()];
        const expected = latest
          .map((each) => ({ ...each, loss: each.losses?.[0] ?? null }))
          .sort(compareTrials)
          .map(({ trial }) => trial);
        expect(orderOf(1, list)).toEqual(expected);
      }),
    );
  });

  test.each([1, 2])("knows who waits, in the same order, with %i objectives", (objectives) => {
    const steps = fc.array(
      fc.record({
        trial: fc.integer({ min: 0, max: 8 }),
        loss: fc.option(fc.integer({ min: 0, max: 3 }), { nil: null }),
        does: fc.constantFrom("pause", "end", "leave"),
      }),
    );
    fc.assert(
      fc.property(steps, (list) => {
        const ranking = createRanking(objectives);
        const waits = new Set<number>();
        for (const { trial, loss, does } of list) {
          const losses =
            loss === null ? null : Array.from({ length: objectives }, (_, k) => loss * (1 - 2 * k));
          if (does === "leave") ranking.leave(trial);
          else ranking.put(result(trial, losses), does === "pause");
          if (does === "pause") waits.add(trial);
          else waits.delete(trial);
        }
        const order = ranking.all().map(({ trial }) => trial);
        expect(ranking.waiting().map(({ trial }) => trial)).toEqual(
          order.filter((trial) => waits.has(trial)),
        );
        for (const [position, each] of ranking.all().entries())
          expect(ranking.countBetter(each)).toBe(position);
      }),
    );
  });

  test("of several objectives goes by fronts: no trial comes before one that dominates it", () => {
    const losses = fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 9 }));
    fc.assert(
      fc.property(fc.array(losses, { minLength: 1, maxLength: 20 }), (list) => {
        const order = orderOf(
          2,
          list.map((each, trial) => result(trial, each)),
        );
        const ranks = nonDominatedRanks(list);
        const along = order.map((trial) => ranks[trial]!);
        expect(along).toEqual(along.toSorted((a, b) => a - b));
        for (const [at, trial] of order.entries())
          for (const later of order.slice(at + 1)) expect(dominates(list[later]!, list[trial]!)).toBe(false);
      }),
    );
  });

  test("of several objectives puts the ends of a front first, then where it is least crowded", () => {
    const front = [
      [0, 10],
      [1, 9],
      [2, 8],
      [6, 4],
      [10, 0],
    ];
    expect(
      orderOf(
        2,
        front.map((losses, trial) => result(trial, losses)),
      ),
    ).toEqual([0, 4, 3, 2, 1]);
  });

  test("of several objectives puts trials that break a constraint behind, and those without a result last", () => {
    const results = [
      result(0, null, []),
      result(1, [0, 0], [3]),
      result(2, [0, 0], [1]),
      result(3, [9, 9], [-1]),
    ];
    expect(orderOf(2, results)).toEqual([3, 2, 1, 0]);
  });
});
