import { describe, expect, test } from "vitest";
import { createComposed, type FidelitySearch } from "../../../algorithms/fidelity/compose.ts";
import { createFidelitySearch } from "../../../algorithms/fidelity/create.ts";
import { schedules } from "../../../algorithms/fidelity/index.ts";
import { chooseSampler } from "../../../algorithms/fidelity/sampler.ts";
import { random } from "../../../algorithms/random.ts";
import type { Point, Suggestion } from "../../../core/algorithm.ts";
import type { FidelityProblem, Schedule, ScheduleStep } from "../../../core/fidelity.ts";
import { createProblem } from "../../../core/problem.ts";
import { type Rng, trialRng } from "../../../core/rng.ts";
import { ends, pauses, problemOf, resumes, starts } from "../../support/fidelity.ts";
import { type Played, playSchedule, type World } from "../../support/play-schedule.ts";
import { SPACES } from "../../support/spaces.ts";

const why = { rule: "test", inputs: {}, text: "So." };
const limited = (maxTrials: number): FidelityProblem => ({
  ...problemOf({ min: 1, max: 9, eta: 3 }),
  maxTrials,
});

/** A schedule of one answer while trials may start, and another when none may. */
function scripted(open: ScheduleStep, closed: ScheduleStep): Schedule {
  return { observe: () => {}, next: (_rng, canStart) => (canStart ? open : closed) };
}
const start: ScheduleStep = { type: "start", budget: 1, why };
const exhausted: ScheduleStep = { type: "exhausted", why };
const always = (suggestion: Suggestion) => () => ({ observe: () => {}, suggest: () => suggestion });

describe("a schedule and a sampler as one search", () => {
  const proposal: Suggestion = {
    type: "start",
    point: [0.25],
    budget: null,
    why: { ...why, rule: "sampler" },
  };

  test("the sampler says where, the schedule how far, and the evidence tells both", () => {
    const search = createComposed(limited(9), scripted(start, exhausted), always(proposal), random);
    expect(search.suggest(() => 0)).toEqual({
      type: "start",
      point: [0.25],
      budget: 1,
      why: { rule: "sampler", inputs: { schedule: { rule: "test" } }, text: "So. So." },
    });
  });

  test("a point of the schedule's own is taken as it is, with its parent", () => {
    const copy: ScheduleStep = { ...start, point: [0.75], parent: 3 };
    const search = createComposed(limited(9), scripted(copy, exhausted), always(exhausted), random);
    expect(search.suggest(() => 0)).toEqual(copy);
  });

  test("no trial starts past the limit, which counts those of users too", () => {
    const search = createComposed(limited(2), scripted(start, exhausted), always(proposal), random);
    search.observe(starts(0, null));
    expect(search.suggest(() => 0).type).toBe("start");
    search.observe(starts(1, 1));
    expect(search.suggest(() => 0).type).toBe("exhausted");
  });

  test("a sampler without points left is as the limit; one that waits is waited for", () => {
    const resume: ScheduleStep = { type: "resume", trial: 0, budget: 3, why };
    const of = (suggestion: Suggestion) =>
      createComposed(limited(9), scripted(start, resume), always(suggestion), random).suggest(() => 0);
    expect(of(exhausted)).toEqual(resume);
    expect(of({ type: "wait", why })).toEqual({ type: "wait", why });
  });
});

function created(problem: FidelityProblem, schedule: string, algorithm: string, scheduleConfig = {}) {
  return createFidelitySearch(problem, { schedule, scheduleConfig, algorithm, algorithmConfig: {} });
}

function play(search: FidelitySearch, problem: FidelityProblem, world: Partial<World> = {}): Played {
  const bowl = (_trial: number, budget: number, point: Point) =>
    Array.from({ length: problem.objectives }, (_, k) =>
      point.reduce<number>((sum, x) => sum + ((x ?? 0) - 0.3 - 0.2 * k) ** 2, 1 / budget),
    );
  const everything = { workers: 4, seed: 3, maxTrials: problem.maxTrials!, losses: bowl, ...world };
  // Under a schedule every trial has a budget.
  const ask = (rng: Rng) => search.suggest(rng) as ScheduleStep;
  return playSchedule({ observe: search.observe, ask }, problem, everything);
}

const spaceProblem = (space: keyof typeof SPACES, objectives = 1): FidelityProblem => {
  const fidelity = { min: 1, max: 9, eta: 3 };
  const options = { objectives, constraints: 0, maxTrials: 40, parallelism: 4, seed: 7, fidelity };
  return { ...createProblem(SPACES[space], options), fidelity };
};
const rough = { fails: 0.1, stopped: 0.1, endsEarly: 0.1, silent: 0.1, enqueues: 0.1 };

