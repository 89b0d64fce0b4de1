import { describe, expect, test } from "vitest";
import { describePlan, phaseAt, planOf } from "../../../algorithms/auto/plan.ts";
import { describeTraits, type Traits, traitsOf } from "../../../algorithms/auto/traits.ts";
import { createProblem } from "../../../core/problem.ts";
import { SPACES } from "../../support/spaces.ts";

const flat: Traits = {
  dimensions: 6,
  conditional: 0,
  categorical: 0,
  size: Number.POSITIVE_INFINITY,
  objectives: 1,
  constraints: 0,
  maxTrials: 100,
  parallelism: 1,
};
const enginesAt = (traits: Partial<Traits>, results: number) =>
  phaseAt(planOf({ ...flat, ...traits }), results).engines;

describe("the choice of an engine", () => {
  test("is a Gaussian process for few results in a flat space, whatever its kinds of parameters", () => {
    expect(enginesAt({}, 0)).toEqual(["gp"]);
    expect(enginesAt({ categorical: 3, dimensions: 9 }, 20)).toEqual(["gp"]);
    expect(enginesAt({ parallelism: 8 }, 10)).toEqual(["gp"]);
  });

  test("lets engines of other kinds take turns with it later, but never most of them", () => {
    for (const traits of [{}, { conditional: 3 }]) {
      const engines = enginesAt(traits, 100);
      expect(new Set(engines).size).toBeGreaterThan(1);
      expect(engines.filter((name) => name === "gp").length).toBeGreaterThanOrEqual(engines.length / 2);
    }
  });

  test("knows conditional spaces, many workers and many results", () => {
    expect(enginesAt({ conditional: 3 }, 20)).toEqual(["gp"]);
    expect(enginesAt({ conditional: 3 }, 50)).toContain("rf");
    expect(enginesAt({ conditional: 3 }, 400)).toEqual(["rf", "tpe"]);
    expect(enginesAt({ conditional: 3 }, 8000)).toEqual(["tpe"]);
    expect(enginesAt({ parallelism: 500 }, 50)).toEqual(["tpe"]);
    expect(enginesAt({ maxTrials: 5000 }, 1000)).toEqual(["cmaes"]);
    expect(enginesAt({ maxTrials: 1000, dimensions: 40 }, 600)).toEqual(["turbo"]);
    expect(enginesAt({ categorical: 2 }, 1000)).toEqual(["tpe"]);
  });

  test("serves several objectives with models first and evolution later", () => {
    expect(enginesAt({ objectives: 2 }, 50)).toEqual(["gp"]);
    expect(enginesAt({ objectives: 2 }, 400)).toEqual(["nsga2"]);
    expect(enginesAt({ objectives: 5 }, 400)).toEqual(["nsga3"]);
    expect(enginesAt({ objectives: 2, conditional: 1 }, 50)).toEqual(["gp"]);
    expect(enginesAt({ objectives: 2, conditional: 1 }, 400)).toEqual(["tpe"]);
    expect(enginesAt({ objectives: 2, parallelism: 100 }, 50)).toEqual(["tpe"]);
  });

  test("lets densities take turns with the model of three objectives, whose front has far ends", () => {
    expect(enginesAt({ objectives: 3 }, 0)).toEqual(["gp", "tpe"]);
    expect(enginesAt({ objectives: 3, conditional: 1 }, 249)).toEqual(["gp", "tpe"]);
    expect(enginesAt({ objectives: 4 }, 0)).toEqual(["gp"]);
  });

  test("covers every number of results of every plan", () => {
    for (const traits of [
      {},
      { conditional: 2 },
      { objectives: 3 },
      { parallelism: 1000 },
      { dimensions: 60 },
    ]) {
      const plan = planOf({ ...flat, ...traits });
      expect(plan.at(-1)?.until).toBeNull();
      for (const results of [0, 10, 249, 250, 499, 500, 5000, 1e6])
        expect(phaseAt(plan, results)).toBeDefined();
    }
  });
});

describe("the reason", () => {
  test("says what was seen in the study and what follows from it", () => {
    const problem = createProblem(SPACES.conditional, {
      objectives: 1,
      constraints: 0,
      maxTrials: 200,
      parallelism: 8,
      seed: 1,
      fidelity: null,
    });
    const traits = traitsOf(problem);
    expect(describeTraits(traits)).toBe(
      "5 parameters (4 conditional, 1 categorical), 8 at a time, 200 trials",
    );
    expect(describePlan(planOf(traits), 200)).toMatch(
      /^Gaussian process until 25 results \(.+\), then Gaussian process and random forest in turn \([^)]+\)$/,
    );
    expect(describePlan(planOf(traits), null)).toMatch(/, then TPE \([^)]+\)$/);
    expect(describePlan(planOf(traits), 20)).toBe("Gaussian process (it learns most from few results)");
  });

  test("counts one as one and an open end as none", () => {
    expect(describeTraits({ ...flat, dimensions: 1, maxTrials: null })).toBe(
      "1 parameter, one at a time, no limit of trials",
    );
  });
});
