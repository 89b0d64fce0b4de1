import { describe, expect, test } from "vitest";
import { random } from "../../../algorithms/random.ts";
import { sobol } from "../../../algorithms/sobol.ts";
import { turbo } from "../../../algorithms/turbo/index.ts";
import type { Algorithm, Point, Problem } from "../../../core/algorithm.ts";
import { createProblem, type ProblemOptions } from "../../../core/problem.ts";
import type { SearchSpace } from "../../../core/space.ts";
import { type Ending, type Plan, play, type Run, rngOf } from "../../support/play-search.ts";
import { spaceOf } from "../../support/spaces.ts";

const floats = (count: number): SearchSpace =>
  spaceOf(
    Array.from({ length: count }, (_, i) => ({ name: `x${i}`, type: "float", low: 0, high: 1 }) as const),
  );

function problemOf(space: SearchSpace, options: Partial<ProblemOptions> = {}): Problem {
  const plain = { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, seed: 3, fidelity: null };
  return createProblem(space, { ...plain, ...options });
}

const create = (problem: Problem, config: object = {}) => turbo.create(problem, turbo.config.parse(config));

/** Plays with a loss of the point alone, and keeps each trial's. */
function playOn(
  problem: Problem,
  loss: (point: Point, trial: number) => number | null,
  plan: Omit<Plan, "ending">,
  { algorithm = turbo as Algorithm, config = {} } = {},
): Run & { losses: number[]; best: number } {
  const losses: number[] = [];
  const ending: Ending = (_problem, trial, point) => {
    const value = loss(point, trial);
    losses[trial] = value ?? Number.NaN;
    return value === null ? { losses: null, cause: "failed" } : { losses: [value], cause: "completed" };
  };
  const run = play(algorithm.create(problem, algorithm.config.parse(config)), problem, { ...plan, ending });
  return { ...run, losses, best: Math.min(...losses.filter((value) => !Number.isNaN(value))) };
}

const samples = ({ starts }: Run) => starts.filter(({ why }) => why.rule === "turbo-sample");

const ellipsoid = (point: Point) =>
  point.reduce<number>((sum, x, i) => sum + 10 ** (i / 10) * (x! - 0.2 - 0.03 * i) ** 2, 0);

