import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { hyperbandBrackets } from "../../../algorithms/fidelity/brackets.ts";
import { findSchedule } from "../../../algorithms/fidelity/index.ts";
import { type FidelityProblem, rungsOf, type Schedule } from "../../../core/fidelity.ts";
import { ends, fold, pauses, problemOf, resumes, starts, stepOf } from "../../support/fidelity.ts";
import { curve, type Played, playSchedule, type World } from "../../support/play-schedule.ts";

const nine = problemOf({ min: 1, max: 9, eta: 3 });

function create(name: string, problem: FidelityProblem, config: object = {}): Schedule {
  const schedule = findSchedule(name);
  return schedule.create(problem, schedule.config.parse(config));
}

function played(name: string, problem: FidelityProblem, world: World): Played {
  const { observe, next } = create(name, problem);
  return playSchedule({ observe, ask: next }, problem, world);
}

/** By starting budget: how many trials were trained to each budget. */
function sizesByBracket({ events }: Played): Map<number, Map<number, number>> {
  const first = new Map<number, number>();
  const sizes = new Map<number, Map<number, number>>();
  for (const event of events) {
    if (event.type !== "scheduled" && event.type !== "resumed") continue;
    const budget = event.budget!;
    if (event.type === "scheduled") first.set(event.trial, budget);
    const bracket = first.get(event.trial)!;
    if (!sizes.has(bracket)) sizes.set(bracket, new Map());
    sizes.get(bracket)!.set(budget, (sizes.get(bracket)!.get(budget) ?? 0) + 1);
  }
  return sizes;
}

describe("hyperband", () => {
  test.each([
    { min: 1, max: 81, eta: 3 },
    { min: 10, max: 1000, eta: 10 },
    { min: 1, max: 16, eta: 2 },
    { min: 1, max: 15.625, eta: 2.5 },
  ])("trains as many trials to each rung as its brackets have, with any parallelism: %o", (fidelity) => {
    const problem = problemOf(fidelity);
    const rungs = rungsOf(fidelity);
    const brackets = hyperbandBrackets(rungs.length, fidelity.eta);
    const maxTrials = 2 * brackets.reduce((sum, { sizes }) => sum + sizes[0]!, 0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (workers, seed) => {
        const sizes = sizesByBracket(played("hyperband", problem, { workers, seed, maxTrials }));
        for (const bracket of brackets) {
          const reached = [...sizes.get(rungs[bracket.first]!)!.values()];
          expect(reached).toEqual(bracket.sizes.map((size) => 2 * size));
        }
      }),
      { numRuns: 5 },
    );
  });

  test("a rung's best go on, and all others are given up", () => {
    const loss = (trial: number, budget: number) => curve(1)(trial, budget)[0]!;
    const run = played("hyperband", problemOf({ min: 1, max: 27, eta: 3 }), {
      workers: 6,
      seed: 3,
      maxTrials: 27,
    });
    const on = run.asked.flatMap(({ step }) =>
      step.type === "resume" && step.budget === 3 ? [step.trial] : [],
    );
    const best = Array.from({ length: 27 }, (_, trial) => trial).sort((a, b) => loss(a, 1) - loss(b, 1));
    expect(on).toEqual(best.slice(0, 9));
    const pruned = run.events.filter((event) => event.type === "finished" && event.cause === "pruned");
    expect(pruned).toHaveLength(26);
  });

  test("no slot is idle while trials may start, whatever becomes of them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (workers, seed) => {
        const world = { workers, seed, maxTrials: 100, fails: 0.2, stopped: 0.2, silent: 0.1 };
        const { asked } = played("hyperband", problemOf({ min: 1, max: 27, eta: 3 }), world);
        for (const { step, canStart } of asked) if (canStart) expect(step.type).not.toBe("wait");
      }),
      { numRuns: 20 },
    );
  });

  test("with failures and early stops rungs hold at most their sizes, and nothing waits in the end", () => {
    const problem = problemOf({ min: 1, max: 27, eta: 3 });
    const brackets = hyperbandBrackets(4, 3);
    const maxTrials = brackets.reduce((sum, { sizes }) => sum + sizes[0]!, 0);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (workers, seed) => {
        const world = { workers, seed, maxTrials, fails: 0.2, stopped: 0.2, endsEarly: 0.1, silent: 0.1 };
        const run = played("hyperband", problem, world);
        const sizes = sizesByBracket(run);
        for (const bracket of brackets) {
          const reached = [...sizes.get(3 ** bracket.first)!.values()];
          for (const [level, count] of reached.entries())
            expect(count).toBeLessThanOrEqual(bracket.sizes[level]!);
        }
        const ended = new Set(run.events.filter(({ type }) => type === "finished").map(({ trial }) => trial));
        expect(ended.size).toBe(maxTrials);
      }),
      { numRuns: 20 },
    );
  });
});

