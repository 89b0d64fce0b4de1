import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FidelityProblem, FidelitySchedule, ScheduleStep } from "../../core/fidelity.ts";
import { isJson } from "../../core/json.ts";
import { trialRng } from "../../core/rng.ts";
import { problemOf } from "../support/fidelity.ts";
import { type Played, type Player, playSchedule, type World } from "../support/play-schedule.ts";

/**
 * What every fidelity schedule promises, run over each registry entry with its default configuration. `runs`: simulated
 * studies a property.
 */
export function describeSchedule(schedule: FidelitySchedule, runs = 40): void {
  const config = schedule.config.parse({});
  const player = (problem: FidelityProblem): Player => {
    const { observe, next } = schedule.create(problem, config);
    return { observe, ask: next };
  };
  const objectives = schedule.multiObjective ? [1, 2] : [1];
  const cases = worlds(objectives);
  /** A property of whole runs. */
  const always = (check: (played: Played, problem: FidelityProblem, world: World) => void) =>
    fc.assert(
      fc.property(cases, ({ problem, world }) =>
        check(playSchedule(player(problem), problem, world), problem, world),
      ),
      { numRuns: runs },
    );

  describe(`fidelity schedule ${schedule.name}`, () => {
    test("its defaults are a complete configuration and unknown settings are refused", () => {
      expect(schedule.config.safeParse({}).success).toBe(true);
      expect(schedule.config.safeParse({ noSuchSetting: 1 }).success).toBe(false);
    });

    // playSchedule itself throws on a `wait` while nothing is queued or running.
    test("it ends once no more trials may start, with nothing left running", () => {
      always(({ asked }) => {
        expect(asked.at(-1)).toMatchObject({ step: { type: "exhausted" }, running: 0 });
      });
    });

    test("budgets lie between the least and the largest, and a resumed trial always gets a larger one", () => {
      always(({ asked, events }, { fidelity }) => {
        const budgets = budgetsOf(events);
        for (const { step, events: known } of asked) {
          if (step.type !== "start" && step.type !== "resume") continue;
          expect(step.budget).toBeLessThanOrEqual(fidelity.max);
          expect(step.budget).toBeGreaterThanOrEqual(fidelity.min);
          if (step.type === "resume") expect(step.budget).toBeGreaterThan(budgets.before(step.trial, known));
        }
      });
    });

    test("only trials that wait are resumed or given up, so none goes on twice from one rung", () => {
      always(({ asked, events }) => {
        const waiting = new Set<number>();
        let seen = 0;
        for (const { step, events: known } of asked) {
          for (const event of events.slice(seen, known)) {
            if (event.type === "paused") waiting.add(event.trial);
            else if (event.type !== "observed") waiting.delete(event.trial);
          }
          seen = known;
          if (step.type === "resume" || step.type === "prune") expect(waiting).toContain(step.trial);
        }
      });
    });

    test("where no trial may start, none does", () => {
      always(({ asked }) => {
        for (const { step, canStart } of asked) if (!canStart) expect(step.type).not.toBe("start");
      });
    });

    test("a question leaves no trace: asked again it has the same answer, and what follows has too", () => {
      fc.assert(
        fc.property(cases, ({ problem, world }) => {
          const once = playSchedule(player(problem), problem, world);
          const often = playSchedule(player(problem), problem, { ...world, asks: 3 });
          for (const { step, again } of often.asked) expect(again).toEqual([step, step]);
          expect(often.events).toEqual(once.events);
        }),
        { numRuns: Math.ceil(runs / 3) },
      );
    });

    test("replaying the log gives every step again", () => {
      fc.assert(
        fc.property(cases, ({ problem, world }) => {
          const { asked, events } = playSchedule(player(problem), problem, world);
          const replayed = player(problem);
          let seen = 0;
          for (const { step, trial, canStart, events: known } of asked) {
            for (const event of events.slice(seen, known)) replayed.observe(structuredClone(event));
            seen = known;
            expect(replayed.ask(trialRng(problem.seed, trial, "suggest"), canStart)).toEqual(step);
          }
        }),
        { numRuns: Math.ceil(runs / 3) },
      );
    });

    test("every step has a rule, inputs in plain JSON and a sentence", () => {
      always(({ asked }) => {
        for (const { step } of asked) expect(step).toSatisfy(isExplained);
      });
    });

    test("without failures the study ends with a trial that is fully trained", () => {
      const problem = problemOf({ min: 1, max: 27, eta: 3 }, 1, 3);
      for (const maxTrials of [1, 2, 5, 30]) {
        const { events } = playSchedule(player(problem), problem, { workers: 3, seed: 1, maxTrials });
        const budgets = budgetsOf(events);
        const full = events.filter(
          ({ type, trial }) => type === "finished" && budgets.before(trial, events.length) === 27,
        );
        expect(full.length).toBeGreaterThan(0);
      }
    });

    test("a user's own trials count for nothing but themselves", () => {
      const problem = problemOf({ min: 1, max: 27, eta: 3 }, 1, 3);
      const search = player(problem);
      search.observe({ type: "scheduled", trial: 0, point: [0.5], budget: null });
      const step = search.ask(trialRng(1, 1, "suggest"), false);
      expect(step.type).toBe("exhausted");
    });
  });
}

const fidelities = fc.constantFrom(
  { min: 1, max: 27, eta: 3 },
  { min: 1, max: 9, eta: 3 },
  { min: 1, max: 16, eta: 2 },
  { min: 0.1, max: 5, eta: 2.5 },
  { min: 10, max: 1000, eta: 10 },
  { min: 4, max: 4, eta: 3 },
);
const share = (most: number) => fc.double({ min: 0, max: most, noNaN: true });

/** Studies in which nearly everything goes wrong now and then. */
function worlds(objectives: readonly number[]): fc.Arbitrary<{ problem: FidelityProblem; world: World }> {
  return fc
    .record({
      fidelity: fidelities,
      objectives: fc.constantFrom(...objectives),
      workers: fc.integer({ min: 1, max: 20 }),
      seed: fc.nat(),
      maxTrials: fc.integer({ min: 1, max: 60 }),
      fails: share(0.3),
      stopped: share(0.2),
      endsEarly: share(0.1),
      silent: share(0.2),
      cancels: share(0.1),
      enqueues: share(0.2),
    })
    .map(({ fidelity, objectives, ...world }) => ({
      problem: { ...problemOf(fidelity, objectives, world.workers), maxTrials: world.maxTrials },
      world,
    }));
}

/** The budget that a trial had before the event of that index; 0: none yet. */
function budgetsOf(events: Played["events"]): { before(trial: number, index: number): number } {
  const given = new Map<number, { at: number; budget: number }[]>();
  for (const [at, event] of events.entries()) {
    if (event.type !== "scheduled" && event.type !== "resumed") continue;
    const list = given.get(event.trial) ?? [];
    given.set(event.trial, list);
    list.push({ at, budget: event.budget ?? Number.POSITIVE_INFINITY });
  }
  return {
    before: (trial, index) => given.get(trial)?.findLast(({ at }) => at < index)?.budget ?? 0,
  };
}

function isExplained({ why }: ScheduleStep): boolean {
  return why.rule !== "" && why.text.length > 10 && isJson(why.inputs);
}
