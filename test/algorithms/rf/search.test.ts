import { describe, expect, test } from "vitest";
import type { TrialRecord } from "../../../algorithms/common/history.ts";
import { random } from "../../../algorithms/random.ts";
import { checkpoint, rate } from "../../../algorithms/rf/data.ts";
import { rf } from "../../../algorithms/rf/index.ts";
import { drawScalarisation } from "../../../algorithms/rf/scalarise.ts";
import type { Algorithm, FinishCause, Point, Problem, Search } from "../../../core/algorithm.ts";
import { createEncoder } from "../../../core/encode.ts";
import { createProblem, type ProblemOptions } from "../../../core/problem.ts";
import { studyRng, trialRng } from "../../../core/rng.ts";
import type { Params, SearchSpace } from "../../../core/space.ts";
import { normalQuantile } from "../../../math/normal.ts";
import { spaceOf } from "../../support/spaces.ts";

const PLAIN: ProblemOptions = {
  objectives: 1,
  constraints: 0,
  maxTrials: 60,
  parallelism: 1,
  seed: 1,
  fidelity: null,
};

interface Ending {
  losses: number[] | null;
  violations?: number[];
  cause?: FinishCause;
}

interface Played {
  trials: { params: Params; point: Point; ending: Ending; rule: string; why: unknown }[];
  search: Search;
  problem: Problem;
}

function play(
  algorithm: Algorithm,
  space: SearchSpace,
  f: (params: Params, trial: number) => Ending,
  options: Partial<ProblemOptions> = {},
): Played {
  const problem = createProblem(space, { ...PLAIN, ...options });
  const encoder = createEncoder(space);
  const search = algorithm.create(problem, algorithm.config.parse({}));
  const trials: Played["trials"] = [];
  for (let trial = 0; trial < problem.maxTrials!; trial++) {
    const suggestion = search.suggest(trialRng(problem.seed, trial, "suggest"));
    if (suggestion.type !== "start") break;
    const { point, why } = suggestion;
    const params = encoder.decode(point);
    const ending = f(params, trial);
    const { losses, violations = [], cause = "completed" } = ending;
    search.observe({ type: "scheduled", trial, point, budget: null });
    search.observe({ type: "finished", trial, losses, violations, cause });
    trials.push({ params, point, ending, rule: why.rule, why });
  }
  return { trials, search, problem };
}

const num = (params: Params, name: string) => params[name] as number;
const best = ({ trials }: Played) => Math.min(...trials.map(({ ending }) => ending.losses?.[0] ?? 9e9));
const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1]!;

const BRANCHES = spaceOf([
  { name: "model", type: "categorical", choices: ["a", "b", "c"] },
  { name: "lr", type: "float", low: 1e-5, high: 1, scale: "log" },
  { name: "b.depth", type: "int", low: 1, high: 12, when: { parameter: "model", in: ["b"] } },
  { name: "b.rate", type: "float", low: 0, high: 1, when: { parameter: "model", in: ["b"] } },
  { name: "c.width", type: "float", low: 0, high: 1, when: { parameter: "model", in: ["c"] } },
]);

/** Model b is the best, but only near depth 7 and rate 0.8. */
function branches(params: Params): Ending {
  const rate = (Math.log10(num(params, "lr")) + 2.5) ** 2 / 10;
  if (params.model === "a") return { losses: [0.6 + rate] };
  if (params.model === "c") return { losses: [0.5 + rate + num(params, "c.width") / 5] };
  return { losses: [rate + ((num(params, "b.depth") - 7) / 6) ** 2 + (num(params, "b.rate") - 0.8) ** 2] };
}

