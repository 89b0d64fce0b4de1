import { describe, expect, test } from "vitest";
import { random } from "../../../algorithms/random.ts";
import { tpe } from "../../../algorithms/tpe/index.ts";
import type { Algorithm, Dimension, Point, Problem, Search, Suggestion } from "../../../core/algorithm.ts";
import { trialRng } from "../../../core/rng.ts";
import { problemOf } from "./problems.ts";

const floats = (count: number): Dimension[] => Array.from({ length: count }, () => ({ kind: "continuous" }));

type Objective = (point: Point) => { losses: number[] | null; violations?: number[] };

interface Trial {
  point: Point;
  losses: number[] | null;
  why: Extract<Suggestion, { type: "start" }>["why"];
}

/** Asks, runs, tells, one by one. */
function run(
  problem: Problem,
  objective: Objective,
  trials: number,
  config = {},
  algorithm: Algorithm = tpe as Algorithm,
) {
  const search = algorithm.create(problem, algorithm.config.parse(config));
  const done: Trial[] = [];
  for (let trial = 0; trial < trials; trial++) {
    const { point, why } = ask(search, problem, trial);
    const { losses, violations = [] } = objective(point);
    search.observe({ type: "scheduled", trial, point, budget: null });
    search.observe({ type: "finished", trial, losses, violations, cause: losses ? "completed" : "failed" });
    done.push({ point, losses, why });
  }
  return { search, done };
}

function ask(search: Search, problem: Problem, trial: number) {
  const suggestion = search.suggest(trialRng(problem.seed, trial, "suggest"));
  if (suggestion.type !== "start") throw new Error(suggestion.type);
  return suggestion;
}

const seeds = [1, 2, 3, 4, 5];
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;
const bestOf = (done: readonly Trial[]) => Math.min(...done.map(({ losses }) => losses?.[0] ?? Infinity));
const squares = (point: Point, centre: number) => sum(point.map((x) => (x === null ? 0 : (x - centre) ** 2)));

describe("finding the optimum", () => {
  test("a bowl in six dimensions ends at a tenth of the loss of random points", () => {
    const end = (algorithm: Algorithm) =>
      mean(
        seeds.map((seed) => {
          const problem = problemOf(floats(6), { seed });
          return bestOf(
            run(problem, (point) => ({ losses: [squares(point, 0.37)] }), 120, {}, algorithm).done,
          );
        }),
      );
    expect(end(tpe as Algorithm)).toBeLessThan(0.1 * end(random as Algorithm));
  });

  test("a joint density follows a narrow valley better than one of each coordinate", () => {
    const valley: Objective = ([x, y]) => ({ losses: [(x! + y! - 1) ** 2 * 100 + (x! - 0.8) ** 2] });
    const end = (density: string) =>
      mean(
        seeds.map((seed) =>
          Math.log(
            bestOf(
              run(problemOf(floats(2), { seed }), valley, 80, { density, bandwidths: "neighbours" }).done,
            ),
          ),
        ),
      );
    expect(end("joint")).toBeLessThan(end("separate"));
  });

  test("where the loss is flat in places, kernels of both widths end lower than those that gather on one plateau", () => {
    const rng = trialRng(1, 0, "table");
    const table = Array.from({ length: 1500 }, () => Array.from({ length: 6 }, rng));
    const losses = table.map((row) => squares(row, 0.3) + 0.6 * rng());
    // A table of recorded results: a point has the loss of the recorded one that is nearest.
    const recorded: Objective = (point) => {
      const distances = table.map((row) => sum(row.map((x, k) => (x - point[k]!) ** 2)));
      return { losses: [losses[distances.indexOf(Math.min(...distances))]!] };
    };
    const end = (bandwidths: string) =>
      mean(
        [...Array(12).keys()].map((seed) =>
          bestOf(run(problemOf(floats(6), { seed }), recorded, 150, { bandwidths }).done),
        ),
      );
    expect(end("mixed") - Math.min(...losses)).toBeLessThan(0.8 * (end("neighbours") - Math.min(...losses)));
  });

  test("levels and choices that interact are found", () => {
    const dimensions: Dimension[] = [
      { kind: "categorical", choices: 6 },
      { kind: "categorical", choices: 6 },
      { kind: "ordered", levels: 20 },
      { kind: "ordered", levels: 50, logOffset: 1 },
    ];
    const objective: Objective = ([a, b, c, d]) => ({
      losses: [((a! * 5 + b!) % 6) / 6 + (a === 2 ? 0 : 0.4) + (c! - 0.275) ** 2 + (d! - 0.6) ** 2],
    });
    const ends = seeds.map((seed) => bestOf(run(problemOf(dimensions, { seed }), objective, 150).done));
    expect(mean(ends)).toBeLessThan(0.05);
  });
});

