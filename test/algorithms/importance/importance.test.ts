import { describe, expect, test } from "vitest";
import { fanova } from "../../../algorithms/importance/fanova.ts";
import type { Importance, RatedTrial } from "../../../algorithms/importance/importance.ts";
import { pedAnova } from "../../../algorithms/importance/ped-anova.ts";
import { random } from "../../../algorithms/random.ts";
import type { Problem } from "../../../core/algorithm.ts";
import { createEncoder } from "../../../core/encode.ts";
import { createProblem } from "../../../core/problem.ts";
import { studyRng } from "../../../core/rng.ts";
import type { Params, SearchSpace } from "../../../core/space.ts";
import { SPACES, spaceOf } from "../../support/spaces.ts";

const rngOf = (name: string) => studyRng(1, name);

function problemOf(space: SearchSpace): Problem {
  const options = { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, seed: 3, fidelity: null };
  return createProblem(space, options);
}

/** `count` random trials of a space and what `f` gives for them. */
function sample(space: SearchSpace, count: number, f: (params: Params) => number) {
  const problem = problemOf(space);
  const encoder = createEncoder(space);
  const search = random.create(problem, { repeats: true });
  const trials = Array.from({ length: count }, (_, index): RatedTrial => {
    const suggestion = search.suggest(rngOf(`trial ${index}`));
    if (suggestion.type !== "start") throw new Error("exhausted");
    return { point: suggestion.point, loss: f(encoder.decode(suggestion.point)) };
  });
  return { problem, trials };
}

const cube = (d: number) =>
  spaceOf(Array.from({ length: d }, (_, k) => ({ name: `x${k}`, type: "float", low: 0, high: 1 })));

const num = (params: Params, name: string) => params[name] as number;
const shareOf = ({ parameters }: Importance, dimension: number) =>
  parameters.find((parameter) => parameter.dimension === dimension)!.importance;
const order = ({ parameters }: Importance) => parameters.map(({ dimension }) => dimension);

describe("fANOVA", () => {
  // f = 3 x0 + x1² + 2 x0 x2: variances 16/12, 4/45, 1/12 of the main effects and 4/144 of the pair (0, 2).
  const f = (params: Params) =>
    3 * num(params, "x0") + num(params, "x1") ** 2 + 2 * num(params, "x0") * num(params, "x2");
  const total = 16 / 12 + 4 / 45 + 1 / 12 + 4 / 144;

  test("finds the shares of the variance that the formula has", () => {
    const { problem, trials } = sample(cube(4), 1000, f);
    const result = fanova(problem, trials, {}, rngOf("fanova"));
    expect(shareOf(result, 0)).toBeCloseTo(16 / 12 / total, 1);
    expect(Math.abs(shareOf(result, 1) - 4 / 45 / total)).toBeLessThan(0.02);
    expect(Math.abs(shareOf(result, 2) - 1 / 12 / total)).toBeLessThan(0.02);
    expect(shareOf(result, 3)).toBeLessThan(0.005);
    expect(result.verdict).toBe("clear");
    const [pair] = result.interactions;
    expect(pair!.dimensions).toEqual([0, 2]);
    expect(Math.abs(pair!.importance - 4 / 144 / total)).toBeLessThan(0.01);
  });

  test("sees a pure interaction as one, and no main effect", () => {
    const { problem, trials } = sample(cube(3), 1000, (params) =>
      num(params, "x0") < 0.5 === num(params, "x1") < 0.5 ? 0 : 1,
    );
    const result = fanova(problem, trials, {}, rngOf("xor"));
    const pair = result.interactions.find(({ dimensions }) => dimensions.join() === "0,1");
    expect(pair!.importance).toBeGreaterThan(0.8);
    expect(shareOf(result, 0) + shareOf(result, 1)).toBeLessThan(0.1);
  });

  test("judges a parameter on a log scale on that scale", () => {
    const space = spaceOf([
      { name: "lr", type: "float", low: 1e-6, high: 1, scale: "log" },
      { name: "x", type: "float", low: 0, high: 1 },
    ]);
    // Both have variance 1/12 in their own coordinate.
    const { problem, trials } = sample(
      space,
      600,
      (params) => Math.log10(num(params, "lr")) / 6 + num(params, "x"),
    );
    const result = fanova(problem, trials, {}, rngOf("log"));
    expect(Math.abs(shareOf(result, 0) - shareOf(result, 1))).toBeLessThan(0.06);
    expect(shareOf(result, 0)).toBeGreaterThan(0.42);
  });

  test("counts a conditional parameter by its effect where it is active, times how often that is", () => {
    const space = spaceOf([
      { name: "on", type: "categorical", choices: [false, true] },
      { name: "x", type: "float", low: 0, high: 1, when: { parameter: "on", in: [true] } },
      { name: "y", type: "float", low: 0, high: 1, when: { parameter: "on", in: [false] } },
      { name: "z", type: "float", low: 0, high: 1 },
    ]);
    // Off: 0.5 whatever y is. On: x. So x has 1/2 · 1/12, z 1/12, and on none: both halves have the mean 0.5.
    const { problem, trials } = sample(
      space,
      1000,
      (params) => (params.on ? num(params, "x") : 0.5) + num(params, "z"),
    );
    const result = fanova(problem, trials, {}, rngOf("conditional"));
    expect(order(result).slice(0, 2)).toEqual([3, 1]);
    expect(Math.abs(shareOf(result, 1) - 1 / 3)).toBeLessThan(0.06);
    expect(Math.abs(shareOf(result, 3) - 2 / 3)).toBeLessThan(0.06);
    expect(shareOf(result, 0)).toBeLessThan(0.03);
    expect(shareOf(result, 2)).toBeLessThan(0.03);
    expect(result.interactions.map(({ dimensions }) => dimensions.join())).not.toContain("0,1");
  });

  test("is not taken over by one diverged trial", () => {
    const { problem, trials } = sample(cube(3), 300, f);
    trials[17]!.loss = 1e12;
    expect(order(fanova(problem, trials, {}, rngOf("diverged")))[0]).toBe(0);
  });

  test("looks at no more trials than it may", () => {
    const { problem, trials } = sample(cube(2), 400, f2);
    expect(fanova(problem, trials, { maxTrials: 100 }, rngOf("cap")).trials).toBe(100);
  });
});

