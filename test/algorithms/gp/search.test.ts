import { describe, expect, test } from "vitest";
import { gp } from "../../../algorithms/gp/index.ts";
import { random } from "../../../algorithms/random.ts";
import type { Algorithm, Point } from "../../../core/algorithm.ts";
import { trialRng } from "../../../core/rng.ts";
import type { Params } from "../../../core/space.ts";
import { hypervolume } from "../../../math/hypervolume.ts";
import { lowestLoss, medianOver, num, optimise } from "../../support/optimise.ts";
import { spaceOf } from "../../support/spaces.ts";

const GP = gp as Algorithm;
const RANDOM = random as Algorithm;
const SEEDS = [1, 2, 3];

const BRANIN = spaceOf([
  { name: "x", type: "float", low: -5, high: 10 },
  { name: "y", type: "float", low: 0, high: 15 },
]);

function branin(params: Params): number {
  const [x, y] = [num(params, "x"), num(params, "y")];
  const bowl = y - (5.1 / (4 * Math.PI ** 2)) * x * x + (5 / Math.PI) * x - 6;
  return bowl * bowl + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10 - 0.397887;
}

const MIXED = spaceOf([
  { name: "lr", type: "float", low: 1e-5, high: 1, scale: "log" },
  { name: "layers", type: "int", low: 1, high: 8 },
  { name: "optimizer", type: "categorical", choices: ["a", "b", "c", "d"] },
  { name: "batch", type: "ordinal", values: [16, 32, 64, 128, 256] },
]);

function mixed(params: Params): number {
  const rate = (Math.log10(num(params, "lr")) + 2.7) ** 2 / 4;
  const depth = ((num(params, "layers") - 5) / 7) ** 2;
  const penalty = { a: 0.3, b: 0, c: 0.6, d: 0.2 }[params.optimizer as string]!;
  return rate + depth + penalty + ((Math.log2(num(params, "batch")) - 6) / 4) ** 2;
}