describe("densities of single parameters", () => {
  /** Two good places on one diagonal of the square; of n trials a seventh, by turns. The others keep off the corners. */
  function searchAfter(trials: number, config: object) {
    const problem = problemOf(floats(2));
    const search = tpe.create(problem, tpe.config.parse({ bandwidths: "neighbours", ...config }));
    const rng = trialRng(1, 0, "points");
    for (let trial = 0; trial < trials; trial++) {
      const good = trial % 7 === 0;
      const near = () => 0.1 + 0.1 * rng();
      const [x, y] = good ? [near(), 1 - near()] : [0.3 + 0.4 * rng(), 0.3 + 0.4 * rng()];
      const point = trial % 2 === 0 ? [x, y] : [y, x];
      search.observe({ type: "scheduled", trial, point, budget: null });
      search.observe({
        ...{ type: "finished", trial, losses: [good ? 0.1 * rng() : 1], violations: [], cause: "completed" },
      });
    }
    return { search, problem };
  }
  const points = ({ search, problem }: ReturnType<typeof searchAfter>) =>
    Array.from({ length: 60 }, (_, trial) => ask(search, problem, 1000 + trial).point as number[]);
  const recombined = (drawn: number[][]) =>
    drawn.filter(([x, y]) => Math.abs(x! - y!) < 0.2 && Math.abs(x! - 0.5) > 0.2).length;

  test("while results are few, some suggestions put values of different good trials together", () => {
    expect(recombined(points(searchAfter(56, { density: "joint" })))).toBe(0);
    const count = recombined(points(searchAfter(56, {})));
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(recombined(points(searchAfter(56, { density: "separate" }))));
  });

  test("from the two hundredth result on, all parameters that are active together are suggested together", () => {
    expect(points(searchAfter(200, {}))).toEqual(points(searchAfter(200, { density: "joint" })));
    expect(points(searchAfter(199, {}))).not.toEqual(points(searchAfter(199, { density: "joint" })));
  });

  test("what it suggests before and after the two hundredth result does not depend on when else it was asked", () => {
    const problem = problemOf(floats(2));
    const { search, done } = run(problem, (point) => ({ losses: [squares(point, 0.3)] }), 205);
    const anew = tpe.create(problem, tpe.config.parse({}));
    done.forEach(({ point, losses, why }, trial) => {
      if (trial >= 198)
        expect(ask(anew, problem, trial)).toEqual({ type: "start", point, budget: null, why });
      anew.observe({ type: "scheduled", trial, point, budget: null });
      anew.observe({ type: "finished", trial, losses, violations: [], cause: "completed" });
    });
    expect(ask(anew, problem, 205)).toEqual(ask(search, problem, 205));
  });
});

