import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActivityRule } from "../../core/algorithm.ts";
import { createLattice } from "../../core/lattice.ts";

/** Sizes and activity rules of a random forest; a parent has a smaller or a larger index than its child. */
const forests = fc
  .array(
    fc.record({
      size: fc.integer({ min: 1, max: 4 }),
      parent: fc.integer({ min: -3, max: 6 }),
      pick: fc.nat(),
    }),
    {
      minLength: 1,
      maxLength: 6,
    },
  )
  .chain((nodes) =>
    fc
      .shuffledSubarray(
        nodes.map((_, i) => i),
        { minLength: nodes.length },
      )
      .map((order) => ({ nodes, order })),
  )
  .map(({ nodes, order }) => {
    const sizes = nodes.map(({ size }) => size);
    const activity = nodes.flatMap(({ parent, pick }, child): ActivityRule[] => {
      const candidate = order[parent];
      // Only along `order`, so that there is no cycle.
      if (candidate === undefined || parent >= order.indexOf(child)) return [];
      const levels = Array.from({ length: sizes[candidate]! }, (_, level) => level);
      return [{ child, parent: candidate, levels: levels.filter((level) => (pick >> level) & 1) }];
    });
    return { sizes, activity: activity.filter(({ levels }) => levels.length > 0) };
  });

/** All points by brute force: every product, masked until nothing changes, each once. */
function enumerate(sizes: readonly number[], activity: readonly ActivityRule[]): string[] {
  let products: (number | null)[][] = [[]];
  for (const size of sizes)
    products = products.flatMap((p) => Array.from({ length: size }, (_, level) => [...p, level]));
  const masked = products.map((point) => {
    for (let round = 0; round < sizes.length; round++) {
      for (const { child, parent, levels } of activity) {
        if (point[parent] === null || !levels.includes(point[parent]!)) point[child] = null;
      }
    }
    return JSON.stringify(point);
  });
  return [...new Set(masked)].sort();
}

describe("a lattice", () => {
  test("numbers exactly the distinct points of any conditional space", () => {
    fc.assert(
      fc.property(forests, ({ sizes, activity }) => {
        const lattice = createLattice(sizes, activity);
        const points = Array.from({ length: lattice.size }, (_, index) => JSON.stringify(lattice.at(index)));
        expect(points.toSorted()).toEqual(enumerate(sizes, activity));
      }),
    );
  });

  test("counts huge spaces without visiting them", () => {
    const lattice = createLattice([2 ** 50, 3, 2 ** 50], [{ child: 1, parent: 0, levels: [7] }]);
    expect(lattice.size).toBe((2 ** 50 + 2) * 2 ** 50);
    expect(lattice.at(5)).toEqual([0, null, 5]);
    expect(createLattice([Number.POSITIVE_INFINITY, 2], []).size).toBe(Number.POSITIVE_INFINITY);
  });
});