describe("turbo", () => {
  test("on 20 dimensions, 300 trials bring it far closer than random and even sampling", () => {
    const problem = problemOf(floats(20), { maxTrials: 300 });
    const reached = (algorithm: Algorithm) => playOn(problem, ellipsoid, { trials: 300 }, { algorithm }).best;
    const others = Math.min(reached(random as Algorithm), reached(sobol as Algorithm));
    expect(reached(turbo as Algorithm)).toBeLessThan(0.02 * others);
  }, 240_000);

  test("converges with eight workers, each of whom gets a point of its own", () => {
    const problem = problemOf(floats(6), { parallelism: 8 });
    const run = playOn(problem, ellipsoid, { trials: 100, parallel: 8 });
    expect(run.best).toBeLessThan(1e-3);
    expect(new Set(run.starts.map(({ point }) => point.join())).size).toBe(100);
  });

  test("keeps pending trials apart, in more than their last digits", () => {
    const problem = problemOf(floats(4), { parallelism: 8 });
    const search = create(problem);
    play(search, problem, { trials: 12 });
    const points: Point[] = [];
    for (let trial = 12; trial < 20; trial++) {
      const suggestion = search.suggest(rngOf(problem, trial));
      if (suggestion.type !== "start") throw new Error(suggestion.type);
      points.push(suggestion.point);
      search.observe({ type: "scheduled", trial, point: suggestion.point, budget: null });
    }
    for (const [k, a] of points.entries())
      for (const b of points.slice(0, k))
        expect(Math.max(...a.map((x, i) => Math.abs(x! - b[i]!)))).toBeGreaterThan(0.02);
  });

  test("gives the same bits when the log of a parallel study is replayed, at any length", () => {
    const problem = problemOf(floats(5), { parallelism: 4 });
    const run = playOn(problem, ellipsoid, { trials: 60, parallel: 4 });
    for (const { trial, events, suggestion } of run.asked.filter((_, k) => k % 7 === 5)) {
      const rebuilt = create(problem);
      for (const event of run.events.slice(0, events)) rebuilt.observe(event);
      expect(rebuilt.suggest(rngOf(problem, trial))).toStrictEqual(suggestion);
      expect(rebuilt.suggest(rngOf(problem, trial))).toStrictEqual(suggestion);
    }
  });

  test("proposes within the box around its centre, which shrinks where nothing improves", () => {
    const run = playOn(problemOf(floats(2)), (_, trial) => trial, { trials: 60 });
    const boxes = samples(run).map(({ point, why }) => {
      const { side, centre } = why.inputs as { side: number; centre: number };
      const away = point.map((x, i) => Math.abs(x! - run.starts[centre]!.point[i]!));
      return { side, away: Math.max(...away) };
    });
    // A length scale stretches a side to four times its length at most.
    for (const { side, away } of boxes) expect(away).toBeLessThanOrEqual(2 * side);
    expect(new Set(boxes.map(({ side }) => side)).size).toBeGreaterThan(5);
    expect(boxes.filter(({ side }) => side < 0.03).every(({ away }) => away < 0.06)).toBe(true);
  });

  test("starts again with evenly spread points of another region once the box is spent, and says so", () => {
    const run = playOn(problemOf(floats(2)), (_, trial) => trial, { trials: 60 });
    const starts = run.starts.filter(({ why }) => why.rule === "turbo-start");
    expect(starts.length).toBeGreaterThanOrEqual(5);
    expect(starts[0]!.why.text).toMatch(/^Point 1 of 5 .* starts again in trust region 2/);
    const coordinates = starts.slice(0, 5).map(({ point }) => point[0]!);
    expect(Math.max(...coordinates) - Math.min(...coordinates)).toBeGreaterThan(0.4);
    const first = run.starts.indexOf(starts[0]!);
    const next = samples(run).find((sample) => run.starts.indexOf(sample) > first)!;
    // Its centre is one of its own trials, although the first region had better ones.
    expect(next.why.inputs).toMatchObject({ region: 2, side: 0.8 });
    expect(next.why.inputs.centre).toBeGreaterThanOrEqual(first);
  });

  test("a later region finds the optimum that the first one missed", () => {
    const bowl = (point: Point, at: number) => 5 * point.reduce<number>((sum, x) => sum + (x! - at) ** 2, 0);
    const trap = (point: Point) => Math.min(0.2 + bowl(point, 0.4), bowl(point, 0.9));
    const run = playOn(problemOf(floats(2), { seed: 1 }), trap, { trials: 90 });
    const second = run.starts.findIndex(({ why }) => why.rule === "turbo-start");
    expect(Math.min(...run.losses.slice(0, second))).toBeGreaterThanOrEqual(0.2);
    expect(run.best).toBeLessThan(1e-3);
  });

  test.each<[string, (point: Point, trial: number) => boolean]>([
    ["every fourth trial fails, wherever it is", (_, trial) => trial % 4 === 0],
    ["trials fail on one side of the optimum", ([, , , x]) => x! > 0.29],
  ])("converges although %s", (_, fails) => {
    const loss = (point: Point, trial: number) => (fails(point, trial) ? null : ellipsoid(point));
    const run = playOn(problemOf(floats(4)), loss, { trials: 70 });
    expect(run.best).toBeLessThan(1e-3);
  });

  test("avoids where trials fail: with the better half of the space failing, most of them succeed", () => {
    const loss = ([x, y]: Point) => (x! < 0.5 ? null : x! + (y! - 0.3) ** 2);
    const run = playOn(problemOf(floats(2)), loss, { trials: 60 });
    expect(run.best).toBeLessThan(0.505);
    const late = run.losses.slice(20);
    expect(late.filter(Number.isNaN).length / late.length).toBeLessThan(0.6);
  });

  test("finds the optimum over integers, choices and floats together", () => {
    const space = spaceOf([
      { name: "n", type: "int", low: 1, high: 20 },
      { name: "m", type: "int", low: 0, high: 1 },
      { name: "kind", type: "categorical", choices: ["a", "b", "c", "d"] },
      { name: "x", type: "float", low: 0, high: 1 },
    ]);
    const loss = ([n, m, kind, x]: Point) =>
      (n! - 0.775) ** 2 + (m! > 0.5 ? 0 : 0.3) + (kind === 2 ? 0 : 0.3) + (x! - 0.2) ** 2;
    expect(playOn(problemOf(space), loss, { trials: 80 }).best).toBeLessThan(1e-3);
  });

  test("goes for the best that satisfies an outcome constraint", () => {
    const problem = problemOf(floats(2), { constraints: 1 });
    const search = create(problem);
    let best = Number.POSITIVE_INFINITY;
    for (let trial = 0; trial < 70; trial++) {
      const suggestion = search.suggest(rngOf(problem, trial));
      if (suggestion.type !== "start") throw new Error(suggestion.type);
      const [x, y] = suggestion.point as [number, number];
      // Without the constraint, x >= 0.6, the best would be x = 0.
      const loss = x + (y - 0.3) ** 2;
      if (x >= 0.6) best = Math.min(best, loss);
      search.observe({ type: "scheduled", trial, point: suggestion.point, budget: null });
      const result = { losses: [loss], violations: [0.6 - x], cause: "completed" } as const;
      search.observe({ type: "finished", trial, ...result });
    }
    expect(best).toBeLessThan(0.62);
  });

  test("looks through a finite space without a point twice", () => {
    const space = spaceOf([
      { name: "n", type: "int", low: 1, high: 9 },
      { name: "kind", type: "categorical", choices: ["a", "b", "c", "d", "e"] },
    ]);
    const run = playOn(problemOf(space), ([n, kind]) => n! + kind!, { trials: 50 });
    expect(new Set(run.starts.map(({ point }) => point.join())).size).toBe(45);
    expect(run.suggestions.at(-1)!.type).toBe("exhausted");
  });

  test("starts from another method's trials when told that they are there", () => {
    const problem = problemOf(floats(3));
    const search = (config: object) => {
      const result = create(problem, config);
      for (let trial = 0; trial < 60; trial++) {
        const rng = rngOf(problem, trial);
        const point = [rng(), rng(), rng()];
        result.observe({ type: "scheduled", trial, point, budget: null });
        const losses = [trial === 20 ? 0 : 1 + ellipsoid(point)];
        result.observe({ type: "finished", trial, losses, violations: [], cause: "completed" });
      }
      return result.suggest(rngOf(problem, 60)).why.inputs;
    };
    expect(search({ warmStartTrials: 60 })).toMatchObject({ region: 1, side: 0.8, centre: 20 });
    // Otherwise what came after trial 20 counts as failures of its box, until that is spent.
    expect(search({})).toMatchObject({ region: 2 });
  });

  test("explains a point by its region, its prospects and the nearest trials", () => {
    const run = playOn(problemOf(floats(3)), ellipsoid, { trials: 40 });
    const { inputs, text } = samples(run).at(-1)!.why;
    expect(text).toMatch(
      /^The lowest of \d+ points around trial #\d+ \(trust region 1, side [\d.]+\) .* improves with probability [\d.e-]+: it (exploits|explores)/,
    );
    expect(text).toMatch(/Nearest finished trials: #\d+, #\d+, #\d+\.$/);
    expect(inputs).toMatchObject({ region: 1, results: 39, pending: 0, acquisition: expect.any(Number) });
    expect(inputs.nearest).toHaveLength(3);
    const aims = samples(run).map(({ why }) => why.inputs.aim);
    expect(new Set(aims)).toEqual(new Set(["exploit", "explore"]));
  });
});
