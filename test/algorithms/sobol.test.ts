import { describe, expect, test } from "vitest";
import { findAlgorithm } from "../../algorithms/index.ts";
import type { Point, Search } from "../../core/algorithm.ts";
import { createProblem } from "../../core/problem.ts";
import type { SearchSpace } from "../../core/space.ts";
import { MAX_SOBOL_DIMENSIONS } from "../../math/sobol.ts";
import { SPACES, spaceOf } from "../support/spaces.ts";

const options = { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, seed: 5, fidelity: null };
const rng = () => 0.5;

function sobolOf(space: SearchSpace): Search {
  return findAlgorithm("sobol").create(createProblem(space, options), {});
}

function next(search: Search, trial: number): Point {
  const suggestion = search.suggest(rng);
  if (suggestion.type !== "start") throw new Error(suggestion.why.text);
  search.observe({ type: "scheduled", trial, point: suggestion.point, budget: null });
  return suggestion.point;
}

describe("sobol", () => {
  test("64 points fill each of the 64 slices of every coordinate once", () => {
    const search = sobolOf(SPACES.wide);
    const points = Array.from({ length: 64 }, (_, trial) => next(search, trial));
    for (let dimension = 0; dimension < 50; dimension++) {
      expect(new Set(points.map((point) => Math.floor(point[dimension]! * 64))).size).toBe(64);
    }
  });

  test("an enqueued point does not use up a place of the sequence", () => {
    const alone = sobolOf(SPACES.wide);
    const mixed = sobolOf(SPACES.wide);
    const expected = [next(alone, 0), next(alone, 1)];
    const first = next(mixed, 0);
    mixed.observe({
      type: "scheduled",
      trial: 1,
      point: SPACES.wide.parameters.map(() => 0.25),
      budget: null,
    });
    expect([first, next(mixed, 2)]).toEqual(expected);
  });

  test("passes over points that break a constraint and keeps the order of the others", () => {
    const free = sobolOf(spaceOf([{ name: "x", type: "float", low: 0, high: 1 }]));
    const bound = sobolOf(spaceOf([{ name: "x", type: "float", low: 0, high: 1 }], ["x < 0.5"]));
    const all = Array.from({ length: 32 }, (_, trial) => next(free, trial)[0]!);
    const kept = Array.from({ length: 16 }, (_, trial) => next(bound, trial)[0]!);
    expect(kept).toEqual(all.filter((x) => x < 0.5));
  });

  test("refuses more parameters than it has direction numbers for", () => {
    const parameters = Array.from({ length: MAX_SOBOL_DIMENSIONS + 1 }, (_, i) => ({
      name: `x${i}`,
      type: "float" as const,
      low: 0,
      high: 1,
    }));
    expect(() => sobolOf(spaceOf(parameters))).toThrow(
      expect.objectContaining({ fields: [expect.objectContaining({ code: "too-many-parameters" })] }),
    );
  });
});
