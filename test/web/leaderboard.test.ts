import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LeaderboardRow, Page, TrialResource } from "../../core/resources.ts";
import { comparator, withBeyond } from "../../web/pages/overview/board-order.ts";
import { ranksOf, ranksOfLeaderboard, rankText } from "../../web/pages/overview/ranks.ts";

function trial(number: number, value: number | null, rest: Partial<TrialResource> = {}): TrialResource {
  return { number, values: [value], violations: [], state: "completed", ...rest } as TrialResource;
}

const texts = (ranks: ReturnType<typeof ranksOf>, numbers: readonly number[]) =>
  numbers.map((number) => rankText(ranks.get(number)));

describe("ranks", () => {
  test("equal values share a rank, and the next one counts all before it", () => {
    const ranks = ranksOf([trial(4, 0.9), trial(7, 0.9), trial(1, 0.8), trial(2, 0.7)]);
    expect(texts(ranks, [4, 7, 1, 2])).toEqual(["1=", "1=", "3", "4"]);
  });

  test("pruned, unmeasured and constraint-breaking trials have no rank and take none", () => {
    const ranks = ranksOf([
      trial(0, 0.9, { state: "pruned" }),
      trial(1, 0.8, { violations: [0.1] }),
      trial(2, 0.7, { violations: [0] }),
      trial(3, null),
    ]);
    expect(texts(ranks, [0, 1, 2, 3])).toEqual(["–", "–", "1", "–"]);
  });

  test("trials of one front share its rank without being called tied", () => {
    const row = (number: number, rank: number) =>
      ({ trial: number, rank, values: [1, 2], state: "completed", feasible: true }) as LeaderboardRow;
    expect(texts(ranksOfLeaderboard([row(5, 1), row(6, 1), row(7, 2)], 2), [5, 6, 7])).toEqual([
      "1",
      "1",
      "2",
    ]);
  });
});

describe("pages", () => {
  const order = comparator("value", "maximize");
  const page = (items: TrialResource[], nextCursor: string | null): Page<TrialResource> => ({
    items,
    nextCursor,
  });
  const numbers = (trials: readonly TrialResource[]) => trials.map(({ number }) => number);

  test("a trial that a better one pushed off the first page stays in sight", () => {
    const before = [trial(1, 0.9), trial(2, 0.8), trial(3, 0.7)];
    const first = page([trial(4, 0.95), trial(1, 0.9)], "next");
    expect(numbers(withBeyond(first, [trial(3, 0.7)], before, order))).toEqual([4, 1, 2, 3]);
  });

  test("a trial that no longer belongs to the first page leaves the list", () => {
    const before = [trial(1, 0.9), trial(2, 0.8), trial(3, 0.7)];
    const first = page([trial(2, 0.8), trial(3, 0.7)], "next");
    expect(numbers(withBeyond(first, [trial(5, 0.1)], before, order))).toEqual([2, 3, 5]);
  });

  test("each trial is listed once, in the server's order, whatever was loaded before", () => {
    const values = fc.uniqueArray(fc.tuple(fc.nat(30), fc.nat(5)), { selector: ([number]) => number });
    fc.assert(
      fc.property(values, values, values, (now, later, before) => {
        const made = (pairs: readonly [number, number][]) =>
          pairs.map(([number, value]) => trial(number, value)).sort(order);
        const shown = withBeyond(page(made(now), "next"), made(later), made(before), order);
        expect(new Set(numbers(shown)).size).toBe(shown.length);
        expect(shown).toEqual([...shown].sort(order));
      }),
      { numRuns: 200 },
    );
  });

  test("trials without a value come last in either direction", () => {
    const trials = [trial(0, null), trial(1, 0.2), trial(2, 0.9)];
    expect(numbers([...trials].sort(comparator("value", "minimize")))).toEqual([1, 2, 0]);
    expect(numbers([...trials].sort(comparator("-value", "minimize")))).toEqual([2, 1, 0]);
  });
});