describe("the forest search", () => {
  test("comes far closer to the best of a conditional space than random search", () => {
    const seeds = [1, 2, 3, 4, 5];
    const regret = (algorithm: Algorithm) =>
      median(seeds.map((seed) => best(play(algorithm, BRANCHES, branches, { seed }))));
    expect(regret(rf)).toBeLessThan(0.4 * regret(random as Algorithm));
  });

  test("mixes random points in, about as often as it says", () => {
    const { trials } = play(rf, BRANCHES, branches, { maxTrials: 150 });
    const later = trials.slice(30).map(({ rule }) => rule);
    const share = later.filter((rule) => rule === "rf-random").length / later.length;
    expect(share).toBeGreaterThan(0.08);
    expect(share).toBeLessThan(0.32);
    expect(new Set(later)).toEqual(new Set(["rf-random", "rf-log-ei"]));
  });

  test("says what it expects, whether it explores, and which trials are near", () => {
    const { trials } = play(rf, BRANCHES, branches);
    const { why } = trials.find(({ rule }) => rule === "rf-log-ei")!;
    expect(why).toMatchObject({
      inputs: { acquisition: expect.any(Number), predicted: expect.any(Number), nearest: expect.any(Array) },
      text: expect.stringMatching(/foretold; it (exploits|explores): .* Nearest: trial \d+/),
    });
  });

  test("keeps parallel suggestions apart", () => {
    const { search, problem } = play(rf, BRANCHES, branches, { seed: 3 });
    const points: Point[] = [];
    for (let trial = 60; trial < 72; trial++) {
      const suggestion = search.suggest(trialRng(3, trial, "suggest"));
      if (suggestion.type !== "start") throw new Error(suggestion.type);
      points.push(suggestion.point);
      search.observe({ type: "scheduled", trial, point: suggestion.point, budget: null });
    }
    expect(new Set(points.map((point) => point.join())).size).toBe(12);
    // Also apart in what they try, not only in the digits.
    const lr = points.map((point) => point[1]!);
    expect(Math.max(...lr) - Math.min(...lr)).toBeGreaterThan(0.02);
    expect(problem.objectives).toBe(1);
  });

  test("learns where trials fail and goes elsewhere", () => {
    const space = spaceOf([
      { name: "x", type: "float", low: 0, high: 1 },
      { name: "y", type: "float", low: 0, high: 1 },
    ]);
    const { trials } = play(rf, space, (params) =>
      num(params, "x") > 0.5
        ? { losses: null, cause: "failed" }
        : { losses: [1 - num(params, "x") + num(params, "y")] },
    );
    const proposed = trials.slice(25).filter(({ rule }) => rule === "rf-log-ei");
    const failed = proposed.filter(({ ending }) => ending.losses === null).length;
    expect(failed / proposed.length).toBeLessThan(0.35);
  });

  test("goes for the best that satisfies an outcome constraint", () => {
    const space = spaceOf([
      { name: "x", type: "float", low: 0, high: 1 },
      { name: "y", type: "float", low: 0, high: 1 },
    ]);
    // Without the constraint (x >= 0.6) the best would be x = 0.
    const f = (params: Params): Ending => ({
      losses: [num(params, "x") + (num(params, "y") - 0.3) ** 2],
      violations: [0.6 - num(params, "x")],
    });
    const { trials } = play(rf, space, f, { constraints: 1, maxTrials: 80 });
    const valid = trials.filter(({ ending }) => ending.violations![0]! <= 0);
    expect(Math.min(...valid.map(({ ending }) => ending.losses![0]!))).toBeLessThan(0.65);
    const late = trials.slice(40).filter(({ rule }) => rule === "rf-log-ei");
    expect(late.filter(({ params }) => num(params, "x") > 0.55).length / late.length).toBeGreaterThan(0.7);
  });

  test("comes closer to the whole front of two objectives than random search, and to both of its ends", () => {
    const space = spaceOf([
      { name: "x", type: "float", low: 0, high: 1 },
      { name: "y", type: "float", low: 0, high: 1 },
      { name: "z", type: "float", low: 0, high: 1 },
    ]);
    const f = (params: Params): Ending => {
      const distance = (num(params, "y") - 0.4) ** 2 + (num(params, "z") - 0.6) ** 2;
      return { losses: [num(params, "x") + 3 * distance, (1 - num(params, "x")) ** 2 + 3 * distance] };
    };
    /** What is reached in nine directions between the two ends, added up over three studies; smaller is better. */
    const reached = (algorithm: Algorithm, shares: number[]) =>
      [1, 2, 3].reduce((sum, seed) => {
        const { trials } = play(algorithm, space, f, { objectives: 2, seed });
        const lowest = shares.map((share) =>
          Math.min(
            ...trials.map(({ ending: { losses } }) => share * losses![0]! + (1 - share) * losses![1]!),
          ),
        );
        return sum + lowest.reduce((total, value) => total + value, 0);
      }, 0);
    const all = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9];
    for (const shares of [all, [0.1], [0.9]]) {
      expect(reached(rf, shares)).toBeLessThan(reached(random as Algorithm, shares));
    }
  });

  test.each([
    ["huge", (trial: number) => (trial % 2 === 0 ? 1e308 : -1e308)],
    ["tiny", (trial: number) => trial * 5e-324],
    ["not finite now and then", (trial: number) => (trial % 3 === 0 ? Number.NaN : trial)],
  ])("goes on by its own proposals with losses that are %s", (_, loss) => {
    const { trials } = play(rf, BRANCHES, (_params, trial) => ({ losses: [loss(trial)] }), { maxTrials: 40 });
    expect(trials).toHaveLength(40);
    expect(trials.slice(20).filter(({ rule }) => rule === "rf-log-ei").length).toBeGreaterThan(10);
  });
});

