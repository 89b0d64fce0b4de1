import { describe, expect, test } from "vitest";
import { cmaes } from "../../../algorithms/cmaes/index.ts";
import type { Point, Problem } from "../../../core/algorithm.ts";
import { createProblem, type ProblemOptions } from "../../../core/problem.ts";
import type { SearchSpace } from "../../../core/space.ts";
import { type Ending, type Plan, play, rngOf } from "../../support/play-search.ts";
import { SPACES, spaceOf } from "../../support/spaces.ts";

const floats = (count: number): SearchSpace =>
  spaceOf(
    Array.from({ length: count }, (_, i) => ({ name: `x${i}`, type: "float", low: 0, high: 1 }) as const),
  );

function problemOf(space: SearchSpace, options: Partial<ProblemOptions> = {}): Problem {
  const plain = { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, seed: 3, fidelity: null };
  return createProblem(space, { ...plain, ...options });
}

/** The least loss that a run reaches. */
function bestOf(problem: Problem, loss: (point: Point) => number, plan: Plan, config: object = {}): number {
  let best = Number.POSITIVE_INFINITY;
  const ending: Ending = (_problem, trial, point) => {
    const value = loss(point);
    if (plan.ending?.(problem, trial, point).cause === "failed") return { losses: null, cause: "failed" };
    best = Math.min(best, value);
    return { losses: [value], cause: "completed" };
  };
  play(cmaes.create(problem, cmaes.config.parse(config)), problem, { ...plan, ending });
  return best;
}

const ellipsoid = (point: Point) => point.reduce<number>((sum, x, i) => sum + 10 ** i * (x! - 0.4) ** 2, 0);
const plain = { candidates: 1 };

describe("cmaes", () => {
  test("converges on an ill-conditioned function, one trial at a time", () => {
    expect(bestOf(problemOf(floats(4)), ellipsoid, { trials: 600 }, plain)).toBeLessThan(1e-6);
  });

  test("loses no result to parallelism: with eight workers it converges too", () => {
    const problem = problemOf(floats(4), { parallelism: 8 });
    expect(bestOf(problem, ellipsoid, { trials: 700, parallel: 8 }, plain)).toBeLessThan(1e-6);
  });

  test("converges although every fourth trial fails", () => {
    const ending: Ending = (_problem, trial) =>
      trial % 4 === 0 ? { losses: null, cause: "failed" } : { losses: [0], cause: "completed" };
    expect(bestOf(problemOf(floats(3)), ellipsoid, { trials: 500, ending }, plain)).toBeLessThan(1e-5);
  });

  test("choosing among samples by a model needs fewer trials than plain sampling", () => {
    const reached = (candidates: number) =>
      [1, 2, 3].map((seed) =>
        bestOf(problemOf(floats(4), { seed }), ellipsoid, { trials: 150 }, { candidates }),
      );
    expect(Math.max(...reached(8))).toBeLessThan(Math.min(...reached(1)));
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
    expect(bestOf(problemOf(space), loss, { trials: 250 })).toBeLessThan(1e-3);
  });

  test("is not trapped on the border of a small integer range", () => {
    const space = spaceOf([
      { name: "m", type: "int", low: 0, high: 1 },
      { name: "x", type: "float", low: 0, high: 1 },
    ]);
    // m = 0 looks better from the start; only close to x = 0.9 is m = 1 the better one.
    const loss = ([m, x]: Point) => (m! > 0.5 ? 10 * (x! - 0.9) ** 2 : 0.2 + (x! - 0.8) ** 2);
    expect(bestOf(problemOf(space), loss, { trials: 300 }, plain)).toBeLessThan(0.01);
  });

  test("conditional coordinates that are seldom active do not hold back the others", () => {
    const problem = problemOf(SPACES.conditional);
    const loss = ([model, , layers, , lr]: Point) =>
      model === 2 ? (lr! - 0.35) ** 2 + (layers! > 0.6 ? 0 : 0.1) : 1;
    expect(bestOf(problem, loss, { trials: 200 })).toBeLessThan(0.001);
  });

  test("restarts once a run has converged, and says so", () => {
    const problem = problemOf(floats(1));
    const ending: Ending = (_problem, _trial, [x]) => ({ losses: [(x! - 0.5) ** 2], cause: "completed" });
    const search = cmaes.create(problem, cmaes.config.parse({ ...plain, restarts: "ipop" }));
    const run = play(search, problem, { trials: 700, ending });
    const runs = run.starts.map(({ why }) => why.inputs.run);
    expect(runs).toContain(1);
    expect(run.starts.at(-1)!.why.text).toContain("of restart");
    const single = cmaes.create(problem, cmaes.config.parse({ ...plain, restarts: "none" }));
    const whole = play(single, problem, { trials: 700, ending });
    expect(whole.starts.every(({ why }) => why.inputs.run === undefined || why.inputs.run === 0)).toBe(true);
  });

  test("starts from the best tenth of another method's trials when told that they are there", () => {
    const problem = problemOf(floats(3));
    const search = cmaes.create(problem, cmaes.config.parse({ ...plain, warmStartTrials: 100 }));
    for (let trial = 0; trial < 100; trial++) {
      const rng = rngOf(problem, trial);
      const point = [rng(), rng(), rng()];
      search.observe({ type: "scheduled", trial, point, budget: null });
      const losses = [point.reduce((sum, x) => sum + (x - 0.8) ** 2, 0)];
      search.observe({ type: "finished", trial, losses, violations: [], cause: "completed" });
    }
    const points = Array.from({ length: 50 }, (_, k) => {
      const suggestion = search.suggest(rngOf(problem, 100 + k));
      return suggestion.type === "start" ? suggestion.point : [];
    });
    const mean = points.reduce((sum, point) => sum + point[0]!, 0) / points.length;
    expect(mean).toBeGreaterThan(0.65);
  });

  test("explains a sample by its generation, its step size and the nearest trials", () => {
    const problem = problemOf(floats(3));
    const run = play(cmaes.create(problem, cmaes.config.parse({})), problem, { trials: 40 });
    const { rule, inputs, text } = run.starts.at(-1)!.why;
    expect(rule).toBe("cmaes-sample");
    expect(text).toMatch(/^Sampled from generation \d+ around the mean of the best 3 of 7 .*step size/);
    expect(text).toMatch(/exploits|explores/);
    expect(inputs.nearest).toHaveLength(3);
  });

  test("a replay of 10,000 trials in 20 dimensions takes well under a few seconds", () => {
    const problem = problemOf(floats(20));
    const search = cmaes.create(problem, cmaes.config.parse({}));
    const rng = rngOf(problem, 0);
    const events = Array.from({ length: 10_000 }, () => Array.from({ length: 20 }, rng));
    const before = performance.now();
    for (const [trial, point] of events.entries()) {
      search.observe({ type: "scheduled", trial, point, budget: null });
      search.observe({
        type: "finished",
        trial,
        losses: [point[0]!],
        violations: [],
        cause: "completed",
      });
    }
    search.suggest(rngOf(problem, 10_000));
    // A second on a free machine; the limit allows for a busy one.
    expect(performance.now() - before).toBeLessThan(5_000);
  });
});