describe("conditional spaces", () => {
  const dimensions: Dimension[] = [
    { kind: "categorical", choices: 3 },
    ...floats(4),
    { kind: "ordered", levels: 3 },
    ...floats(1),
  ];
  const activity = [
    { child: 1, parent: 0, levels: [0] },
    { child: 2, parent: 0, levels: [1, 2] },
    { child: 3, parent: 0, levels: [1, 2] },
    { child: 5, parent: 0, levels: [2] },
    { child: 6, parent: 5, levels: [1, 2] },
  ];
  const objective: Objective = (point) => ({
    losses: [[0.3, 0.2, 0][point[0]!]! + squares(point.slice(1), 0.25)],
  });

  test.each(["joint", "separate", "mixed"] as const)(
    "%s densities: points have exactly the coordinates that are active, and the best branch wins",
    (density) => {
      const { done } = run(problemOf(dimensions, { activity }), objective, 120, { density });
      for (const { point } of done) {
        expect(point.map((x) => x !== null)).toEqual([
          true,
          point[0] === 0,
          point[0] !== 0,
          point[0] !== 0,
          true,
          point[0] === 2,
          point[0] === 2 && point[5]! > 1 / 3,
        ]);
      }
      const last = done.slice(-20);
      expect(last.filter(({ point }) => point[0] === 2).length).toBeGreaterThan(10);
      expect(bestOf(done)).toBeLessThan(0.1);
    },
  );
});

describe("constraints", () => {
  test("candidates that break a constraint between parameters are drawn again, not replaced by spread points", () => {
    const feasible = ([x, y]: Point) => x! + y! <= 0.5;
    const problem = problemOf(floats(2), { constrained: true, feasible });
    const { done } = run(problem, (point) => ({ losses: [squares(point, 0.6)] }), 60);
    expect(done.every(({ point }) => feasible(point))).toBe(true);
    expect(done.slice(20).every(({ why }) => why.rule === "tpe")).toBe(true);
    expect(bestOf(done)).toBeLessThan(2 * 0.35 ** 2 + 0.02);
  });

  test("an outcome constraint moves the search to the feasible side", () => {
    const objective: Objective = (point) => ({
      losses: [squares(point, 0.1)],
      violations: [0.4 - point[0]!],
    });
    // Kernels of uniform width look around on both sides of a boundary, and so cross it more often.
    const config = { bandwidths: "neighbours" };
    const { done } = run(problemOf(floats(3), { constraints: 1 }), objective, 120, config);
    const late = done.slice(60).filter(({ point }) => point[0]! >= 0.4);
    expect(late.length).toBeGreaterThan(35);
    expect(bestOf(late)).toBeLessThan(0.3 ** 2 + 0.05);
  });

  test("with its default kernels a constraint keeps it on the feasible side, where the loss alone would not be", () => {
    const feasible = (point: Point) => point[0]! >= 0.4;
    const late = (constraints: number) => {
      const objective: Objective = (point) => ({
        losses: [squares(point, 0.1)],
        ...(constraints > 0 ? { violations: [0.4 - point[0]!] } : {}),
      });
      return run(problemOf(floats(3), { constraints }), objective, 120)
        .done.slice(60)
        .filter(({ point }) => feasible(point));
    };
    expect(late(1).length).toBeGreaterThan(2 * late(0).length);
    expect(bestOf(late(1))).toBeLessThan(0.3 ** 2 + 0.05);
  });
});

describe("evidence against a point", () => {
  test("pending trials keep the next suggestions away from their points", () => {
    const problem = problemOf(floats(2));
    const { search } = run(problem, (point) => ({ losses: [squares(point, 0.5)] }), 60);
    const next = () => Array.from({ length: 200 }, (_, k) => ask(search, problem, 1000 + k).point);
    const close = (a: Point, b: Point) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!) < 0.03;
    const first = next();
    const crowd = (target: Point) => first.filter((point) => close(point, target)).length;
    const target = first.reduce((a, b) => (crowd(b) > crowd(a) ? b : a));
    const near = () => next().filter((point) => close(point, target)).length;
    const before = near();
    for (let trial = 60; trial < 64; trial++) {
      search.observe({
        type: "scheduled",
        trial,
        point: target.map((x) => x! + 1e-4 * (trial - 62)),
        budget: null,
      });
    }
    expect(before).toBeGreaterThan(10);
    expect(near()).toBeLessThan(0.5 * before);
  });

  test("where a tempting region crashes, counting failed trials against it leaves more that complete", () => {
    // The loss falls towards a corner in which nothing completes.
    const crashing: Objective = ([x, y]) => ({ losses: x! + y! < 0.6 ? null : [x! + y!] });
    const completedShare = (avoidFailed: boolean) =>
      mean(
        seeds.map((seed) => {
          const { done } = run(problemOf(floats(2), { seed }), crashing, 100, { avoidFailed });
          return done.filter(({ losses }) => losses).length / 100;
        }),
      );
    expect(completedShare(true)).toBeGreaterThan(completedShare(false) + 0.1);
    const { done } = run(problemOf(floats(2)), crashing, 100);
    expect(bestOf(done)).toBeLessThan(0.63);
  });
});

