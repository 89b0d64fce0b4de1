import { describe, expect, test } from "vitest";
import type { Algorithm, Point, Problem, Search } from "../../core/algorithm.ts";
import { createEncoder, type Encoder } from "../../core/encode.ts";
import { FettleError } from "../../core/errors.ts";
import { isJson } from "../../core/json.ts";
import { createProblem, type ProblemOptions } from "../../core/problem.ts";
import type { SearchSpace } from "../../core/space.ts";
import { bowl, type Ending, play, type Run, rngOf, same } from "../support/play-search.ts";
import { SPACES, spaceOf } from "../support/spaces.ts";

/**
 * What every search algorithm promises, run over each registry entry. `config` is what a user would have to give for
 * these spaces; most need none.
 */
export function describeAlgorithm(algorithm: Algorithm, config: unknown): void {
  const parsed = algorithm.config.parse(config);
  const start = (problem: Problem) => algorithm.create(problem, parsed);
  const cases = PROBLEMS.map((item) => ({ ...item, ...build(item), title: item.title }));
  const handled = cases.filter(({ problem }) => covers(algorithm, problem));
  const refused = cases.filter(({ problem }) => !covers(algorithm, problem));

  describe(`algorithm ${algorithm.name}`, () => {
    test("its defaults are a complete configuration and unknown settings are refused", () => {
      expect(algorithm.config.safeParse({}).success).toBe(true);
      expect(algorithm.config.safeParse({ noSuchSetting: 1 }).success).toBe(false);
    });

    if (refused.length > 0) {
      test.each(refused)("refuses at creation what it does not support: $title", ({ problem }) => {
        expect(() => start(problem)).toThrow(FettleError);
        const error = thrownBy(() => start(problem));
        expect(error.code).toBe("invalid-study");
        expect(error.fields[0]?.pointer).toMatch(/^\/algorithm/);
      });
    }

    describe.each(handled)("on $title", ({ problem, encoder }) => {
      // Looked at by two tests: a search of many trials is what these cost.
      let played: Run | undefined;
      const fortyTrials = () => {
        played ??= play(start(problem), problem, { trials: 40 });
        return played;
      };

      test("every suggestion is a feasible point of the space, in its canonical form, with evidence", () => {
        const run = fortyTrials();
        expect(run.starts.length).toBeGreaterThan(0);
        for (const { point, why } of run.starts) {
          expect(encoder.encode(encoder.decode(point))).toSatisfy((again: Point) => nearlySame(again, point));
          expect(problem.feasible(point)).toBe(true);
          expect(why.rule).not.toBe("");
          expect(why.text).not.toBe("");
          expect(isJson(why.inputs)).toBe(true);
        }
      });

      test("a suggestion leaves no trace: asked again it is the same, and what follows is too", () => {
        const often = play(start(problem), problem, { trials: 25, asks: 3 });
        // All of a search that ends sooner: both were told that it is exhausted.
        const once = fortyTrials().suggestions.slice(0, often.suggestions.length);
        expect(often.starts.length).toBe(Math.min(25, fortyTrials().available));
        expect(often.suggestions).toEqual(once);
      });

      test("replaying the log gives every suggestion again, bit for bit", () => {
        const run = play(start(problem), problem, { trials: 30, parallel: 3 });
        const replayed = start(problem);
        let seen = 0;
        for (const { suggestion, events, trial } of run.asked) {
          for (const event of run.events.slice(seen, events)) replayed.observe(structuredClone(event));
          seen = events;
          expect(replayed.suggest(rngOf(problem, trial))).toStrictEqual(suggestion);
        }
      });

      test.each(HISTORIES)("goes on after a history of trials that all %s", (_, ending) => {
        const run = play(start(problem), problem, { trials: 20, ending });
        expect(run.starts.length).toBe(Math.min(20, run.available));
      });

      test("gives points for eight pending trials, all different where a float is always active", () => {
        const run = play(start(problem), problem, { trials: 8, parallel: 8 });
        const distinct = new Set(run.starts.map(({ point }) => JSON.stringify(point)));
        expect(run.starts.length).toBe(Math.min(8, run.available));
        expect(distinct.size).toBeGreaterThan(1);
        if (hasFreeFloat(problem)) expect(distinct.size).toBe(run.starts.length);
      });

      test("points of other origin, before and between, are welcome", () => {
        const other = { ...problem, seed: problem.seed + 1 };
        const foreign = play(start(other), other, { trials: 6 }).starts.map(({ point }) => point);
        const run = play(start(problem), problem, { trials: 12, enqueued: foreign });
        expect(run.starts.length).toBe(Math.min(12, run.available));
        for (const { point } of run.starts) expect(problem.feasible(point)).toBe(true);
      });
    });

    test.each(EXTREMES)("goes on when losses are %s, and explains itself in plain JSON", (_, ending) => {
      for (const { problem } of handled.filter(({ title }) => EXTREME_TITLES.includes(title))) {
        const run = play(start(problem), problem, { trials: 24, parallel: 2, ending });
        expect(run.starts.length).toBe(Math.min(24, run.available));
        for (const { why } of run.starts) expect(isJson(why.inputs)).toBe(true);
      }
    });

    test.each(ODD_SPACES)("proposes points of the space, or refuses it at creation: %s", (_, space) => {
      const problem = createProblem(space, plain);
      let search: Search;
      try {
        search = start(problem);
      } catch (error) {
        expect(error).toMatchObject({ code: "invalid-study" });
        return;
      }
      const encoder = createEncoder(space);
      const run = play(search, problem, { trials: 12, parallel: 2 });
      expect(run.starts.length).toBe(Math.min(12, run.available));
      for (const { point } of run.starts) {
        expect(encoder.encode(encoder.decode(point))).toSatisfy((again: Point) => nearlySame(again, point));
      }
    });

    test("proposes no point of a finite space twice, and ends when all were tried", () => {
      const problem = createProblem(SPACES.finite, plain);
      const run = play(start(problem), problem, { trials: 10, parallel: 2 });
      const keys = run.starts.map(({ point }) => JSON.stringify(point));
      expect(new Set(keys).size).toBe(6);
      expect(keys.length).toBe(6);
    });

    test("a failed trial that is run again and finishes with losses is no new trial", () => {
      const { problem } = handled[0]!;
      const search = start(problem);
      play(search, problem, { trials: 10, ending: HISTORIES[0]![1] });
      const violations = Array.from({ length: problem.constraints }, () => 0);
      const losses = Array.from({ length: problem.objectives }, () => 0.5);
      search.observe({ type: "finished", trial: 3, losses, violations, cause: "completed" });
      const next = search.suggest(rngOf(problem, 10));
      expect(next.type).toBe("start");
      expect(search.suggest(rngOf(problem, 10))).toStrictEqual(next);
    });

    const unhurried = { timeout: 180_000 };
    test(
      "after 200 trials a search rebuilt from the log goes on exactly as the old one would",
      unhurried,
      () => {
        const { problem } = handled[0]!;
        const search = start(problem);
        const run = play(search, problem, { trials: 200, parallel: 4 });
        const rebuilt = start(problem);
        for (const event of run.events) rebuilt.observe(event);
        for (const trial of [200, 201, 202]) {
          expect(rebuilt.suggest(rngOf(problem, trial))).toStrictEqual(search.suggest(rngOf(problem, trial)));
        }
      },
    );

    test("another seed gives other points, unless the order is not random", () => {
      const first = handled[0]!;
      const points = [1, 2, 3].map((seed) => {
        const problem = createProblem(first.space, { ...first.options, seed });
        return JSON.stringify(play(start(problem), problem, { trials: 10 }).starts.map(({ point }) => point));
      });
      expect(new Set(points).size).toBe(algorithm.name === "grid" ? 1 : 3);
    });
  });
}

