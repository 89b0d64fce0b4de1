import { describe, expect, test } from "vitest";
import type { TrialRecord } from "../../../algorithms/common/history.ts";
import { attainedAt } from "../../../algorithms/gp/attained.ts";
import { gp } from "../../../algorithms/gp/index.ts";
import type { Output } from "../../../algorithms/gp/outputs.ts";
import { flat } from "../../../algorithms/gp/pin.ts";
import type { Point, Problem, Search, Suggestion } from "../../../core/algorithm.ts";
import { createProblem, type ProblemOptions } from "../../../core/problem.ts";
import { type Rng, studyRng, trialRng } from "../../../core/rng.ts";
import type { SearchSpace } from "../../../core/space.ts";
import { createPosterior } from "../../../math/gp/model.ts";
import { SPACES, spaceOf } from "../../support/spaces.ts";

const PLAIN: ProblemOptions = {
  objectives: 1,
  constraints: 0,
  maxTrials: null,
  parallelism: 1,
  seed: 1,
  fidelity: null,
};
/** Coordinates of the budgets 1, 3, 9 and 27. */
const BUDGETS = [0, 1 / 3, 2 / 3, 1];

/** The problem with the budget as its last dimension. */
function pinned(space: SearchSpace, value: number, options: Partial<ProblemOptions> = {}): Problem {
  const problem = createProblem(space, { ...PLAIN, ...options });
  return {
    ...problem,
    dimensions: [...problem.dimensions, { kind: "continuous", pinned: value }],
    feasible: (point) => problem.feasible(point.slice(0, -1)),
  };
}

function create(problem: Problem): Search {
  return gp.create(problem, gp.config.parse({}));
}

function started(suggestion: Suggestion) {
  if (suggestion.type !== "start") throw new Error(suggestion.type);
  return suggestion;
}

function tell(search: Search, trial: number, point: Point, losses: number[] | null): void {
  const cause = losses === null ? "failed" : "completed";
  search.observe({ type: "scheduled", trial, point, budget: null });
  search.observe({ type: "finished", trial, losses, violations: [], cause });
}

/** Some loss of any point, which falls with the budget. */
function lossOf(point: Point): number {
  const budget = point.at(-1)!;
  const own = point.slice(0, -1).reduce<number>((sum, u, k) => sum + ((u ?? 1) - 0.3 - 0.1 * k) ** 2, 0);
  return own + 1 / (1 + budget);
}

/** Suggestions, each of them observed at a budget that changes from one to the next; one in eleven fails. */
function suggestions(problem: Problem, count: number): Suggestion[] {
  const search = create(problem);
  const made: Suggestion[] = [];
  for (let trial = 0; trial < count; trial++) {
    const suggestion = search.suggest(trialRng(problem.seed, trial, "suggest"));
    made.push(suggestion);
    if (suggestion.type !== "start") break;
    const point = [...suggestion.point.slice(0, -1), BUDGETS[(trial * 7) % 4]!];
    const loss = lossOf(point);
    const losses = Array.from({ length: problem.objectives }, (_, k) => (k === 0 ? loss : -loss));
    tell(search, trial, point, trial % 11 === 5 ? null : losses);
  }
  return made;
}

const FINITE = spaceOf([
  { name: "a", type: "int", low: 1, high: 6 },
  { name: "b", type: "categorical", choices: [true, false] },
]);
const CUBE = spaceOf(["x", "y", "z"].map((name) => ({ name, type: "float", low: 0, high: 1 })));

