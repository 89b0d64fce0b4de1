import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hypervolumes, paretoFront } from "../../web/charts/pareto-front.ts";

const CELLS = 6;
/** Corners of a small lattice: many ties, much that dominates. */
const points = (objectives: number) =>
  fc.array(fc.array(fc.integer({ min: 0, max: CELLS }), { minLength: objectives, maxLength: objectives }), {
    minLength: 1,
    maxLength: 25,
  });

const dominates = (a: readonly number[], b: readonly number[]) =>
  a.every((loss, k) => loss <= b[k]!) && a.some((loss, k) => loss < b[k]!);

test.each([1, 2, 3, 4])(
  "the front of %i objectives is what nothing else dominates, in its order",
  (objectives) => {
    fc.assert(
      fc.property(points(objectives), (losses) => {
        const expected = [...losses.keys()].filter(
          (one) => !losses.some((other) => dominates(other, losses[one]!)),
        );
        expect(paretoFront(losses)).toEqual(expected);
      }),
    );
  },
);

test("a difference that a sum of the losses would swallow decides all the same", () => {
  expect(
    paretoFront([
      [1e18, 0.2],
      [1e18, 0.1],
    ]),
  ).toEqual([1]);
});

test("the front of nothing is empty", () => {
  expect(paretoFront([])).toEqual([]);
});

describe("the hypervolume", () => {
  /** Counted cell by cell, within the box from the best to the worst of each objective. */
  function counted(losses: readonly (readonly number[])[], whole: readonly (readonly number[])[]): number {
    const axes = whole[0]!.map((_, k) => whole.map((point) => point[k]!));
    const low = axes.map((axis) => Math.min(...axis));
    const high = axes.map((axis) => Math.max(...axis));
    let cells: number[][] = [[]];
    for (const [k, from] of low.entries()) {
      const row = Array.from({ length: high[k]! - from }, (_, step) => from + step);
      cells = cells.flatMap((cell) => row.map((corner) => [...cell, corner]));
    }
    const better = cells.filter((cell) => losses.some((point) => point.every((loss, k) => loss <= cell[k]!)));
    return better.length / cells.length;
  }

  test.each([2, 3])(
    "of %i objectives is the share of the box that the points so far are better than",
    (objectives) => {
      const spread = points(objectives).filter((losses) =>
        losses[0]!.every((_, k) => new Set(losses.map((point) => point[k])).size > 1),
      );
      fc.assert(
        fc.property(spread, (losses) => {
          const volumes = hypervolumes(losses)!;
          expect(volumes).toHaveLength(losses.length);
          for (const [index, volume] of volumes.entries())
            expect(volume).toBeCloseTo(counted(losses.slice(0, index + 1), losses), 9);
        }),
      );
    },
  );

  test("never shrinks, and stays within 0 and 1", () => {
    const any = fc.array(
      fc.tuple(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })),
      {
        minLength: 1,
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(any, (losses) => {
        const volumes = hypervolumes(losses)!;
        expect(volumes).toEqual(volumes.toSorted((a, b) => a - b));
        for (const volume of volumes) expect(volume >= 0 && volume <= 1).toBe(true);
      }),
    );
  });

  test("is not told of one objective, of more than three, or of nothing", () => {
    expect([hypervolumes([[1], [2]]), hypervolumes([[1, 2, 3, 4]]), hypervolumes([])]).toEqual([
      null,
      null,
      null,
    ]);
  });
});
