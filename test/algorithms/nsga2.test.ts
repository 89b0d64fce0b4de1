import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrialRecord } from "../../algorithms/common/history.ts";
import {
  createGenerations,
  rankFeasibleFirst,
  surviveByCrowding,
} from "../../algorithms/evolution/generations.ts";
import { populationSize } from "../../algorithms/evolution/genetic-search.ts";
import {
  completeGenotype,
  makeChild,
  mutate,
  simulatedBinary,
} from "../../algorithms/evolution/variation.ts";
import { nsga2 } from "../../algorithms/nsga2.ts";
import { random } from "../../algorithms/random.ts";
import type { Point, Problem, TrialEvent } from "../../core/algorithm.ts";
import { levelAt } from "../../core/dimension.ts";
import { createProblem } from "../../core/problem.ts";
import { trialRng } from "../../core/rng.ts";
import { hypervolume } from "../../math/hypervolume.ts";
import { play } from "../support/play-search.ts";
import { SPACES, spaceOf } from "../support/spaces.ts";

const options = { objectives: 2, constraints: 0, maxTrials: 300, parallelism: 4, seed: 1, fidelity: null };
const VARIATION = { crossover: 1, crossoverEta: 20, mutation: null, mutationEta: 20 };

const member = (trial: number, losses: number[], violation = 0) => ({ trial, point: [], losses, violation });
const completed = (trial: number, losses: number[], violations: number[] = []): TrialRecord => ({
  trial,
  point: [0.5],
  budget: null,
  status: "completed",
  losses,
  violations,
  last: null,
});

describe("survival", () => {
  test("takes whole fronts, and of the last one the least crowded", () => {
    const front = [
      [0, 10],
      [1, 9],
      [1.1, 8.9],
      [5, 5],
      [10, 0],
    ].map((losses, trial) => member(trial, losses));
    const dominated = member(5, [11, 11]);
    const kept = surviveByCrowding([dominated, ...front], 4, 0).map(({ trial }) => trial);
    expect(kept.sort()).toEqual([0, 2, 3, 4]);
  });

  test("puts feasible members first, then those that break less, whatever their losses", () => {
    const members = [member(0, [0, 0], 3), member(1, [9, 9]), member(2, [0, 0], 1), member(3, [8, 9])];
    const fronts = rankFeasibleFirst(members).map((front) => front.map(({ trial }) => trial));
    expect(fronts).toEqual([[3], [1], [2], [0]]);
  });

  test("keeps the best that ever completed, and never one that failed or was pruned", () => {
    const generations = createGenerations(4, surviveByCrowding);
    for (let trial = 0; trial < 40; trial++) {
      const loss = 1 + ((trial * 17) % 40);
      generations.add(completed(trial, [loss]));
      generations.add({ ...completed(100 + trial, [0]), status: "pruned" });
      generations.add({ ...completed(200 + trial, [0]), status: "failed", losses: null });
    }
    expect(generations.population().map(({ losses }) => losses[0])).toEqual([1, 2, 3, 4]);
    expect(generations.count()).toBe(10);
  });

  test("a trial that completes again takes its own place", () => {
    const generations = createGenerations(4, surviveByCrowding);
    generations.add(completed(0, [1]));
    generations.add(completed(0, [5]));
    expect(generations.population().map(({ losses }) => losses)).toEqual([[5]]);
  });
});