interface Case {
  title: string;
  space: SearchSpace;
  options: ProblemOptions;
}

const plain: ProblemOptions = {
  objectives: 1,
  constraints: 0,
  maxTrials: 100,
  parallelism: 4,
  seed: 7,
  fidelity: null,
};

const PROBLEMS: Case[] = [
  { title: "floats and integers in every scale", space: SPACES.numeric, options: plain },
  {
    title: "categorical and ordinal parameters with weights and priors",
    space: SPACES.mixed,
    options: plain,
  },
  { title: "conditional parameters, two levels deep", space: SPACES.conditional, options: plain },
  { title: "constraints between parameters", space: SPACES.constrained, options: plain },
  { title: "a single dimension", space: SPACES.single, options: plain },
  { title: "fifty dimensions", space: SPACES.wide, options: { ...plain, maxTrials: null } },
  { title: "dimensions with one value", space: SPACES.oneValue, options: plain },
  { title: "a finite space", space: SPACES.finite, options: plain },
  { title: "three objectives", space: SPACES.numeric, options: { ...plain, objectives: 3 } },
  { title: "outcome constraints", space: SPACES.numeric, options: { ...plain, constraints: 2 } },
  {
    title: "a fidelity",
    space: SPACES.numeric,
    options: { ...plain, fidelity: { min: 1, max: 27, eta: 3 } },
  },
];

