import { describe, expect, test } from "vitest";
import { refuseUnsupported } from "../../algorithms/capabilities.ts";
import { checkAlgorithm, checkStopper } from "../../algorithms/check.ts";
import { findAlgorithm } from "../../algorithms/index.ts";
import { findStopper } from "../../algorithms/stopping/index.ts";
import type { Algorithm, Capabilities } from "../../core/algorithm.ts";
import { createProblem } from "../../core/problem.ts";
import { SPACES } from "../support/spaces.ts";

const options = { objectives: 1, constraints: 0, maxTrials: 10, parallelism: 2, seed: 1, fidelity: null };

describe("checking the plug-ins of a study", () => {
  test("a study that works has no errors", () => {
    expect(checkAlgorithm({ name: "random", config: {} }, SPACES.numeric, options)).toEqual([]);
    expect(checkStopper({ name: "median", config: { minTrials: 2 } }, "/earlyStopping")).toEqual([]);
  });

  test("an unknown name is an error at its pointer, with the name that was meant", () => {
    expect(checkAlgorithm({ name: "sobel", config: {} }, SPACES.numeric, options)).toMatchObject([
      { pointer: "/algorithm/name", code: "unknown-algorithm", hint: 'Did you mean "sobol"?' },
    ]);
    expect(checkStopper({ name: "medain", config: {} }, "/earlyStopping/rules/1")).toMatchObject([
      { pointer: "/earlyStopping/rules/1/name", code: "unknown-stopper", hint: 'Did you mean "median"?' },
    ]);
    expect(() => findAlgorithm("constructor")).toThrow('There is no algorithm "constructor".');
    expect(() => findStopper("toString")).toThrow('There is no early stopper "toString".');
  });

  test("an unknown setting names the one that was meant, a wrong value is pointed at", () => {
    expect(checkAlgorithm({ name: "grid", config: { point: 3 } }, SPACES.numeric, options)).toMatchObject([
      { pointer: "/algorithm/config/point", code: "unknown-field", hint: 'Did you mean "points"?' },
    ]);
    expect(checkAlgorithm({ name: "grid", config: { points: 0 } }, SPACES.numeric, options)).toMatchObject([
      { pointer: "/algorithm/config/points", code: "out-of-range" },
    ]);
    expect(checkStopper({ name: "median", config: { minTrials: "3" } }, "/earlyStopping")).toMatchObject([
      { pointer: "/earlyStopping/config/minTrials", code: "wrong-type" },
    ]);
  });

  test("what the algorithm refuses at creation is reported", () => {
    expect(checkAlgorithm({ name: "grid", config: {} }, SPACES.numeric, options)).toMatchObject([
      { pointer: "/algorithm/config/points", code: "grid-without-steps" },
    ]);
  });

  test("a parallelism above the size of a grid is refused with that size", () => {
    const check = (parallelism: number) =>
      checkAlgorithm({ name: "grid", config: {} }, SPACES.finite, { ...options, parallelism });
    expect(check(6)).toEqual([]);
    expect(check(7)).toMatchObject([{ pointer: "/parallelism", hint: "Use at most 6." }]);
  });
});

describe("capabilities", () => {
  const all: Capabilities = {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: true,
    outcomeConstraints: true,
    finiteOnly: false,
  };
  const withSupport = (supports: Capabilities): Algorithm =>
    refuseUnsupported({ ...findAlgorithm("random"), supports });

  test.each([
    ["conditional", SPACES.conditional, {}, { conditional: false }],
    ["categorical", SPACES.finite, {}, { categorical: false }],
    ["constraints between", SPACES.constrained, {}, { constrained: false }],
    ["several objectives", SPACES.single, { objectives: 2 }, { multiObjective: false }],
    ["outcome constraints", SPACES.single, { constraints: 1 }, { outcomeConstraints: false }],
    ["floats without a step", SPACES.single, {}, { finiteOnly: true }],
  ])(
    "a problem with %s is refused by an algorithm without that capability only",
    (words, space, more, lacking) => {
      const problem = createProblem(space, { ...options, ...more });
      expect(() => withSupport(all).create(problem, {})).not.toThrow();
      expect(() => withSupport({ ...all, ...lacking }).create(problem, {})).toThrow(words);
    },
  );
});