describe("a child", () => {
  const conditional = createProblem(SPACES.conditional, options);

  test("completes coordinates that become active from the other parent, else from the prior", () => {
    const net: Point = [2, null, 0.5, 0.25, 0.9];
    const linear: Point = [0, null, null, null, null];
    const genotype = completeGenotype(conditional, [linear, net], trialRng(1, 0, "test"));
    expect(genotype[0]).toBe(0);
    expect(genotype.slice(2)).toEqual([0.5, 0.25, 0.9]);
    expect(genotype[1]).toBeGreaterThan(0);
  });

  test("is a point of the space: inactive coordinates null, levels at their positions", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (trial) => {
        for (const space of [SPACES.conditional, SPACES.mixed, SPACES.numeric]) {
          const problem = createProblem(space, { ...options, seed: trial });
          const parents = play(random.create(problem, { repeats: true }), problem, { trials: 2 });
          const [a, b] = parents.starts.map(({ point }) => point) as [Point, Point];
          const made = makeChild(problem, [a, b], VARIATION, trialRng(2, trial, "test"));
          for (const { point } of [made, made.again()]) expectCanonical(problem, point);
        }
      }),
      { numRuns: 100 },
    );
  });

  test("mutates one active parameter on average, and an ordered one always to another level", () => {
    const problem = createProblem(SPACES.mixed, options);
    const rng = trialRng(3, 0, "test");
    let changes = 0;
    for (let i = 0; i < 2000; i++) {
      const before = [1, 0.375, 0.25, 0.5, 0.5];
      const after = [...before];
      const mutated = mutate(problem, after, VARIATION, rng);
      changes += mutated.length;
      for (const k of mutated) expect(after[k]).not.toBe(before[k]);
    }
    expect(changes / 2000).toBeCloseTo(1, 0.9);
  });

  test("of simulated binary crossover lies in [0, 1] and as near its parents as eta says", () => {
    const rng = trialRng(4, 0, "test");
    const distance = (eta: number) => {
      let sum = 0;
      for (let i = 0; i < 5000; i++) {
        const x = simulatedBinary(0.4, 0.6, eta, rng);
        expect(x >= 0 && x <= 1).toBe(true);
        sum += Math.min(Math.abs(x - 0.4), Math.abs(x - 0.6));
      }
      return sum / 5000;
    };
    expect(distance(2)).toBeGreaterThan(2 * distance(20));
    for (const parents of [
      [0, 1],
      [0, 1e-300],
      [1 - 2 ** -53, 1],
    ] as const) {
      const x = simulatedBinary(parents[0], parents[1], 20, rng);
      expect(x >= 0 && x <= 1).toBe(true);
    }
  });
});

describe("nsga2", () => {
  test("covers ZDT1's front far better than random points, with eight at once", () => {
    const space = spaceOf(
      Array.from({ length: 8 }, (_, i) => ({ name: `x${i}`, type: "float", low: 0, high: 1 })),
    );
    const problem = createProblem(space, options);
    const volumeOf = (search: ReturnType<typeof nsga2.create>) => {
      const losses: number[][] = [];
      const ending = (_: Problem, __: number, point: Point) => {
        const x = point as number[];
        const g = 1 + (9 * x.slice(1).reduce((a, b) => a + b, 0)) / (x.length - 1);
        losses.push([x[0]!, g * (1 - Math.sqrt(x[0]! / g))]);
        return { losses: losses.at(-1)!, cause: "completed" as const };
      };
      play(search, problem, { trials: 300, parallel: 8, ending });
      return hypervolume(losses, [1.1, 5]);
    };
    const ours = volumeOf(nsga2.create(problem, nsga2.config.parse({})));
    expect(ours).toBeGreaterThan(volumeOf(random.create(problem, { repeats: false })) + 0.5);
  });

  test("says which trials a child comes from, and these are its parents in the log", () => {
    const problem = createProblem(SPACES.numeric, options);
    const run = play(nsga2.create(problem, nsga2.config.parse({ population: 10 })), problem, { trials: 40 });
    const children = run.starts.filter(({ why }) => why.rule === "nsga2");
    expect(children.length).toBeGreaterThan(20);
    for (const { point, why } of children) {
      const { parents, mutated } = why.inputs as { parents: number[]; mutated: number[] };
      for (const trial of parents) expect(why.text).toContain(String(trial));
      const points = parents.map((trial) => pointOf(run.events, trial));
      if (points.length === 2) continue;
      const changed = point.flatMap((x, k) => (x === points[0]![k] ? [] : [k]));
      expect(mutated).toEqual(expect.arrayContaining(changed));
    }
  });

  test("keeps 50 members, fewer where the budget is small", () => {
    expect([null, 1000, 100, 12].map((maxTrials) => populationSize(null, maxTrials))).toEqual([
      50, 50, 25, 10,
    ]);
    expect(populationSize(7, 1000)).toBe(7);
  });
});

function pointOf(events: readonly TrialEvent[], trial: number): Point {
  const scheduled = events.find((event) => event.type === "scheduled" && event.trial === trial);
  return (scheduled as Extract<TrialEvent, { type: "scheduled" }>).point;
}

function expectCanonical({ dimensions, activity }: Problem, point: Point): void {
  for (const [k, dimension] of dimensions.entries()) {
    const x = point[k]!;
    const rule = activity.find(({ child }) => child === k);
    if (rule === undefined) expect(x).not.toBeNull();
    else if (point[rule.parent] === null) expect(x).toBeNull();
    if (x === null) continue;
    if (dimension.kind === "ordered") expect(levelAt(dimension, x)).toBeLessThan(dimension.levels);
    if (dimension.kind === "categorical") expect(Number.isInteger(x) && x < dimension.choices).toBe(true);
    expect(x).toBeGreaterThanOrEqual(0);
    if (dimension.kind !== "categorical") expect(x).toBeLessThanOrEqual(1);
  }
}