const f2 = (params: Params) => num(params, "x0");

describe("PED-ANOVA", () => {
  test("orders parameters by how much the best trials depend on them", () => {
    const { problem, trials } = sample(
      cube(4),
      1000,
      (params) => 9 * (num(params, "x2") - 0.2) ** 2 + (num(params, "x0") - 0.7) ** 2,
    );
    const result = pedAnova(problem, trials, {}, rngOf("ped"));
    expect(order(result).slice(0, 2)).toEqual([2, 0]);
    expect(shareOf(result, 1) + shareOf(result, 3)).toBeLessThan(0.1);
  });

  test("finds the divergence of a choice that alone decides", () => {
    const space = spaceOf([
      { name: "kind", type: "categorical", choices: ["a", "b", "c", "d"] },
      { name: "x", type: "float", low: 0, high: 1 },
    ]);
    const { problem, trials } = sample(space, 800, (params) => (params.kind === "c" ? 0 : 1));
    // All of "c" ties for best, so the target is just those: shares 1 against 1/4, a divergence of 3 (0.75²/0.25 + 3·0.25).
    const result = pedAnova(problem, trials, {}, rngOf("choice"));
    expect(shareOf(result, 0)).toBeGreaterThan(0.97);
  });

  test("weighs a conditional parameter by how many of the best trials have it", () => {
    const space = (choices: string[]) =>
      spaceOf([
        { name: "model", type: "categorical", choices },
        { name: "x", type: "float", low: 0, high: 1, when: { parameter: "model", in: ["net"] } },
        { name: "y", type: "float", low: 0, high: 1, when: { parameter: "model", in: ["tree"] } },
      ]);
    // The best trials are all nets with a small x; trees are far behind, whatever y is.
    const { problem, trials } = sample(space(["net", "tree"]), 1000, (params) =>
      params.model === "net" ? num(params, "x") : 5 + num(params, "y"),
    );
    const result = pedAnova(problem, trials, {}, rngOf("regime"));
    expect(order(result)).toEqual([1, 0, 2]);
    expect(shareOf(result, 2)).toBe(0);
  });

  test("adds up to one", () => {
    const { problem, trials } = sample(SPACES.conditional, 300, (params) => Object.keys(params).length);
    const { parameters } = pedAnova(problem, trials, {}, rngOf("sum"));
    expect(parameters.reduce((sum, { importance }) => sum + importance, 0)).toBeCloseTo(1, 12);
  });
});

