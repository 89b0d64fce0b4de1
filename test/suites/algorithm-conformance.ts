import { describe, expect, test } from "vitest";
import type {
  Algorithm,
  FinishCause,
  Point,
  Problem,
  Search,
  Suggestion,
  TrialEvent,
} from "../../core/algorithm.ts";
import { createEncoder, type Encoder } from "../../core/encode.ts";
import { FettleError } from "../../core/errors.ts";
import { isJson } from "../../core/json.ts";
import { createProblem, type ProblemOptions } from "../../core/problem.ts";
import { trialRng } from "../../core/rng.ts";
import type { SearchSpace } from "../../core/space.ts";
import { SPACES } from "../support/spaces.ts";

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
      test("every suggestion is a feasible point of the space, in its canonical form, with evidence", () => {
        const run = play(start(problem), problem, { trials: 40 });
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
        const once = play(start(problem), problem, { trials: 25 });
        const often = play(start(problem), problem, { trials: 25, asks: 3 });
        expect(often.suggestions).toEqual(once.suggestions);
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

    test("after 200 trials a search rebuilt from the log goes on exactly as the old one would", () => {
      const { problem } = handled[0]!;
      const search = start(problem);
      const run = play(search, problem, { trials: 200, parallel: 4 });
      const rebuilt = start(problem);
      for (const event of run.events) rebuilt.observe(event);
      for (const trial of [200, 201, 202]) {
        expect(rebuilt.suggest(rngOf(problem, trial))).toStrictEqual(search.suggest(rngOf(problem, trial)));
      }
    });

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

type Ending = (
  problem: Problem,
  trial: number,
  point: Point,
) => { losses: number[] | null; cause: FinishCause };

const HISTORIES: [title: string, ending: Ending][] = [
  ["failed", () => ({ losses: null, cause: "failed" })],
  ["completed with the same loss", (problem) => ({ losses: same(problem, 1), cause: "completed" })],
  ["diverged, without a loss", () => ({ losses: null, cause: "completed" })],
  ["were pruned", (problem, trial) => ({ losses: same(problem, trial), cause: "pruned" })],
  ["were infeasible", () => ({ losses: null, cause: "infeasible" })],
  ["were cancelled", () => ({ losses: null, cause: "cancelled" })],
];

function same(problem: Problem, loss: number): number[] {
  return Array.from({ length: problem.objectives }, () => loss);
}

/** A bowl around 0.3, a different one for each objective. */
const bowl: Ending = (problem, _trial, point) => ({
  losses: Array.from({ length: problem.objectives }, (_, k) =>
    point.reduce<number>((sum, x) => sum + (x === null ? 0 : (x - 0.3 - 0.2 * k) ** 2), 0),
  ),
  cause: "completed",
});

interface Plan {
  trials: number;
  /** Trials pending at once. */
  parallel?: number;
  /** How often each suggestion is asked for. */
  asks?: number;
  ending?: Ending;
  /** Points that a user enqueued: one before each suggestion until they run out. */
  enqueued?: readonly Point[];
}

interface Run {
  events: TrialEvent[];
  suggestions: Suggestion[];
  starts: Extract<Suggestion, { type: "start" }>[];
  /** Each question: how many events were known, and the answer. */
  asked: { trial: number; events: number; suggestion: Suggestion }[];
  /** Trials that could be had: all that were asked for, or those before exhaustion. */
  available: number;
}

/** Runs a search the way the scheduler does: ask, record `scheduled`, ask again while there is a free slot. */
function play(search: Search, problem: Problem, plan: Plan): Run {
  const { trials, parallel = 1, asks = 1, ending = bowl } = plan;
  const run: Run = { events: [], suggestions: [], starts: [], asked: [], available: trials };
  const points = new Map<number, Point>();
  const pending: number[] = [];
  const enqueued = [...(plan.enqueued ?? [])];
  let next = 0;
  const record = (event: TrialEvent) => {
    run.events.push(event);
    search.observe(event);
  };
  const launch = (point: Point, budget: number | null) => {
    points.set(next, point);
    record({ type: "scheduled", trial: next, point, budget });
    pending.push(next++);
  };
  const finishOldest = () => {
    const trial = pending.shift()!;
    const { losses, cause } = ending(problem, trial, points.get(trial)!);
    for (const step of [1, 2])
      if (losses) record({ type: "observed", trial, step, losses: losses.map((x) => x + 1 / step) });
    const violations = Array.from({ length: problem.constraints }, (_, k) =>
      trial % 2 === 0 ? -1 : k + 0.5,
    );
    record({ type: "finished", trial, losses, violations: losses ? violations : [], cause });
  };
  while (run.starts.length < trials) {
    const foreign = enqueued.shift();
    if (foreign) launch(foreign, null);
    while (pending.length >= parallel) finishOldest();
    const events = run.events.length;
    const suggestion = search.suggest(rngOf(problem, next));
    for (let again = 1; again < asks; again++) {
      expect(search.suggest(rngOf(problem, next))).toStrictEqual(suggestion);
    }
    run.asked.push({ trial: next, events, suggestion });
    run.suggestions.push(suggestion);
    if (suggestion.type === "exhausted") {
      run.available = run.starts.length;
      break;
    }
    if (suggestion.type === "start") {
      run.starts.push(suggestion);
      launch(suggestion.point, suggestion.budget);
    } else if (suggestion.type === "resume") {
      record({
        type: "scheduled",
        trial: suggestion.trial,
        point: points.get(suggestion.trial)!,
        budget: suggestion.budget,
      });
      pending.push(suggestion.trial);
    } else {
      expect(pending.length, "waits although no trial is pending").toBeGreaterThan(0);
      finishOldest();
    }
  }
  while (pending.length > 0) finishOldest();
  return run;
}

function hasFreeFloat({ dimensions, activity }: Problem): boolean {
  return dimensions.some(
    ({ kind }, index) => kind === "continuous" && !activity.some(({ child }) => child === index),
  );
}

function rngOf(problem: Problem, trial: number) {
  return trialRng(problem.seed, trial, "suggest");
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
