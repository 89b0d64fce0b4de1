import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { asha } from "../../../algorithms/fidelity/asha.ts";
import { shareOf } from "../../../algorithms/fidelity/brackets.ts";
import { findSchedule } from "../../../algorithms/fidelity/index.ts";
import type { FidelityProblem, Schedule } from "../../../core/fidelity.ts";
import { trialRng } from "../../../core/rng.ts";
import { ends, fold, pauses, problemOf, reports, resumes, starts, stepOf } from "../../support/fidelity.ts";
import { type Played, playSchedule, type World } from "../../support/play-schedule.ts";

const problem = problemOf({ min: 1, max: 9, eta: 3 });
const create = (config: object = {}, of: FidelityProblem = problem): Schedule =>
  asha.create(of, asha.config.parse(config));
const played = (world: World, of: FidelityProblem, config: object = {}): Played => {
  const { observe, next } = create(config, of);
  return playSchedule({ observe, ask: next }, of, world);
};
/** So many trials that have paused at rung 1 with these losses. */
const paused = (...losses: number[]) =>
  losses.flatMap((loss, trial) => [starts(trial, 1), pauses(trial, 1, loss)]);

describe("asha, by promotion", () => {
  test("a trial goes on only while it is one of the best floor(n / eta) of the n that reached its rung", () => {
    const cases = fc.record({
      fidelity: fc.constantFrom({ min: 1, max: 27, eta: 3 }, { min: 1, max: 16, eta: 2 }),
      workers: fc.integer({ min: 1, max: 20 }),
      seed: fc.nat(),
      fails: fc.double({ min: 0, max: 0.3, noNaN: true }),
      silent: fc.double({ min: 0, max: 0.3, noNaN: true }),
    });
    fc.assert(
      fc.property(cases, ({ fidelity, ...world }) => {
        const run = played({ ...world, maxTrials: 60 }, problemOf(fidelity));
        for (const { step, events: known, canStart } of run.asked) {
          // When no more may start the finalists follow.
          if (step.type !== "resume" || !canStart) continue;
          const pauses = run.events.slice(0, known).filter((event) => event.type === "paused");
          const rung = pauses.findLast(({ trial }) => trial === step.trial)!;
          const there = pauses.filter(({ budget }) => budget === rung.budget);
          const better = there.filter(({ losses }) => losses !== null && losses[0]! < rung.losses![0]!);
          expect(better.length).toBeLessThan(shareOf(there.length, fidelity.eta));
        }
      }),
      { numRuns: 30 },
    );
  });

  test("no slot is ever idle while trials may start", () => {
    const run = played(
      { workers: 16, seed: 1, maxTrials: 80, fails: 0.2 },
      problemOf({ min: 1, max: 27, eta: 3 }),
    );
    for (const { step, canStart } of run.asked) if (canStart) expect(step.type).not.toBe("wait");
  });

  test("with fewer than eta trials at a rung none goes on", () => {
    expect(stepOf(fold(create(), ...paused(2, 1)))).toEqual({ type: "start", budget: 1 });
    expect(stepOf(fold(create(), ...paused(2, 1, 3)))).toEqual({ type: "resume", trial: 1, budget: 3 });
  });

  test("the sentence says the rung, how many go on, and the place", () => {
    const schedule = fold(create(), ...paused(5, 1, 4, 2, 6, 7), resumes(1, 3));
    expect(schedule.next(() => 0, true).why.text).toBe(
      "At rung 1 (2 of 6 go on) trial 3 is 2nd of 6: resumed to 3.",
    );
  });

  test("the highest rung where a trial can go on comes first", () => {
    const up = [0, 1, 2].flatMap((trial) => [resumes(trial, 3), pauses(trial, 3, trial)]);
    const schedule = fold(create(), ...paused(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), ...up);
    expect(stepOf(schedule)).toEqual({ type: "resume", trial: 0, budget: 9 });
    expect(stepOf(fold(schedule, resumes(0, 9)))).toEqual({ type: "resume", trial: 3, budget: 3 });
  });

  test("a trial in the top that was cancelled, failed on its way up, or has gone on is not resumed", () => {
    const nine = paused(0, 1, 2, 3, 4, 5, 6, 7, 8);
    const schedule = fold(create(), ...nine, ends(0, "cancelled"), resumes(1, 3), ends(1, "failed"));
    expect(stepOf(schedule)).toEqual({ type: "resume", trial: 2, budget: 3 });
    expect(stepOf(fold(schedule, resumes(2, 3)))).toEqual({ type: "start", budget: 1 });
  });

  test("a script that ended by itself counts at the rung it trained for, and is not resumed", () => {
    const schedule = fold(create(), ...paused(1, 2, 3), starts(3, 1), ends(3, "completed", 0));
    // It holds the one place that there is.
    expect(stepOf(schedule)).toEqual({ type: "start", budget: 1 });
  });

  test("trials without a result count at the rung and never go on", () => {
    const silent = [3, 4, 5].flatMap((trial) => [starts(trial, 1), pauses(trial, 1)]);
    const schedule = fold(create(), ...silent);
    expect(stepOf(schedule)).toEqual({ type: "start", budget: 1 });
    fold(schedule, starts(0, 1), pauses(0, 1, 7));
    expect(stepOf(schedule)).toEqual({ type: "resume", trial: 0, budget: 3 });
    expect(stepOf(fold(create(), ...silent), false)).toEqual({ type: "exhausted" });
  });

  test("when no more can start, the best that waits is trained to the end, and no other", () => {
    const schedule = fold(create(), ...paused(2, 1));
    expect(schedule.next(() => 0, false)).toMatchObject({ type: "resume", trial: 1, budget: 3 });
    expect(stepOf(fold(schedule, resumes(1, 3)), false)).toEqual({ type: "wait" });
    expect(stepOf(fold(schedule, pauses(1, 3, 5)), false)).toEqual({ type: "resume", trial: 1, budget: 9 });
    fold(schedule, resumes(1, 9), ends(1, "completed", 4));
    expect(stepOf(schedule, false)).toEqual({ type: "exhausted" });
  });

  test("the next best takes the place of a finalist that fails; no finalists are possible too", () => {
    const schedule = fold(create(), ...paused(2, 1), resumes(1, 3), ends(1, "failed"));
    expect(stepOf(schedule, false)).toEqual({ type: "resume", trial: 0, budget: 3 });
    expect(stepOf(fold(create({ finalists: 0 }), ...paused(2, 1)), false)).toEqual({ type: "exhausted" });
  });

  test("several finalists train side by side", () => {
    const schedule = fold(create({ finalists: 2 }), ...paused(2, 1));
    expect(stepOf(schedule, false)).toEqual({ type: "resume", trial: 1, budget: 3 });
    expect(stepOf(fold(schedule, resumes(1, 3)), false)).toEqual({ type: "resume", trial: 0, budget: 3 });
    expect(stepOf(fold(schedule, resumes(0, 3)), false)).toEqual({ type: "wait" });
  });
});

