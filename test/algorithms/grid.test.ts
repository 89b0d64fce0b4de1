import { describe, expect, test } from "vitest";
import { findAlgorithm } from "../../algorithms/index.ts";
import type { Search } from "../../core/algorithm.ts";
import { createEncoder } from "../../core/encode.ts";
import { createProblem } from "../../core/problem.ts";
import type { Params, SearchSpace } from "../../core/space.ts";
import { SPACES, spaceOf } from "../support/spaces.ts";

const options = { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, seed: 1, fidelity: null };
const rng = () => 0.5;

function gridOf(space: SearchSpace, config: unknown = {}, seed = 1): Search {
  const grid = findAlgorithm("grid");
  return grid.create(createProblem(space, { ...options, seed }), grid.config.parse(config));
}

/** Runs a grid to its end; user-enqueued params go first. */
function exhaust(
  space: SearchSpace,
  config: unknown = {},
  enqueued: readonly Params[] = [],
  seed = 1,
): Params[] {
  const encoder = createEncoder(space);
  const search = gridOf(space, config, seed);
  let trial = 0;
  for (const params of enqueued)
    search.observe({ type: "scheduled", trial: trial++, point: encoder.encode(params), budget: null });
  const tried: Params[] = [];
  for (;;) {
    const suggestion = search.suggest(rng);
    if (suggestion.type !== "start") {
      expect(suggestion.type).toBe("exhausted");
      return tried;
    }
    search.observe({ type: "scheduled", trial: trial++, point: suggestion.point, budget: null });
    tried.push(encoder.decode(suggestion.point));
  }
}

describe("grid", () => {
  test("gives the exact ends of every range and clean decimals between", () => {
    const space = spaceOf([{ name: "x", type: "float", low: 0.1, high: 0.7, step: 0.2 }]);
    expect(exhaust(space).map(({ x }) => x)).toEqual([0.1, 0.3, 0.5, 0.7]);
    const artefacts = spaceOf([{ name: "lr", type: "float", low: 0.01, high: 0.05, step: 0.005 }]);
    expect(exhaust(artefacts).map(({ lr }) => lr)).toEqual([
      0.01, 0.015, 0.02, 0.025, 0.03, 0.035, 0.04, 0.045, 0.05,
    ]);
  });

  test("spaces floats without a step evenly in their scale, ends included", () => {
    const space = spaceOf([{ name: "lr", type: "float", low: 1e-4, high: 1, scale: "log" }]);
    expect(exhaust(space, { points: 5 }).map(({ lr }) => lr)).toEqual([1e-4, 1e-3, 1e-2, 0.1, 1]);
    expect(exhaust(space, { points: 1 }).map(({ lr }) => lr)).toEqual([0.01]);
  });

  test("refuses floats without a step when the number of points is not given", () => {
    expect(() => gridOf(SPACES.single)).toThrow(
      expect.objectContaining({
        code: "invalid-study",
        fields: [expect.objectContaining({ code: "grid-without-steps" })],
      }),
    );
  });

  test("tries every combination exactly once, the last parameter fastest, then says how many there were", () => {
    const tried = exhaust(SPACES.finite);
    expect(tried).toEqual([1, 2, 3].flatMap((a) => [true, false].map((b) => ({ a, b }))));
  });

  test("values of inactive parameters make no points of their own", () => {
    const tried = exhaust(SPACES.conditional, { points: 2 });
    const texts = tried.map((params) => JSON.stringify(params));
    expect(new Set(texts).size).toBe(texts.length);
    // linear: 1. tree: 5 depths. net: (1 + 2 · 2 widths) · 2 learning rates.
    expect(texts.length).toBe(1 + 5 + 5 * 2);
  });

  test("passes over points that break a constraint", () => {
    const space = spaceOf(
      [
        { name: "batch", type: "ordinal", values: [16, 32, 64] },
        { name: "accumulate", type: "int", low: 1, high: 4 },
      ],
      ["batch * accumulate <= 64"],
    );
    const products = exhaust(space).map(({ batch, accumulate }) => Number(batch) * Number(accumulate));
    expect(products).toEqual([16, 32, 48, 64, 32, 64, 64]);
  });

  test("does not repeat what a user enqueued, on the grid or off it", () => {
    const space = spaceOf([{ name: "lr", type: "float", low: 1e-3, high: 1, scale: "log" }]);
    const tried = exhaust(space, { points: 4 }, [{ lr: 0.01 }, { lr: 0.5 }, { lr: 1e-3 }]);
    expect(tried.map(({ lr }) => lr)).toEqual([0.1, 1]);
  });

  test("shuffles by the study's seed without losing or repeating a point", () => {
    const space = spaceOf([{ name: "n", type: "int", low: 0, high: 99 }]);
    const orders = [1, 2].map((seed) =>
      exhaust(space, { order: "shuffled" }, [], seed).map(({ n }) => Number(n)),
    );
    for (const order of orders)
      expect(order.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(orders[0]).not.toEqual(orders[1]);
    expect(orders[0]).not.toEqual(orders[0]!.toSorted((a, b) => a - b));
  });

  test("a grid of 10^60 points starts at once", () => {
    const space = spaceOf(
      Array.from({ length: 10 }, (_, i) => ({ name: `n${i}`, type: "int", low: 1, high: 1_000_000 })),
    );
    const search = gridOf(space);
    const began = process.hrtime.bigint();
    const suggestion = search.suggest(rng);
    expect(suggestion.type).toBe("start");
    expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(1000);
  });

  test("gives up, and says so, after too many infeasible points in a row", () => {
    const space: SearchSpace = {
      ...spaceOf([
        { name: "a", type: "int", low: 1, high: 1_000_000 },
        { name: "b", type: "int", low: 1, high: 1_000_000 },
      ]),
      constraints: ["a == 999999"],
    };
    const search = gridOf(space);
    const first = search.suggest(rng);
    expect(first).toMatchObject({ type: "exhausted", why: { rule: "grid-no-feasible" } });
    expect(search.suggest(rng)).toEqual(first);
  });
});
