import fc from "fast-check";
import { expect, test } from "vitest";
import { bestFirst, ranksOf, worstFirst } from "../../web/charts/ranks.ts";

const values = fc.array(
  fc.option(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true })), { nil: null }),
  {
    maxLength: 40,
  },
);
const goal = fc.constantFrom("minimize", "maximize");

test("the best has 1, the worst 0, and those between a place between", () => {
  expect([...ranksOf([3, 1, 2], "minimize")]).toEqual([0, 1, 0.5]);
  expect([...ranksOf([3, 1, 2], "maximize")]).toEqual([1, 0, 0.5]);
});

test("however many share the best or the worst value, they have 1 and 0", () => {
  expect([...ranksOf([4, 1, 4, 2, 4], "minimize")]).toEqual([0, 1, 0, 0.5, 0]);
  fc.assert(
    fc.property(values, goal, (list, direction) => {
      const ranks = [...ranksOf(list, direction)].filter((rank) => !Number.isNaN(rank));
      if (ranks.length === 0) return;
      const known = list.filter((value) => value !== null);
      const differ = known.some((value) => value !== known[0]);
      expect(Math.max(...ranks)).toBe(1);
      expect(Math.min(...ranks)).toBe(differ ? 0 : 1);
    }),
  );
});

test("ranks order trials as their values do, in either direction", () => {
  fc.assert(
    fc.property(values, goal, (list, direction) => {
      const ranks = ranksOf(list, direction);
      for (const [a, first] of list.entries())
        for (const [b, second] of list.entries()) {
          if (first === null || second === null) continue;
          const better = direction === "minimize" ? first < second : first > second;
          expect(ranks[a]! > ranks[b]!).toBe(better);
        }
    }),
  );
});

test("ranks lie between 0 and 1, and only what has no value has none", () => {
  fc.assert(
    fc.property(values, goal, (list, direction) => {
      for (const [trial, rank] of ranksOf(list, direction).entries()) {
        expect(Number.isNaN(rank)).toBe(list[trial] === null);
        if (!Number.isNaN(rank)) expect(rank >= 0 && rank <= 1).toBe(true);
      }
    }),
  );
});

test("a single trial is the best, and equal ones all are", () => {
  expect([...ranksOf([7], "minimize")]).toEqual([1]);
  expect([...ranksOf([7, 7, 7], "maximize")]).toEqual([1, 1, 1]);
  expect([...ranksOf([], "maximize")]).toEqual([]);
});

test("orders hold every trial once; without a value means after all, or before all when the best is drawn last", () => {
  fc.assert(
    fc.property(values, goal, (list, direction) => {
      const ranks = ranksOf(list, direction);
      const all = [...list.keys()];
      const best = [...bestFirst(ranks)];
      const worst = [...worstFirst(ranks)];
      expect(best.toSorted((a, b) => a - b)).toEqual(all);
      expect(worst.toSorted((a, b) => a - b)).toEqual(all);
      const measured = list.filter((value) => value !== null).length;
      expect(best.slice(measured).every((trial) => list[trial] === null)).toBe(true);
      expect(worst.slice(0, list.length - measured).every((trial) => list[trial] === null)).toBe(true);
      const falling = best.slice(0, measured).map((trial) => ranks[trial]!);
      expect(falling).toEqual(falling.toSorted((a, b) => b - a));
    }),
  );
});

test("trials of equal rank keep their order", () => {
  expect([...bestFirst(Float64Array.of(0.5, 1, 0.5, Number.NaN))]).toEqual([1, 0, 2, 3]);
  expect([...worstFirst(Float64Array.of(0.5, 1, 0.5, Number.NaN))]).toEqual([3, 0, 2, 1]);
});
