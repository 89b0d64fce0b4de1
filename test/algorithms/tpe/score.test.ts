import { describe, expect, test } from "vitest";
import { logMixture } from "../../../algorithms/tpe/score.ts";

/** Kernels of width √½ at these places, so that a term is -(x - mu)², none of them normalised. */
function lineOf(places: readonly number[], xs: readonly number[], logWeights: number[], logPrior: number[]) {
  const none = new Int32Array(0);
  const kernels = {
    rows: Int32Array.from(places.keys()),
    size: places.length,
    shape: Float64Array.from(places.flatMap((mu) => [mu, 1])),
    rowNorm: new Float64Array(places.length),
    steppedKernel: none,
    choice: none,
  };
  const block = { size: xs.length, smooth: Float64Array.from(xs), level: none, choice: none };
  const tables = {
    masses: [],
    levels: [],
    mass: () => Number.NaN,
    own: new Float64Array(0),
    other: new Float64Array(0),
  };
  return [...logMixture(kernels, block, tables, Float64Array.from(logWeights), Float64Array.from(logPrior))];
}

describe("a mixture at a block of candidates", () => {
  test("without kernels is the prior alone", () => {
    expect(lineOf([], [0.5, 0.25, 0.75], [], [-1, -2, -3])).toEqual([-1, -2, -3]);
  });

  test("is what its kernels say where the prior rules a candidate out", () => {
    const [value] = lineOf([0], [2], [0], [Number.NEGATIVE_INFINITY]);
    expect(value).toBe(-4);
  });

  test("takes nothing from kernels of no weight", () => {
    const none = Number.NEGATIVE_INFINITY;
    expect(lineOf([0, 1], [0.5], [none, none], [-3])).toEqual([-3]);
    expect(lineOf([0, 1], [0.5], [none, none], [none])).toEqual([none]);
  });

  test("tells apart candidates that are far from every kernel", () => {
    const [near, far] = lineOf([0], [40, 50], [0], [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]);
    expect(near).toBe(-1600);
    expect(far).toBe(-2500);
  });

  test("leaves out no kernel that shows in the sum, whichever candidate goes with it", () => {
    const places = [0, Math.sqrt(30), Math.sqrt(60)];
    const [first, last] = lineOf(places, [places[0]!, places[2]!], [0, 0, 0], [-100, -100]);
    expect(first).toBeCloseTo(Math.exp(-30), 15);
    expect(first).toBeGreaterThan(0.9 * Math.exp(-30));
    expect(last).toBeCloseTo(Math.log1p(Math.exp(-((places[2]! - places[1]!) ** 2))), 14);
  });

  test("does not depend on which candidates are asked for with it", () => {
    const places = Array.from({ length: 300 }, (_, j) => (j * 0.618) % 1);
    const weights = places.map((_, j) => Math.log((j + 1) / 1000));
    const xs = Array.from({ length: 21 }, (_, c) => c / 20);
    const together = lineOf(
      places,
      xs,
      weights,
      xs.map(() => -1),
    );
    const alone = xs.map((x) => lineOf(places, [x], weights, [-1])[0]);
    expect(together).toEqual(alone);
  });

  test("asks for no mass that is lost in the rounding of the sum", () => {
    const asked: string[] = [];
    // Two stepped columns; of kernel 1 nearly nothing lies on the level of the first.
    const logMass = [
      [-1, -60],
      [-2, -3],
    ];
    const kernels = {
      rows: Int32Array.of(0, 1),
      size: 2,
      shape: new Float64Array(0),
      rowNorm: new Float64Array(2),
      steppedKernel: Int32Array.of(0, 0, 1, 1),
      choice: new Int32Array(0),
    };
    const nothing = { smooth: new Float64Array(0), choice: new Int32Array(0) };
    const block = { size: 1, level: Int32Array.of(0, 0), ...nothing };
    const tables = {
      masses: [0, 1].map(() => new Float64Array(2).fill(Number.NaN)),
      levels: [1, 1],
      mass(column: number, kernel: number) {
        asked.push(`${column} of kernel ${kernel}`);
        return logMass[column]![kernel]!;
      },
      own: new Float64Array(0),
      other: new Float64Array(0),
    };
    const density = logMixture(kernels, block, tables, Float64Array.of(0, 0), Float64Array.of(-10));
    expect([...density]).toEqual([Math.log(Math.exp(-3) + Math.exp(-10))].map((x) => expect.closeTo(x, 14)));
    expect(asked).toEqual(["0 of kernel 0", "1 of kernel 0", "0 of kernel 1"]);
  });
});