describe("asha with several brackets", () => {
  test("trials start at the rungs in the shares of Hyperband", () => {
    const schedule = create({ brackets: 3 });
    const started = new Map<number, number>();
    for (let trial = 0; trial < 3000; trial++) {
      const step = schedule.next(trialRng(1, trial, "suggest"), true);
      if (step.type === "start") started.set(step.budget, (started.get(step.budget) ?? 0) + 1);
    }
    // Brackets of 9, 5 and 3 trials.
    for (const [budget, size] of [
      [1, 9],
      [3, 5],
      [9, 3],
    ] as const)
      expect(Math.abs(started.get(budget)! / 3000 - size / 17)).toBeLessThan(0.03);
  });

  test("each has rungs of its own, and the rung where a trial started says which is its", () => {
    const schedule = fold(
      create({ brackets: 2 }),
      ...[0, 1, 2].flatMap((trial) => [starts(trial, 3), pauses(trial, 3, trial)]),
      ...[3, 4, 5].flatMap((trial) => [starts(trial, 1), pauses(trial, 1, -trial)]),
    );
    expect(stepOf(schedule)).toEqual({ type: "resume", trial: 0, budget: 9 });
    fold(schedule, resumes(0, 9), resumes(5, 3), pauses(5, 3, -9));
    // First of four at the budget 3, but alone at that rung of its bracket.
    expect(stepOf(schedule)).toMatchObject({ type: "start" });
  });

  test("more than there are rungs are refused, and so are several without promotion", () => {
    expect(() => create({ brackets: 4 })).toThrow("only 3 rungs");
    expect(asha.config.safeParse({ mode: "stop", brackets: 2 }).success).toBe(false);
  });
});