test("two objectives: the front is covered, better than by random points", () => {
  const objective: Objective = (point) => ({ losses: [squares(point, 0.2), squares(point, 0.8)] });
  const gap = (algorithm: Algorithm) => mean(seeds.map((seed) => gapOf(algorithm, seed)));
  const gapOf = (algorithm: Algorithm, seed: number) => {
    const { done } = run(problemOf(floats(4), { objectives: 2, seed }), objective, 200, {}, algorithm);
    // The front lies on the diagonal; how close do trials come to points along it?
    return mean(
      [0.2, 0.35, 0.5, 0.65, 0.8].map((t) => {
        const ideal = objective([t, t, t, t]).losses!;
        return Math.min(
          ...done.map(({ losses }) => Math.max(losses![0]! - ideal[0]!, losses![1]! - ideal[1]!)),
        );
      }),
    );
  };
  expect(gap(tpe as Algorithm)).toBeLessThan(0.75 * gap(random as Algorithm));
});

describe("the reason of a suggestion", () => {
  test("names good trials nearby, the ratio, and whether it exploits", () => {
    const { done } = run(problemOf(floats(2)), (point) => ({ losses: [squares(point, 0.3)] }), 80, {
      density: "joint",
    });
    const { why, point } = done.at(-1)!;
    expect(why.rule).toBe("tpe");
    expect(why.inputs).toMatchObject({ good: 12, rest: 67, candidates: 24 });
    const nearest = why.inputs.nearestGood as number[];
    expect(nearest.length).toBe(3);
    const losses = done.slice(0, 79).map(({ losses: each }) => each![0]!);
    const worstGood = [...losses].sort((a, b) => a - b)[11]!;
    for (const trial of nearest) expect(losses[trial]).toBeLessThanOrEqual(worstGood);
    const distances = nearest.map((trial) =>
      squares(
        done[trial]!.point.map((x, k) => x! - point[k]!),
        0,
      ),
    );
    expect(distances).toEqual([...distances].sort((a, b) => a - b));
    expect(why.text).toMatch(
      /^Drawn (near trials \d+, \d+ and \d+ of the best|from the whole range, not near one of the best) 12 of 79 trials: .* times as likely among them as among the other 67 \((exploring|exploiting)\)\.$/,
    );
  });

  test("says whether the point was drawn as a whole or each parameter by itself", () => {
    const { done } = run(problemOf(floats(2)), (point) => ({ losses: [squares(point, 0.3)] }), 80);
    const texts = (density: string) =>
      done.flatMap(({ why }) => (why.inputs.density === density && !why.inputs.exploring ? [why.text] : []));
    expect(texts("joint").length).toBeGreaterThan(texts("separate").length);
    expect(texts("separate").length).toBeGreaterThan(5);
    for (const text of texts("joint")) expect(text).toMatch(/^Drawn near trials? \d+/);
    for (const text of texts("separate")) {
      expect(text).toMatch(
        /^Each parameter drawn by itself near its values in the best \d+ of \d+ trials, together closest to trials? \d+/,
      );
    }
  });

  test("both kinds occur in a study", () => {
    const { done } = run(problemOf(floats(2)), (point) => ({ losses: [squares(point, 0.3)] }), 80, {
      candidates: 2,
    });
    const kinds = new Set(done.slice(10).map(({ why }) => why.inputs.exploring));
    expect(kinds).toEqual(new Set([true, false]));
  });
});

test("a suggestion of a space without results to learn from is still one of its points", () => {
  const { done } = run(problemOf(floats(3)), () => ({ losses: null }), 30);
  expect(new Set(done.map(({ why }) => why.rule))).toEqual(new Set(["tpe-initial"]));
});
