import { describe, expect, test } from "vitest";
import { halvingSizes, hyperbandBrackets } from "../../../algorithms/fidelity/brackets.ts";
import { rungsOf } from "../../../core/fidelity.ts";

/** Largest budget, least, eta, and the sizes of the brackets by Algorithm 1 of Li et al. (2018) in exact arithmetic. */
const TABLES: [max: number, min: number, eta: number, sizes: number[][]][] = [
  [243, 1, 3, [[243, 81, 27, 9, 3, 1], [98, 32, 10, 3, 1], [41, 13, 4, 1], [18, 6, 2], [9, 3], [6]]],
  [1000, 1, 10, [[1000, 100, 10, 1], [134, 13, 1], [20, 2], [4]]],
  [1000, 10, 10, [[100, 10, 1], [15, 1], [3]]],
  [
    729,
    1,
    3,
    [
      [729, 243, 81, 27, 9, 3, 1],
      [284, 94, 31, 10, 3, 1],
      [114, 38, 12, 4, 1],
      [48, 16, 5, 1],
      [21, 7, 2],
      [11, 3],
      [7],
    ],
  ],
  [81, 1, 3, [[81, 27, 9, 3, 1], [34, 11, 3, 1], [15, 5, 1], [8, 2], [5]]],
  [16, 1, 2, [[16, 8, 4, 2, 1], [10, 5, 2, 1], [7, 3, 1], [5, 2], [5]]],
];

describe("the brackets of Hyperband", () => {
  test.each(TABLES)("up to %i from %i with eta = %i are those of the paper", (max, min, eta, sizes) => {
    const brackets = hyperbandBrackets(rungsOf({ min, max, eta }).length, eta);
    expect(brackets.map((bracket) => bracket.sizes)).toEqual(sizes);
    expect(brackets.map(({ first }) => first)).toEqual(sizes.map((_, index) => index));
  });

  test("a bracket always leaves a trial for the largest budget, also where eta is no whole number", () => {
    for (const eta of [1.1, 1.5, 2.5, 2.9, 3.3, 7.7]) {
      for (const { sizes } of hyperbandBrackets(5, eta)) expect(sizes.at(-1)).toBeGreaterThanOrEqual(1);
    }
  });

  test("the sizes of a rung are whole where powers of eta have no exact double", () => {
    expect(halvingSizes(1.1 ** 4 * 1000, 1.1, 5)).toEqual([1464, 1331, 1210, 1100, 1000]);
  });
});
