import { describe, expect, test } from "vitest";
import { findAlgorithm } from "../../algorithms/index.ts";
import { createEncoder } from "../../core/encode.ts";
import { createProblem } from "../../core/problem.ts";
import { trialRng } from "../../core/rng.ts";
import type { Params, SearchSpace } from "../../core/space.ts";
import { SPACES, spaceOf } from "../support/spaces.ts";

const options = { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, seed: 3, fidelity: null };

function sample(name: string, space: SearchSpace, count: number): Params[] {
  const algorithm = findAlgorithm(name);
  const encoder = createEncoder(space);
  const search = algorithm.create(createProblem(space, options), algorithm.config.parse({}));
  return Array.from({ length: count }, (_, trial) => {
    const suggestion = search.suggest(trialRng(options.seed, trial, "suggest"));
    if (suggestion.type !== "start") throw new Error(suggestion.why.text);
    search.observe({ type: "scheduled", trial, point: suggestion.point, budget: null });
    return encoder.decode(suggestion.point);
  });
}

function share<T>(values: readonly T[], predicate: (value: T) => boolean): number {
  return values.filter(predicate).length / values.length;
}

// 4000 draws: a share of 1/2 has the standard error 0.008, so 0.035 is more than four of them.
describe.each([["random"], ["sobol"]])("%s draws from the declared distributions", (name) => {
  const numeric = sample(name, SPACES.numeric, 4000);
  const mixed = sample(name, SPACES.mixed, 4000);

  test("log: half of the values lie below the geometric mean of the ends", () => {
    expect(share(numeric, ({ lr }) => Number(lr) < 10 ** -2.5)).toBeCloseTo(0.5, 1);
    expect(Math.abs(share(numeric, ({ width }) => Number(width) < Math.sqrt(8 * 1024)) - 0.5)).toBeLessThan(
      0.035,
    );
  });

  test("reverse-log: half of the values lie above the mirrored geometric mean", () => {
    expect(Math.abs(share(numeric, ({ momentum }) => Number(momentum) > 1.01 - 0.1) - 0.5)).toBeLessThan(
      0.035,
    );
  });

  test("steps: every value gets the same share, both ends too", () => {
    for (const value of [0, 0.1, 0.2, 0.3, 0.4, 0.5]) {
      expect(Math.abs(share(numeric, ({ dropout }) => dropout === value) - 1 / 6)).toBeLessThan(0.03);
    }
  });

  test("weights: choices come in their proportion", () => {
    expect(Math.abs(share(mixed, ({ optimizer }) => optimizer === "sgd") - 1 / 8)).toBeLessThan(0.03);
    expect(Math.abs(share(mixed, ({ optimizer }) => optimizer === "adam") - 2 / 8)).toBeLessThan(0.035);
  });

  test("a Normal prior: about two thirds lie within one standard deviation", () => {
    const near = ({ lr }: Params) => Math.abs(Math.log(Number(lr) / 0.01)) < 1;
    expect(Math.abs(share(mixed, near) - 0.683)).toBeLessThan(0.035);
  });
});

describe("random", () => {
  test("gives up, and says so, when no draw satisfies the constraints", () => {
    const space: SearchSpace = { ...SPACES.single, constraints: ["x > 2"] };
    const random = findAlgorithm("random");
    const search = random.create(createProblem(space, options), random.config.parse({}));
    expect(search.suggest(trialRng(1, 0, "suggest"))).toMatchObject({
      type: "exhausted",
      why: { rule: "random-no-feasible" },
    });
  });

  test("gives no point of a finite space twice unless repeats are asked for", () => {
    const random = findAlgorithm("random");
    const ask = (config: unknown) => {
      const search = random.create(createProblem(SPACES.finite, options), random.config.parse(config));
      return Array.from({ length: 8 }, (_, trial) => {
        const suggestion = search.suggest(trialRng(1, trial, "suggest"));
        if (suggestion.type === "start")
          search.observe({ type: "scheduled", trial, point: suggestion.point, budget: null });
        return suggestion.type;
      });
    };
    expect(ask({})).toEqual([...Array(6).fill("start"), "exhausted", "exhausted"]);
    expect(ask({ repeats: true })).toEqual(Array(8).fill("start"));
  });

  test("finds a feasible set that is one thousandth of the space", () => {
    const space = spaceOf([{ name: "x", type: "float", low: 0, high: 1 }], ["x < 0.001"]);
    for (const { x } of sample("random", space, 20)) expect(x).toBeLessThan(0.001);
  });
});