describe("asha, by stopping", () => {
  test("trials start with the whole budget, and a stopper of its own decides", () => {
    const config = asha.config.parse({ mode: "stop" });
    expect(stepOf(create({ mode: "stop" }))).toEqual({ type: "start", budget: 9 });
    expect(asha.stopper?.(problem.fidelity, config)).toEqual({
      name: "asha-stop",
      config: { min: 1, max: 9, eta: 3 },
    });
    expect(asha.stopper?.(problem.fidelity, asha.config.parse({}))).toBeNull();
  });

  test("it ends when no more can start and none runs", () => {
    const schedule = fold(create({ mode: "stop" }), starts(0, 9));
    expect(stepOf(schedule, false)).toEqual({ type: "wait" });
    expect(stepOf(fold(schedule, ends(0, "pruned", 3)), false)).toEqual({ type: "exhausted" });
  });
});

describe("pasha", () => {
  const pasha = findSchedule("pasha");
  const of = problemOf({ min: 1, max: 81, eta: 3 });
  const steps = Array.from({ length: 81 }, (_, index) => index + 1);
  /** The largest budget that a trial was promoted to, finalists aside. */
  const furthest = (losses: NonNullable<World["losses"]>): number => {
    const { observe, next } = pasha.create(of, pasha.config.parse({}));
    const world = { workers: 4, seed: 2, maxTrials: 150, reports: steps, losses };
    const { asked } = playSchedule({ observe, ask: next }, of, world);
    return Math.max(
      ...asked.flatMap(({ step, canStart }) => (step.type === "resume" && canStart ? [step.budget] : [])),
    );
  };
  const drawn = (trial: number, purpose: string) => trialRng(trial, 0, purpose)();

  test("trains no further than the second rung while rankings stay, except for its finalist", () => {
    expect(furthest((trial, budget) => [drawn(trial, "level") + 1 / budget])).toBe(3);
  });

  test("goes further, rung by rung, as long as rankings change for good", () => {
    // Any two of these curves cross once at most.
    const crossing = (trial: number, budget: number) => [
      drawn(trial, "level") + 0.5 * drawn(trial, "slope") * Math.log(budget),
    ];
    expect(furthest(crossing)).toBe(81);
  });

  describe("takes losses for equal that differ by no more than curves which cross to and fro", () => {
    const curveOf = (trial: number, ...losses: [number, number, number]) => [
      starts(trial, 1),
      reports(trial, 1, losses[0]),
      pauses(trial, 1, losses[0]),
      resumes(trial, 3),
      reports(trial, 2, losses[1]),
      reports(trial, 3, losses[2]),
      pauses(trial, 3, losses[2]),
    ];
    const swapped = [...curveOf(2, 2.0, 2.0, 2.05), ...curveOf(3, 2.04, 2.04, 2.02)];

    test("so that a change of ranks within that is none", () => {
      const noisy = [...curveOf(0, 1, 1.2, 1), ...curveOf(1, 1.1, 1.1, 1.1)];
      const schedule = fold(pasha.create(of, pasha.config.parse({})), ...noisy, ...swapped);
      expect(stepOf(schedule)).toEqual({ type: "start", budget: 1 });
    });

    test("and where none crossed to and fro, every change of ranks counts", () => {
      const calm = [...curveOf(0, 1, 1, 1), ...curveOf(1, 1.1, 1.1, 1.1)];
      const schedule = fold(pasha.create(of, pasha.config.parse({})), ...calm, ...swapped);
      expect(stepOf(schedule)).toEqual({ type: "resume", trial: 0, budget: 9 });
    });
  });

  test("refuses several objectives", () => {
    expect(() => findSchedule("pasha").create(problemOf(of.fidelity, 2), {})).toThrow("several objectives");
  });
});

test("an unknown schedule is refused with the nearest name", () => {
  expect(() => findSchedule("ahsa")).toThrow(
    expect.objectContaining({ code: "invalid-study", hint: expect.stringContaining("asha") }),
  );
});