function build({ space, options }: Case): { problem: Problem; encoder: Encoder } {
  return { problem: createProblem(space, options), encoder: createEncoder(space) };
}

function covers({ supports }: Algorithm, problem: Problem): boolean {
  const kinds = problem.dimensions.map(({ kind }) => kind);
  return (
    (supports.conditional || problem.activity.length === 0) &&
    (supports.categorical || !kinds.includes("categorical")) &&
    (supports.constrained || !problem.constrained) &&
    (supports.multiObjective || problem.objectives === 1) &&
    (supports.outcomeConstraints || problem.constraints === 0) &&
    (!supports.finiteOnly || !kinds.includes("continuous"))
  );
}

const HISTORIES: [title: string, ending: Ending][] = [
  ["failed", () => ({ losses: null, cause: "failed" })],
  ["completed with the same loss", (problem) => ({ losses: same(problem, 1), cause: "completed" })],
  ["diverged, without a loss", () => ({ losses: null, cause: "completed" })],
  ["were pruned", (problem, trial) => ({ losses: same(problem, trial), cause: "pruned" })],
  ["were infeasible", () => ({ losses: null, cause: "infeasible" })],
  ["were cancelled", () => ({ losses: null, cause: "cancelled" })],
];

const EXTREME_TITLES = ["floats and integers in every scale", "a single dimension", "three objectives"];

/** What a bowl's losses become: a diverged value never reaches an algorithm, but one that does must not break it. */
const EXTREMES: [title: string, ending: Ending][] = [
  ["huge", (...args) => scaled(args, (loss) => (loss - 0.5) * 1e300)],
  ["tiny", (...args) => scaled(args, (loss) => loss * 1e-300)],
  [
    "close together beside one that is enormous",
    (...args) => scaled(args, (loss) => (args[1] === 3 ? 1e308 : loss)),
  ],
  [
    "not a number in every third trial",
    (...args) => scaled(args, (loss) => (args[1] % 3 === 0 ? Number.NaN : loss)),
  ],
  [
    "infinite in every third trial",
    (...args) => scaled(args, (loss) => (args[1] % 3 === 0 ? Number.POSITIVE_INFINITY : loss)),
  ],
];

function scaled(args: Parameters<Ending>, change: (loss: number) => number): ReturnType<Ending> {
  const { losses, cause } = bowl(...args);
  return { losses: losses!.map(change), cause };
}

const ODD_SPACES: [title: string, space: SearchSpace][] = [
  [
    "300 floats",
    spaceOf(
      Array.from({ length: 300 }, (_, i) => ({ name: `x${i}`, type: "float", low: 0, high: 1 }) as const),
    ),
  ],
  [
    "100 choices beside one",
    spaceOf([
      { name: "many", type: "categorical", choices: Array.from({ length: 100 }, (_, i) => `c${i}`) },
      { name: "one", type: "categorical", choices: ["only"] },
      { name: "x", type: "float", low: 0, high: 1 },
    ]),
  ],
  [
    "a range of 1e-300 and one of 1e300",
    spaceOf([
      { name: "tiny", type: "float", low: 0, high: 1e-300 },
      { name: "huge", type: "float", low: -1e300, high: 1e300 },
    ]),
  ],
];

function hasFreeFloat({ dimensions, activity }: Problem): boolean {
  return dimensions.some(
    ({ kind }, index) => kind === "continuous" && !activity.some(({ child }) => child === index),
  );
}

/** Coordinates of continuous values may differ in the digits that values do not carry. */
function nearlySame(a: Point, b: Point): boolean {
  return a.every((x, index) =>
    x === null || b[index] === null ? x === b[index] : Math.abs(x - b[index]!) < 1e-9,
  );
}

function thrownBy(action: () => unknown): FettleError {
  try {
    action();
  } catch (error) {
    return error as FettleError;
  }
  throw new Error("nothing was thrown");
}