describe("every suggestion has the pinned value", () => {
  test.each([
    ["numeric", SPACES.numeric, 1],
    ["mixed", SPACES.mixed, 1 / 3],
    ["conditional", SPACES.conditional, 2 / 3],
    ["constrained", SPACES.constrained, 1],
    ["finite", FINITE, 1],
  ] as const)("in a %s space", (_, space, value) => {
    const problem = pinned(space, value);
    const made = suggestions(problem, 14).filter(({ type }) => type === "start");
    expect(made.some((suggestion) => !started(suggestion).why.rule.includes("initial"))).toBe(true);
    for (const suggestion of made) {
      const { point } = started(suggestion);
      expect(point.at(-1)).toBe(value);
      expect(problem.feasible(point)).toBe(true);
    }
  });

  test("with two objectives", () => {
    const made = suggestions(pinned(SPACES.mixed, 1, { objectives: 2 }), 12);
    expect(started(made.at(-1)!).why.rule).toBe("gp-log-ehvi");
    for (const suggestion of made) expect(started(suggestion).point.at(-1)).toBe(1);
  });
});

test("a configuration that was tried at any budget is not proposed again", () => {
  const made = suggestions(pinned(FINITE, 1), 13);
  const points = made.slice(0, 12).map((suggestion) => JSON.stringify(started(suggestion).point));
  expect(new Set(points).size).toBe(12);
  expect(made[12]!.type).toBe("exhausted");
});

test("results of one configuration at several budgets are one start of the initial design", () => {
  const search = create(pinned(CUBE, 1));
  for (const [trial, budget] of BUDGETS.entries()) tell(search, trial, [0.2, 0.4, 0.6, budget], [1]);
  const { why } = started(search.suggest(studyRng(1, "suggest")));
  expect(why).toMatchObject({ rule: "gp-initial", inputs: { index: 1, results: 4 } });
});

/** loss(x, r) = bowl(x) + decay(x) / r + noise. */
interface Family {
  bowl(x: Point): number;
  decay(x: Point): number;
  noise: number;
}

/** What successive halving by thirds leaves: 60 configurations at budget 1, 20 at 3, 6 at 9, 2 at 27. */
function halvedResults({ bowl, decay, noise }: Family, rng: Rng): { point: Point; loss: number }[] {
  let configurations = Array.from({ length: 60 }, (): Point => [rng(), rng(), rng()]);
  return BUDGETS.flatMap((budget, level) => {
    const results = configurations.map((x) => ({
      point: [...x, budget],
      loss: bowl(x) + decay(x) / 3 ** level + noise * rng(),
    }));
    results.sort((a, b) => a.loss - b.loss);
    configurations = results.slice(0, Math.floor(results.length / 3)).map(({ point }) => point.slice(0, -1));
    return results;
  });
}

function suggestionAfter(problem: Problem, results: readonly { point: Point; loss: number }[]) {
  const search = create(problem);
  for (const [trial, { point, loss }] of results.entries()) tell(search, trial, point, [loss]);
  return started(search.suggest(trialRng(problem.seed, results.length, "suggest")));
}

/** The bowl at a suggestion, its minimum 0 somewhere else in each seed; the mean of twelve seeds. */
function meanBowl(suggest: (family: Family, seed: number) => Point): number {
  const seeds = Array.from({ length: 12 }, (_, index) => index + 1);
  const bowls = seeds.map((seed) => {
    const rng = studyRng(seed, "family");
    const centre = [rng(), rng(), rng()];
    const bowl = (x: Point) => centre.reduce((sum, c, k) => sum + (x[k]! - c) ** 2, 0);
    return bowl(suggest({ bowl, decay: (x) => 2 + x[0]! - x[1]!, noise: 0.01 }, seed));
  });
  return bowls.reduce((sum, value) => sum + value, 0) / seeds.length;
}

describe("of learning curves", () => {
  test("many results at small budgets make better suggestions than the few at large ones alone", () => {
    const all = meanBowl((family, seed) => {
      const results = halvedResults(family, studyRng(seed, "results"));
      return suggestionAfter(pinned(CUBE, 2 / 3), results).point;
    });
    const few = meanBowl((family, seed) => {
      const results = halvedResults(family, studyRng(seed, "results"))
        .filter(({ point }) => point.at(-1)! > 0.5)
        .map(({ point, loss }) => ({ point: point.slice(0, -1), loss }));
      return suggestionAfter(createProblem(CUBE, PLAIN), results).point;
    });
    expect(all).toBeLessThan(0.5 * few);
  });

  test("a budget without any bearing on the losses does no harm", () => {
    const mean = meanBowl((family, seed) => {
      const flat = { ...family, decay: () => 0 };
      return suggestionAfter(pinned(CUBE, 2 / 3), halvedResults(flat, studyRng(seed, "results"))).point;
    });
    expect(mean).toBeLessThan(0.05);
  });
});