describe.each([
  ["fANOVA", fanova],
  ["PED-ANOVA", pedAnova],
])("%s", (_, evaluate) => {
  test("is the same again from the same trials and numbers", () => {
    const { problem, trials } = sample(SPACES.mixed, 60, (params) => num(params, "lr"));
    const result = () => evaluate(problem, trials, {}, rngOf("same"));
    expect(result()).toEqual(result());
  });

  test("has intervals around its estimates that narrow as trials come", () => {
    const width = (count: number) => {
      const { problem, trials } = sample(
        cube(3),
        count,
        (params) => num(params, "x0") + 0.7 * num(params, "x1") + 0.4 * Math.sin(40 * num(params, "x2")),
      );
      const { parameters } = evaluate(problem, trials, {}, rngOf("width"));
      for (const { importance, low, high } of parameters) {
        expect(low).toBeLessThanOrEqual(importance);
        expect(high).toBeGreaterThanOrEqual(importance);
      }
      return Math.max(...parameters.map(({ low, high }) => high - low));
    };
    expect(width(1000)).toBeLessThan(0.6 * width(40));
  });

  test.each([0, 1, 5, 19])("says that it is too early with %i trials", (count) => {
    const { problem, trials } = sample(cube(2), count, f2);
    const result = evaluate(problem, trials, {}, rngOf("early"));
    expect(result.verdict).toBe("too-early");
    expect(result.text).toContain(`${count} so far, ${20 - count} more to go`);
    for (const { importance, low, high } of result.parameters) {
      expect([importance, low, high].every((value) => value >= 0 && value <= 1)).toBe(true);
    }
  });

  test("says that it is too early while noise is all there is", () => {
    const noise = rngOf("noise");
    const { problem, trials } = sample(cube(3), 25, () => noise());
    const { verdict, text, parameters } = evaluate(problem, trials, {}, rngOf("noisy"));
    expect(verdict).toBe("too-early");
    // Intervals shrink with the square root of the trials; up to 0.4 they are narrow enough.
    const widest = Math.max(...parameters.map(({ low, high }) => high - low));
    expect(text).toContain(`About ${Math.ceil(25 * ((widest / 0.4) ** 2 - 1))} more finished trials`);
  });

  test("finds nothing where every trial has the same loss", () => {
    const { problem, trials } = sample(cube(2), 60, () => 4);
    const result = evaluate(problem, trials, {}, rngOf("same loss"));
    expect(result.verdict).toBe("too-early");
    expect(result.parameters.map(({ importance }) => importance)).toEqual([0, 0]);
  });

  test.each(Object.entries(SPACES))("gives finite shares on the space %s", (_name, space) => {
    const { problem, trials } = sample(space, 50, (params) => JSON.stringify(params).length);
    const { parameters } = evaluate(problem, trials, {}, rngOf("spaces"));
    expect(parameters.map(({ dimension }) => dimension).sort((a, b) => a - b)).toEqual(
      problem.dimensions.map((_dimension, k) => k),
    );
    for (const { importance, low, high } of parameters) {
      expect([importance, low, high].every((value) => value >= 0 && value <= 1 + 1e-9)).toBe(true);
    }
  });

  test("says which way a number goes, and nothing of one that goes both ways or of a choice", () => {
    const space = spaceOf([
      { name: "rises", type: "float", low: 0, high: 1 },
      { name: "falls", type: "int", low: 0, high: 50 },
      { name: "bowl", type: "float", low: 0, high: 1 },
      { name: "kind", type: "categorical", choices: [0, 1] },
    ]);
    const { problem, trials } = sample(
      space,
      200,
      (params) =>
        num(params, "rises") -
        num(params, "falls") / 50 +
        4 * (num(params, "bowl") - 0.5) ** 2 +
        num(params, "kind"),
    );
    const { parameters } = evaluate(problem, trials, {}, rngOf("direction"));
    const directions = [0, 1, 2, 3].map(
      (k) => parameters.find(({ dimension }) => dimension === k)!.direction,
    );
    expect(directions).toEqual(["up", "down", null, null]);
  });
});