describe("a Gaussian process search", () => {
  test("finds a minimum of the Branin function to three digits in 40 trials", () => {
    const regret = medianOver(SEEDS, (seed) =>
      lowestLoss(optimise(GP, BRANIN, (params) => ({ losses: [branin(params)] }), { seed })),
    );
    expect(regret).toBeLessThan(1e-3);
  });

  test("finds the best of numbers, levels and choices alike", () => {
    const regret = (algorithm: Algorithm) =>
      medianOver(SEEDS, (seed) =>
        lowestLoss(optimise(algorithm, MIXED, (params) => ({ losses: [mixed(params)] }), { seed })),
      );
    expect(regret(GP)).toBeLessThan(0.01);
    expect(regret(GP)).toBeLessThan(0.2 * regret(RANDOM));
  });

  test("keeps near the minima through noise that hides them", () => {
    const regret = medianOver(SEEDS, (seed) => {
      const run = optimise(
        GP,
        BRANIN,
        (params, trial) => ({ losses: [branin(params) + 4 * (trialRng(seed, trial, "noise")() - 0.5)] }),
        { seed, maxTrials: 50 },
      );
      const later = run.trials.slice(-20);
      return medianOver([...later.keys()], (index) => branin(later[index]!.params));
    });
    expect(regret).toBeLessThan(6);
  });

  test("keeps to where outcome constraints hold, which it has to find out", () => {
    const run = optimise(
      GP,
      BRANIN,
      (params) => ({ losses: [branin(params)], violations: [num(params, "x") + 1] }),
      { constraints: 1 },
    );
    const later = run.trials.slice(20);
    expect(later.filter(({ params }) => num(params, "x") <= -1).length).toBeGreaterThan(0.6 * later.length);
    // The minimum at (-pi, 12.275) is the only one that is allowed.
    expect(lowestLoss(run)).toBeLessThan(0.05);
  });

  test("goes to the likeliest feasible places while nothing is feasible", () => {
    const run = optimise(
      GP,
      BRANIN,
      (params) => ({
        losses: [branin(params)],
        violations: [Math.abs(num(params, "x") - 7) + Math.abs(num(params, "y") - 12) - 1],
      }),
      { constraints: 1, maxTrials: 25 },
    );
    const { trials } = run;
    expect(trials.some(({ why }) => why.rule === "gp-feasibility")).toBe(true);
    expect(trials.some(({ ending }) => ending.violations![0]! <= 0)).toBe(true);
  });

  test("learns to keep away from where trials fail", () => {
    const run = optimise(GP, BRANIN, (params) =>
      num(params, "x") > 2 ? { losses: null, cause: "failed" } : { losses: [branin(params)] },
    );
    const failed = (trials: typeof run.trials) =>
      trials.filter(({ ending }) => ending.losses === null).length / trials.length;
    expect(failed(run.trials.slice(0, 8))).toBeGreaterThan(0.2);
    expect(failed(run.trials.slice(20))).toBeLessThan(0.4);
    expect(lowestLoss(run)).toBeLessThan(0.05);
  });

  test("learns from pruned trials that they were no better than most", () => {
    const problem = optimise(GP, BRANIN, (params) => ({ losses: [branin(params)] }), { maxTrials: 12 });
    const { search } = problem;
    const worst = [0.9, 0.9];
    search.observe({ type: "scheduled", trial: 12, point: worst, budget: null });
    search.observe({ type: "observed", trial: 12, step: 1, losses: [1e-9] });
    search.observe({ type: "finished", trial: 12, losses: null, violations: [], cause: "pruned" });
    const suggestion = search.suggest(trialRng(1, 13, "suggest"));
    if (suggestion.type !== "start") throw new Error(suggestion.type);
    // A tiny first loss that was pruned all the same is no incumbent.
    expect(suggestion.why.inputs.results).toBe(12);
    expect(Math.hypot(...suggestion.point.map((u, k) => u! - worst[k]!))).toBeGreaterThan(0.05);
  });

  test.each([2, 3, 5])("covers the front of %i objectives better than random search", (count) => {
    const names = ["a", "b", "c", "d", "e", "f"];
    const space = spaceOf(names.map((name) => ({ name, type: "float", low: 0, high: 1 })));
    const centres = [
      [0.1, 0.1],
      [0.9, 0.2],
      [0.5, 0.9],
      [0.3, 0.5],
      [0.7, 0.6],
    ].slice(0, count);
    // What is away from the middle in the other four parameters costs in every loss.
    const train = (params: Params) => {
      const [x, y, ...others] = names.map((name) => num(params, name));
      const rest = others.reduce((sum, value) => sum + (value - 0.5) ** 2, 0);
      return { losses: centres.map(([a, b]) => (x! - a!) ** 2 + (y! - b!) ** 2 + rest) };
    };
    const volume = (algorithm: Algorithm) => {
      const { trials } = optimise(algorithm, space, train, { objectives: count, maxTrials: 40 });
      return hypervolume(
        trials.map(({ ending }) => ending.losses!),
        new Array<number>(count).fill(1.2),
      );
    };
    expect(volume(GP)).toBeGreaterThan(1.1 * volume(RANDOM));
  });

  test("keeps many parallel suggestions apart", () => {
    const { search } = optimise(GP, BRANIN, (params) => ({ losses: [branin(params)] }), {
      maxTrials: 20,
      parallelism: 12,
    });
    const points: Point[] = [];
    for (let trial = 20; trial < 32; trial++) {
      const suggestion = search.suggest(trialRng(1, trial, "suggest"));
      if (suggestion.type !== "start") throw new Error(suggestion.type);
      points.push(suggestion.point);
      search.observe({ type: "scheduled", trial, point: suggestion.point, budget: null });
    }
    const nearest = points.map((a, i) =>
      Math.min(...points.flatMap((b, j) => (i === j ? [] : [Math.hypot(...a.map((u, k) => u! - b[k]!))]))),
    );
    expect(Math.min(...nearest)).toBeGreaterThan(0.005);
  });

  test("goes by how good a point could be in half of its suggestions among choices, beside running trials alone", () => {
    const choices = ["a", "b", "c", "d", "e"];
    const space = spaceOf([
      { name: "p", type: "categorical", choices },
      { name: "q", type: "categorical", choices },
      { name: "x", type: "float", low: 0, high: 1 },
    ]);
    const train = ({ p, q, x }: Params) => ({
      losses: [(p === "b" ? 0 : 1) + (q === "d" ? 0 : 1) + Number(x)],
    });
    const { search } = optimise(GP, space, train, { maxTrials: 15 });
    const byHope = () => {
      const rules = Array.from({ length: 40 }, (_, i) => search.suggest(trialRng(i, 15, "suggest")).why.rule);
      return rules.filter((rule) => rule === "gp-lower-bound").length;
    };
    expect(byHope()).toBe(0);
    search.observe({ type: "scheduled", trial: 15, point: [0, 0, 0.5], budget: null });
    expect(byHope()).toBeGreaterThan(10);
    expect(byHope()).toBeLessThan(30);
  });

  test("says what it expects, whether it explores, and which trials are near", () => {
    const { trials } = optimise(GP, BRANIN, (params) => ({ losses: [branin(params)] }));
    const { why } = trials.at(-1)!;
    expect(why).toMatchObject({
      rule: expect.stringMatching(/^gp-/),
      inputs: {
        acquisition: expect.any(Number),
        predicted: [expect.any(Number)],
        nearest: [expect.any(Number), expect.any(Number), expect.any(Number)],
        exploring: expect.any(Boolean),
      },
      text: expect.stringMatching(/foretold; it (exploits|explores): .*Nearest: trial \d+/),
    });
  });

  test("goes on by its model where the best branch of a conditional space has few points, all tried", () => {
    const space = spaceOf([
      { name: "augment", type: "categorical", choices: ["none", "mixup", "cutmix"] },
      {
        name: "alpha",
        type: "float",
        low: 0.1,
        high: 2,
        when: { parameter: "augment", in: ["mixup", "cutmix"] },
      },
      { name: "layers", type: "int", low: 1, high: 4 },
    ]);
    const { trials } = optimise(GP, space, (params) => {
      const cost = params.augment === "none" ? 0 : 0.15 + 0.1 * (num(params, "alpha") - 1) ** 2;
      return { losses: [cost + 0.02 * (num(params, "layers") - 3) ** 2] };
    });
    expect(trials.map(({ why }) => why.rule)).not.toContain("gp-fallback");
  });

  test("rebuilt from a log in which trials were pruned and run again, it goes on as before", () => {
    const run = optimise(GP, BRANIN, (params, trial) =>
      trial % 4 === 1
        ? { losses: null, cause: trial % 8 === 1 ? "pruned" : "failed" }
        : { losses: [branin(params)] },
    );
    const { search, problem, trials } = run;
    const again = gp.create(problem, gp.config.parse({}));
    for (const [trial, { point, ending }] of trials.entries()) {
      const { losses, violations = [], cause = "completed" } = ending;
      again.observe({ type: "scheduled", trial, point, budget: null });
      again.observe({ type: "finished", trial, losses, violations, cause });
    }
    for (const known of [search, again]) {
      const { point } = trials[5]!;
      known.observe({ type: "scheduled", trial: 5, point, budget: null });
      known.observe({
        type: "finished",
        trial: 5,
        losses: [branin(trials[5]!.params)],
        violations: [],
        cause: "completed",
      });
    }
    for (const trial of [40, 41]) {
      const [live, rebuilt] = [search, again].map((known) => known.suggest(trialRng(1, trial, "suggest")));
      expect(rebuilt).toStrictEqual(live);
    }
  });
});