test("what was attained is what is believed at the pinned budget, one entry a configuration", () => {
  const rows = [
    [0.2, 0],
    [0.2, 1],
    [0.9, 0],
  ].map((row) => Float64Array.from(row));
  const targets = Float64Array.from([-5, 0.5, -1]);
  const data = { n: 3, d: 2, x: flat(rows), categorical: new Uint8Array(2), y: targets };
  const theta = Float64Array.from([4, 0, 1, -10]);
  const records = rows.map((row, trial) => ({ trial, point: [...row] }) as unknown as TrialRecord);
  const posterior = createPosterior(data, theta);
  const output = { records, rows, targets, posterior } as unknown as Output;
  const known = attainedAt({ dimension: 1, column: 1, value: 1 }, output);
  expect(known.records.map(({ trial }) => trial)).toEqual([1, 2]);
  expect(known.rows.map((row) => [...row])).toEqual([
    [0.2, 1],
    [0.9, 1],
  ]);
  // The -5 of the first, at another budget, is nothing to improve on.
  expect(known.targets[0]).toBeCloseTo(0.5, 2);
  expect(attainedAt(null, output).targets).toBe(targets);
});

test("a running trial at a small budget counts by what it lets one believe of the pinned one", () => {
  const results = halvedResults(
    { bowl: (x) => (x[0]! - 0.5) ** 2 + (x[1]! - 0.5) ** 2, decay: () => -100, noise: 0 },
    studyRng(3, "results"),
  );
  const search = create(pinned(CUBE, 1));
  for (const [trial, { point, loss }] of results.entries()) tell(search, trial, point, [loss]);
  for (const trial of [90, 91])
    search.observe({ type: "scheduled", trial, point: [0.1, trial / 100, 0.5, 0], budget: null });
  const { why, point } = started(search.suggest(trialRng(1, 92, "suggest")));
  expect(why.inputs.pending).toBe(2);
  expect(Math.hypot(point[0]! - 0.5, point[1]! - 0.5)).toBeLessThan(0.3);
});

test("the evidence says for which budget the loss is foretold", () => {
  const made = suggestions(pinned(CUBE, 2 / 3), 9);
  const { why } = started(made.at(-1)!);
  expect(why.inputs).toMatchObject({ budget: 2 / 3 });
  expect(why.text).toMatch(/loss \S+ foretold at the largest compared budget; it (exploits|explores)/);
  const nearest = why.inputs.nearest as number[];
  expect(new Set(nearest).size).toBe(3);
});

test("rebuilt from its log, a search with a pinned dimension goes on as before", () => {
  const problem = pinned(SPACES.mixed, 1);
  const live = create(problem);
  const rng = studyRng(7, "log");
  const log: { point: Point; loss: number }[] = [];
  for (let trial = 0; trial < 25; trial++) {
    const { point } = started(live.suggest(trialRng(1, trial, "suggest")));
    const at = [...point.slice(0, -1), BUDGETS[Math.floor(4 * rng())]!];
    log.push({ point: at, loss: lossOf(at) });
    tell(live, trial, at, [lossOf(at)]);
  }
  const again = create(problem);
  for (const [trial, { point, loss }] of log.entries()) tell(again, trial, point, [loss]);
  const [known, rebuilt] = [live, again].map((search) => search.suggest(trialRng(1, 25, "suggest")));
  expect(rebuilt).toStrictEqual(known);
});
