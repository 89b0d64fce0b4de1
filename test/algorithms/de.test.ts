import { describe, expect, test } from "vitest";
import { de } from "../../algorithms/de.ts";
import { createSuccessHistory } from "../../algorithms/evolution/success-history.ts";
import { random } from "../../algorithms/random.ts";
import type { Point, Problem, Search, Suggestion } from "../../core/algorithm.ts";
import { createProblem } from "../../core/problem.ts";
import { trialRng } from "../../core/rng.ts";
import { play } from "../support/play-search.ts";
import { spaceOf } from "../support/spaces.ts";

const space = spaceOf(
  Array.from({ length: 5 }, (_, i) => ({ name: `x${i}`, type: "float", low: 0, high: 1 })),
);
const problemOf = (seed = 1) =>
  createProblem(space, {
    objectives: 1,
    constraints: 0,
    maxTrials: 400,
    parallelism: 4,
    seed,
    fidelity: null,
  });

describe("the success history", () => {
  test("draws F in (0, 1] and CR in [0, 1], around 0.5 at first", () => {
    const rng = trialRng(1, 0, "test");
    const draws = Array.from({ length: 2000 }, () => createSuccessHistory(10).draw(rng));
    expect(draws.every(({ f, cr }) => f > 0 && f <= 1 && cr >= 0 && cr <= 1)).toBe(true);
    expect(draws.reduce((sum, { cr }) => sum + cr, 0) / 2000).toBeCloseTo(0.5, 1);
  });

  test("moves to the settings that succeed, weighted by how much, and not to those that fail", () => {
    const history = createSuccessHistory(3);
    for (let i = 0; i < 8; i++) {
      history.record({ f: 0.9, cr: 1 }, Number.MAX_VALUE);
      history.record({ f: 0.8, cr: 0.9 }, Number.MAX_VALUE);
      history.record({ f: 0.1, cr: 0 }, 0);
    }
    const rng = trialRng(1, 1, "test");
    const draws = Array.from({ length: 500 }, () => history.draw(rng));
    const median = (values: number[]) => values.sort((a, b) => a - b)[250]!;
    expect(median(draws.map(({ f }) => f))).toBeCloseTo(0.85, 1);
    expect(median(draws.map(({ cr }) => cr))).toBeCloseTo(0.95, 1);
  });
});

describe("de", () => {
  test.each(["shade", "rand1bin"])("%s comes far nearer to a valley's end than random points", (strategy) => {
    const best = (search: Search, problem: Problem) => {
      let lowest = Number.POSITIVE_INFINITY;
      const ending = (_: Problem, __: number, point: Point) => {
        const loss = rosenbrock(point as number[]);
        lowest = Math.min(lowest, loss);
        return { losses: [loss], cause: "completed" as const };
      };
      play(search, problem, { trials: 400, parallel: 8, ending });
      return lowest;
    };
    const ratios = [1, 2, 3].map((seed) => {
      const problem = problemOf(seed);
      const ours = best(de.create(problem, de.config.parse({ strategy })), problem);
      return ours / best(random.create(problem, { repeats: false }), problem);
    });
    expect(Math.max(...ratios)).toBeLessThan(0.5);
  });

  test("a child takes its target's place only when it is better, in whatever order results come", () => {
    const search = started();
    const [first, second] = [next(search, 8), next(search, 8)];
    expect(second).toEqual(first);
    schedule(search, 8, first);
    const other = next(search, 9);
    schedule(search, 9, other);
    const place = first.why.inputs.place as number;
    finish(search, 9, 1e6);
    finish(search, 8, -1);
    // Eight children later the same place is a target again: it belongs to the better child by now.
    let target: unknown;
    for (let trial = 10; trial <= 16; trial++) {
      const child = next(search, trial);
      if (child.why.inputs.place === place) target = child.why.inputs.target;
      if (trial === 16) break;
      schedule(search, trial, child);
      finish(search, trial, 1e6);
    }
    expect(target).toBe(8);
  });

  test("the winner of a place is not kept out by an earlier child that finishes later", () => {
    const search = started();
    for (let trial = 8; trial < 17; trial++) schedule(search, trial, next(search, trial));
    // Trials 8 and 16 compete for the same place, and the later one finishes first.
    finish(search, 16, -2);
    finish(search, 8, -1);
    const targets = new Set<unknown>();
    for (let trial = 17; trial < 25; trial++) {
      const child = next(search, trial);
      targets.add(child.why.inputs.target);
      schedule(search, trial, child);
    }
    expect(targets.has(16)).toBe(true);
    expect(targets.has(8)).toBe(false);
  });

  test("a good point of other origin takes the worst member's place, a failed child nobody's", () => {
    const search = started();
    schedule(search, 8, { point: [0.11, 0.22, 0.33, 0.44, 0.55] });
    finish(search, 8, -5);
    const failing = next(search, 9);
    schedule(search, 9, failing);
    search.observe({ type: "finished", trial: 9, losses: null, violations: [], cause: "failed" });
    const targets = new Set<unknown>();
    for (let trial = 10; trial < 18; trial++) {
      const child = next(search, trial);
      targets.add(child.why.inputs.target);
      schedule(search, trial, child);
    }
    expect(targets.has(8)).toBe(true);
    // Trial 7 was the worst of the first eight.
    expect(targets.has(7)).toBe(false);
    expect(targets.has(9)).toBe(false);
  });
});

type Start = Extract<Suggestion, { type: "start" }>;

/** A population of eight, of which the later trials are the worse. */
function started() {
  const search = de.create(problemOf(), de.config.parse({ population: 8 }));
  for (let trial = 0; trial < 8; trial++) {
    schedule(search, trial, next(search, trial));
    finish(search, trial, trial);
  }
  return search;
}

function next(search: Search, trial: number): Start {
  return search.suggest(trialRng(1, trial, "suggest")) as Start;
}

function schedule(search: Search, trial: number, { point }: { point: Point }): void {
  search.observe({ type: "scheduled", trial, point, budget: null });
}

function finish(search: Search, trial: number, loss: number): void {
  search.observe({ type: "finished", trial, losses: [loss], violations: [], cause: "completed" });
}

function rosenbrock(unit: readonly number[]): number {
  const x = unit.map((value) => 4 * value - 1.3);
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1]! - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2;
  return sum;
}