describe("real pairs", () => {
  const pairs: [schedule: string, algorithm: string, trials: number, config?: object][] = [
    ["hyperband", "tpe", 40],
    ["asha", "gp", 12],
    ["asha", "tpe", 40, { mode: "stop" }],
    ["pasha", "rf", 20],
    ["successive-halving", "cmaes", 40],
  ];

  test.each(pairs)(
    "%s with %s goes through %i trials, and its log gives every suggestion again",
    (...pair) => {
      const [schedule, algorithm, maxTrials, config] = pair;
      const problem = { ...spaceProblem(algorithm === "gp" ? "single" : "numeric"), maxTrials };
      const search = () => created(problem, schedule, algorithm, config).search;
      const { asked, events } = play(search(), problem, rough);
      expect(events.filter(({ type }) => type === "scheduled")).toHaveLength(maxTrials);
      const replayed = search();
      let seen = 0;
      for (const { step, trial, events: known } of asked) {
        for (const event of events.slice(seen, known)) replayed.observe(structuredClone(event));
        seen = known;
        const suggest = () => replayed.suggest(trialRng(problem.seed, trial, "suggest"));
        expect([suggest(), suggest()]).toEqual([step, step]);
      }
    },
  );

  test("trials of a finite space that was tried out are trained on until the best is fully trained", () => {
    const problem = spaceProblem("finite");
    for (const algorithm of ["random", "tpe", "gp"]) {
      const { events } = play(created(problem, "asha", algorithm).search, problem);
      expect(events.filter(({ type }) => type === "scheduled")).toHaveLength(6);
      expect(events).toContainEqual(expect.objectContaining({ type: "resumed", budget: 9 }));
    }
  });

  test.each([["hyperband"], ["asha"]])(
    "the model of tpe under %s proposes better trials than chance",
    (schedule) => {
      const problem = { ...spaceProblem("numeric"), maxTrials: 120 };
      const distance = (point: Point) => point.reduce<number>((sum, x) => sum + (x! - 0.3) ** 2, 0);
      const lastMean = (algorithm: string) => {
        const { events } = play(created(problem, schedule, algorithm).search, problem);
        const points = events
          .flatMap((event) => (event.type === "scheduled" ? [event.point] : []))
          .slice(-40);
        return points.reduce((sum, point) => sum + distance(point), 0) / points.length;
      };
      expect(lastMean("tpe")).toBeLessThan(0.7 * lastMean("random"));
    },
  );

  test("a third of the points that tpe proposes under a schedule are random, and say so", () => {
    const problem = { ...spaceProblem("numeric"), maxTrials: 300 };
    const { asked } = play(created(problem, "asha", "tpe").search, problem);
    const rules = asked.flatMap(({ step }) => (step.type === "start" ? [step.why] : []));
    const drawn = rules.filter(({ inputs }) => "share" in inputs);
    expect(drawn.length / rules.length).toBeCloseTo(1 / 3, 1);
    expect(drawn[0]).toMatchObject({
      rule: "random",
      text: expect.stringMatching(/^A random point, as 33 % of them are/),
    });
  });

  test("two objectives, conditional parameters and constraints are searched by any schedule that takes them", () => {
    const problems = [spaceProblem("numeric", 2), spaceProblem("conditional"), spaceProblem("constrained")];
    for (const problem of problems) {
      for (const schedule of ["asha", "hyperband"]) {
        const { events } = play(created(problem, schedule, "tpe").search, problem, rough);
        const points = events.flatMap((event) => (event.type === "scheduled" ? [event.point] : []));
        expect(points.length).toBeGreaterThan(20);
      }
    }
  });
});

describe("the choice of a sampler", () => {
  test("auto is a Gaussian process of all rungs on flat spaces, and TPE on others, with a reason", () => {
    expect(chooseSampler(spaceProblem("numeric"))).toMatchObject({ name: "gp" });
    for (const problem of [spaceProblem("conditional"), spaceProblem("wide"), spaceProblem("numeric", 2)])
      expect(chooseSampler(problem)).toMatchObject({
        name: "tpe",
        explanation: expect.stringMatching(/^New trials/),
      });
    expect(chooseSampler(spaceProblem("conditional")).explanation).toContain("conditional parameters");
  });

  test("each part that is wrong is refused with where it stands", () => {
    const problem = spaceProblem("numeric");
    const pointer = (run: () => unknown) => {
      try {
        run();
      } catch (error) {
        return (error as { fields: { pointer: string }[] }).fields[0]?.pointer;
      }
      return "nothing was thrown";
    };
    expect(pointer(() => created(problem, "ahsa", "tpe"))).toBe("/fidelity/schedule/name");
    expect(pointer(() => created(problem, "asha", "tpee"))).toBe("/algorithm/name");
    expect(pointer(() => created(problem, "asha", "tpe", { eta: 3 }))).toBe("/fidelity/schedule/config/eta");
    expect(pointer(() => created(problem, "asha", "tpe", { brackets: 9 }))).toBe(
      "/fidelity/schedule/config/brackets",
    );
    expect(pointer(() => created(spaceProblem("numeric", 2), "pasha", "tpe"))).toBe(
      "/fidelity/schedule/name",
    );
  });

  test("the explanation tells of the schedule and of the sampler", () => {
    const { explanation } = created(spaceProblem("numeric"), "asha", "auto");
    expect(explanation).toContain(schedules.asha!.summary);
    expect(explanation).toContain("Gaussian process");
  });
});

test("the evidence of a model of all rungs names the study's own trials", () => {
  const problem = { ...spaceProblem("single"), maxTrials: 14 };
  const { asked } = play(created(problem, "asha", "gp").search, problem);
  const named = asked.flatMap(({ step, trial }) => {
    if (step.type !== "start" || !step.why.rule.startsWith("gp-log")) return [];
    const { nearest, incumbent } = step.why.inputs as { nearest: number[]; incumbent: number };
    return [...nearest, incumbent].map((number) => ({ number, trial }));
  });
  expect(named.length).toBeGreaterThan(0);
  for (const { number, trial } of named) expect(number).toBeLessThan(trial);
});

test("a trial that was promoted is no new one to the limit, nor to the sampler's count", () => {
  const problem = limited(3);
  const { search } = created(problem, "asha", "random");
  for (const event of [starts(0, 1), pauses(0, 1, 1), resumes(0, 3), ends(0, "completed", 1), starts(1, 1)])
    search.observe(event);
  expect(search.suggest(() => 0.5).type).toBe("start");
});