describe("successive halving, step by step", () => {
  /** Nine trials, of which trial k has loss k; all but the last have paused at rung 1. */
  const almost = () =>
    fold(
      create("successive-halving", nine),
      ...Array.from({ length: 9 }, (_, k) => starts(k, 1)),
      ...Array.from({ length: 8 }, (_, k) => pauses(k, 1, k)),
    );

  test("while a trial of the rung runs, a free slot starts the next bracket", () => {
    expect(stepOf(almost())).toEqual({ type: "start", budget: 1 });
    expect(stepOf(almost(), false)).toEqual({ type: "wait" });
  });

  test("when the last is there the worst are given up, then the best go on, each with its place", () => {
    const schedule = fold(almost(), pauses(8, 1, 0.5));
    const steps = [];
    for (;;) {
      const step = schedule.next(() => 0.5, false);
      if (step.type === "resume") fold(schedule, resumes(step.trial, step.budget));
      else if (step.type === "prune") fold(schedule, ends(step.trial, "pruned"));
      else break;
      steps.push(step);
    }
    expect(steps.map(({ type, trial }) => `${type} ${trial}`)).toEqual([
      "prune 7",
      "prune 6",
      "prune 5",
      "prune 4",
      "prune 3",
      "prune 2",
      "resume 0",
      "resume 8",
      "resume 1",
    ]);
    expect(steps[0]!.why.text).toBe("At rung 1 (3 of 9 go on) trial 7 is 9th of 9: given up.");
    expect(steps[7]!.why.text).toBe("At rung 1 (3 of 9 go on) trial 8 is 2nd of 9: resumed to 3.");
  });

  test("a trial that fails leaves its place in the rung empty", () => {
    const schedule = fold(almost(), ends(8, "failed"));
    expect(schedule.next(() => 0, true)).toMatchObject({ type: "prune", trial: 7 });
  });

  test("a trial without a result never goes on, even where there is room", () => {
    const silent = Array.from({ length: 9 }, (_, k) => (k === 4 ? pauses(k, 1, 1) : pauses(k, 1)));
    const schedule = fold(
      create("successive-halving", nine),
      ...Array.from({ length: 9 }, (_, k) => starts(k, 1)),
      ...silent,
    );
    const steps: unknown[] = [];
    for (let k = 0; k < 9; k++) {
      const step = schedule.next(() => 0, true);
      steps.push(step.type);
      if (step.type === "prune") fold(schedule, ends(step.trial, "pruned"));
      else expect(step).toMatchObject({ type: "resume", trial: 4 });
    }
    expect(steps.filter((type) => type === "prune")).toHaveLength(8);
  });

  test("a waiting trial that is cancelled makes room for the next", () => {
    const schedule = fold(almost(), pauses(8, 1, 0.5), ends(0, "cancelled"));
    for (const trial of [7, 6, 5, 4, 3]) {
      expect(stepOf(schedule)).toEqual({ type: "prune", trial });
      fold(schedule, ends(trial, "pruned"));
    }
    expect(stepOf(schedule)).toEqual({ type: "resume", trial: 8, budget: 3 });
  });

  test("a failed trial that its user runs again, and that pauses in a rung long decided, is given up", () => {
    const schedule = fold(almost(), ends(8, "failed"));
    for (const trial of [7, 6, 5, 4, 3]) fold(schedule, ends(trial, "pruned"));
    fold(schedule, resumes(0, 3), resumes(1, 3), resumes(2, 3), pauses(8, 1, -1));
    expect(stepOf(schedule)).toEqual({ type: "prune", trial: 8 });
  });

  test("a bracket that stays short of trials is halved as if it were that small, and one is trained fully", () => {
    const run = (maxTrials: number) =>
      played("successive-halving", problemOf({ min: 1, max: 27, eta: 3 }), {
        workers: 4,
        seed: 2,
        maxTrials,
      });
    expect(Object.fromEntries(sizesByBracket(run(10)).get(1)!)).toEqual({ 1: 10, 3: 3, 9: 1, 27: 1 });
    expect(Object.fromEntries(sizesByBracket(run(2)).get(1)!)).toEqual({ 1: 2, 3: 1, 9: 1, 27: 1 });
  });

  test("what a short bracket leaves over is told how many went on", () => {
    const schedule = fold(
      create("successive-halving", nine),
      ...[0, 1, 2].flatMap((k) => [starts(k, 1), pauses(k, 1, k)]),
      ...[resumes(0, 3), pauses(0, 3, 0), resumes(0, 9), ends(0, "completed", 0)],
    );
    expect(schedule.next(() => 0.5, false)).toMatchObject({
      type: "prune",
      why: { text: "At rung 1 (1 of 3 go on) trial 1 is 2nd of 3: given up." },
    });
  });

  test("a limit on trials that is raised lets a short bracket go on to its full sizes", () => {
    const schedule = fold(
      create("successive-halving", nine),
      ...[0, 1, 2].flatMap((k) => [starts(k, 1), pauses(k, 1, k)]),
    );
    expect(stepOf(schedule, false)).toEqual({ type: "resume", trial: 0, budget: 3 });
    fold(schedule, resumes(0, 3), pauses(0, 3, 0));
    expect(stepOf(schedule, true)).toEqual({ type: "start", budget: 1 });
    fold(schedule, ...[3, 4, 5, 6, 7, 8].flatMap((k) => [starts(k, 1), pauses(k, 1, k)]));
    for (const trial of [8, 7, 6, 5, 4, 3]) fold(schedule, ends(trial, "pruned"));
    expect(stepOf(schedule)).toEqual({ type: "resume", trial: 1, budget: 3 });
  });

  test("its settings say where it starts, with how many, and how many are fully trained", () => {
    const problem = problemOf({ min: 1, max: 27, eta: 3 });
    const config = { startRung: 1, trials: 4, finalists: 3 };
    const { observe, next } = create("successive-halving", problem, config);
    const run = playSchedule({ observe, ask: next }, problem, { workers: 2, seed: 1, maxTrials: 6 });
    // A bracket of 4 of which 1 goes on each time; of the two in the short bracket both are finalists.
    expect(Object.fromEntries(sizesByBracket(run).get(3)!)).toEqual({ 3: 6, 9: 3, 27: 3 });
    expect(() => create("successive-halving", problem, { startRung: 4 })).toThrow("only 4 rungs");
  });
});