describe("what the forest learns from", () => {
  const record = (trial: number, ending: Partial<TrialRecord>): TrialRecord => ({
    trial,
    point: [0.5],
    budget: null,
    status: "completed",
    losses: null,
    violations: [],
    last: null,
    ...ending,
  });

  test("a trial without a loss counts as the worst, a pruned one as no better than the median", () => {
    const records = [
      record(0, { losses: [1] }),
      record(1, { losses: [2] }),
      record(2, { losses: [9] }),
      record(3, { status: "failed" }),
      record(4, { status: "pruned", losses: [0.1] }),
      record(5, { status: "pruned", losses: [5] }),
    ];
    const { losses, valid } = rate(records, 0);
    expect(losses).toEqual([1, 2, 9, 9, 2, 5]);
    expect(valid).toEqual([true, true, true, false, true, true]);
  });

  test("it is grown again with each result to 500, and then with each one or two per cent", () => {
    for (let results = 0; results < 500; results++) expect(checkpoint(results)).toBe(results);
    for (let results = 500; results <= 20_000; results += 7) {
      const lag = results - checkpoint(results);
      expect(lag).toBeGreaterThanOrEqual(0);
      expect(lag / results).toBeLessThan(0.021);
    }
    expect(new Set(Array.from({ length: 1000 }, (_, i) => checkpoint(10_000 + i))).size).toBeLessThan(10);
  });

  test("weights of several objectives lie everywhere between the two ends, and at both of them", () => {
    const front = [
      [0, 10],
      [0.5, 5],
      [1, 0],
    ];
    const rng = studyRng(1, "weights");
    const drawn = Array.from({ length: 200 }, () => drawScalarisation([...front, [50, 2000]], rng));
    const first = drawn.map(({ weights }) => weights[0]!);
    for (const end of [0, 1]) expect(first).toContain(end);
    for (let tenth = 0; tenth < 10; tenth++) {
      expect(first.some((weight) => weight > tenth / 10 && weight < (tenth + 1) / 10)).toBe(true);
    }
    // Each point of the front is the best for some weights, and losses off the front do not count in the scale.
    const preferred = drawn.map(({ of }) => front.map(of).indexOf(Math.min(...front.map(of))));
    expect(new Set(preferred)).toEqual(new Set([0, 1, 2]));
    for (const { of, weights } of drawn) expect(of([1, 10])).toBeCloseTo(Math.max(...weights) + 0.05, 12);
  });

  test("the moments of a weighted mix of normal targets are those of many draws of it", () => {
    const rng = studyRng(2, "moments");
    const mix = () =>
      drawScalarisation(
        [
          [0, 1],
          [1, 0],
        ],
        rng,
      );
    const [mean, std] = [
      [0.3, 0.5],
      [0.2, 0.1],
    ];
    for (let repeat = 0; repeat < 10; repeat++) {
      const { of, moments } = mix();
      const draws = Array.from({ length: 20_000 }, () =>
        of(mean.map((value, k) => value + std[k]! * normalQuantile(rng()))),
      );
      const average = draws.reduce((sum, value) => sum + value / draws.length, 0);
      const spread = Math.sqrt(draws.reduce((sum, value) => sum + (value - average) ** 2 / draws.length, 0));
      const told = moments(mean, std);
      expect(Math.abs(told.mean - average)).toBeLessThan(0.5 * spread);
      expect(told.std / spread).toBeGreaterThan(0.5);
      expect(told.std / spread).toBeLessThan(1.6);
    }
  });
});
