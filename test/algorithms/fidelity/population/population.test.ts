import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createMembers } from "../../../../algorithms/fidelity/population/members.ts";
import { pb2 } from "../../../../algorithms/fidelity/population/pb2.ts";
import { pbt } from "../../../../algorithms/fidelity/population/pbt.ts";
import { maskInactive } from "../../../../core/activity.ts";
import type { Point } from "../../../../core/algorithm.ts";
import { levelAt, positionOf } from "../../../../core/dimension.ts";
import type { FidelityProblem } from "../../../../core/fidelity.ts";
import { drawFamilies, lineageOf } from "../../../../core/lineage.ts";
import { trialRng } from "../../../../core/rng.ts";
import { SPACES } from "../../../support/spaces.ts";
import { type Played, play, type Training } from "./play.ts";

/** Falls by a rate that the parameters say, with noise; sometimes it diverges. */
const noisy: Training<number | null> = {
  begin: () => 1,
  train: (state, point, from, to, rng) => {
    const rate = point.reduce<number>((sum, u) => sum + (u ?? 0.5), 0) / point.length / 10;
    const loss = rng() < 0.05 ? null : (state ?? 1) * Math.exp(-rate * (to - from)) + 0.05 * rng();
    return loss;
  },
  loss: (state) => state,
};

const settings = fc.record({
  space: fc.constantFrom(...(["numeric", "mixed", "conditional", "constrained", "oneValue"] as const)),
  population: fc.integer({ min: 4, max: 9 }),
  interval: fc.constantFrom(1, 3, 10),
  quantile: fc.constantFrom(0.2, 0.25, 0.5),
  max: fc.constantFrom(10, 20, 27),
  maxTrials: fc.integer({ min: 1, max: 50 }),
  parallelism: fc.integer({ min: 1, max: 12 }),
  failures: fc.constantFrom(0, 0.1, 0.5),
  cancels: fc.constantFrom(0, 0.05),
  seed: fc.nat(),
});
type Setting = typeof settings extends fc.Arbitrary<infer Value> ? Value : never;

function run(entry: typeof pbt, setting: Setting): Played {
  const { space, population, interval, quantile, ...world } = setting;
  return play(entry, { population, interval, quantile }, SPACES[space], noisy, world);
}

/** Coordinates in range, choices and levels that exist, nothing where a parent says so. */
function isValid(problem: FidelityProblem, point: Point): boolean {
  const full = point.map((u) => u ?? 0);
  const inRange = problem.dimensions.every((dimension, k) => {
    const u = point[k];
    if (u === null || u === undefined) return u === null;
    if (dimension.kind === "categorical") return Number.isInteger(u) && u >= 0 && u < dimension.choices;
    const own = dimension.kind === "continuous" ? u : positionOf(dimension, levelAt(dimension, u));
    return u >= 0 && u <= 1 && u === own;
  });
  return inRange && JSON.stringify(maskInactive(problem, full)) === JSON.stringify(point);
}

/** Over random spaces, sizes, failures and orders. A study of pb2 fits a model for every copy, so there are fewer of them. */
function always(entry: typeof pbt, check: (played: Played, setting: Setting) => void): void {
  const property = fc.property(settings, (setting) => check(run(entry, setting), setting));
  fc.assert(property, { numRuns: entry === pb2 ? 8 : 40 });
}

describe("a population", () => {
  test("ends with every member at the end of the training or dead, within the trials there may be", () => {
    always(pbt, ({ lives, asked }, { population, maxTrials, max }) => {
      expect(asked.at(-1)!.step.type).toBe("exhausted");
      expect(lives.length).toBeLessThanOrEqual(maxTrials);
      expect(lives.every(({ cause }) => cause !== null)).toBe(true);
      const completed = lives.filter(({ cause }) => cause === "completed");
      expect(completed.length).toBeLessThanOrEqual(population);
      expect(completed.every(({ reached }) => reached.at(-1) === max)).toBe(true);
      if (lives.length < maxTrials) expect(completed).toHaveLength(population);
    });
  });

  test("keeps its size: nobody is more than there are places, and each place has one head", () => {
    always(pbt, ({ events }, { population }) => {
      const members = createMembers();
      for (const event of events) {
        members.observe(event);
        const alive = members.runs.filter(({ status }) => status === "running" || status === "paused");
        expect(members.heads.length).toBeLessThanOrEqual(population);
        expect(alive.every((each) => members.heads.includes(each))).toBe(true);
        expect(new Set(members.heads).size).toBe(members.heads.length);
      }
    });
  });

  test("gives a trial ever larger budgets, from where its parent had got to, never beyond the maximum", () => {
    always(pbt, ({ lives, events }, { max }) => {
      for (const { parent, budgets, reached } of lives) {
        const all = parent === null ? budgets : [reached[0]!, ...budgets];
        expect(all).toEqual([...new Set(all)].sort((a, b) => a - b));
        expect(all.at(-1)!).toBeLessThanOrEqual(max);
      }
      const paused = new Set<number>();
      for (const event of events) {
        if (event.type === "paused") paused.add(event.trial);
        if (event.type === "scheduled" && event.parent !== undefined) {
          expect(paused.has(event.parent)).toBe(true);
        }
      }
    });
  });

  test("replaces one of the worst by a copy of one of the best that is still training", () => {
    let exploits = 0;
    always(pbt, ({ events, asked }, { quantile }) => {
      for (const [index, { events: known, step }] of asked.entries()) {
        if (step.type !== "prune") continue;
        const { order, alive } = standing(events.slice(0, known), step.trial);
        const size = Math.max(1, Math.floor(order.length * quantile));
        const winner = step.why.inputs.winner as number;
        expect(order.slice(-size)).toContain(step.trial);
        expect(order.slice(0, size)).toContain(winner);
        expect(alive).toContain(winner);
        const next = asked[index + 1]!.step;
        expect(next).toMatchObject({ type: "start" });
        // Another place may have been vacant for longer.
        if (next.type === "start" && next.why.inputs.replaces === step.trial) {
          expect(next.parent).toBe(winner);
          exploits++;
        }
      }
    });
    expect(exploits).toBeGreaterThan(20);
  });

  test("starts nothing and gives up nobody when there may be no more trials", () => {
    always(pbt, ({ asked }) => {
      const steps = asked.filter(({ canStart }) => !canStart).map(({ step }) => step.type);
      expect(steps.filter((type) => type === "start" || type === "prune")).toEqual([]);
    });
  });

  test("lets nobody get ahead while another rests further behind", () => {
    always(pbt, ({ events, asked }) => {
      const paused = new Map<number, number>();
      let known = 0;
      for (const { events: upTo, step } of asked) {
        for (; known < upTo; known++) {
          const event = events[known]!;
          if (event.type === "paused") paused.set(event.trial, event.budget);
          else paused.delete(event.trial);
        }
        if (step.type === "resume") expect(paused.get(step.trial)).toBe(Math.min(...paused.values()));
      }
    });
  });
});

describe("each of the two", () => {
  test.each([pbt, pb2])("$name suggests points of the space that satisfy its constraints", (entry) => {
    always(entry, ({ problem, lives }) => {
      for (const { point } of lives) {
        expect(isValid(problem, point)).toBe(true);
        expect(problem.feasible(point)).toBe(true);
      }
    });
  });

  test.each([pbt, pb2])("$name answers the same however often it is asked, and after a replay", (entry) => {
    always(entry, ({ problem, events, asked }, setting) => {
      const replayed = entry.create(problem, entry.config.parse(configOf(setting)));
      let known = 0;
      for (const { events: upTo, number, canStart, step } of asked) {
        for (; known < upTo; known++) replayed.observe(events[known]!);
        for (const _ of [1, 2]) {
          const rng = trialRng(problem.seed, number, "suggest");
          expect(replayed.next(rng, canStart)).toStrictEqual(step);
        }
      }
    });
  });
});

test("every copy descends from a trial that was sampled, and the family trees name every trial once", () => {
  fc.assert(
    fc.property(settings, (setting) => {
      const { lives } = run(pbt, setting);
      for (const { number } of lives) {
        const oldest = lineageOf(lives, number).at(-1)!;
        expect(lives[oldest]!.parent).toBeNull();
      }
      const drawn = drawFamilies(lives).match(/\d+/g) ?? [];
      expect(drawn.map(Number).sort((a, b) => a - b)).toEqual(lives.map(({ number }) => number));
    }),
    { numRuns: 20 },
  );
});

function configOf({ population, interval, quantile }: Setting) {
  return { population, interval, quantile };
}

/** Trials by what they had when the subject was where it is, best first, worked out from the log the slow way. */
function standing(events: Played["events"], subject: number) {
  const results = new Map<number, { step: number; loss: number }[]>();
  const budgets = new Map<number, number>();
  const gone = new Set<number>();
  const replaced = new Set<number>();
  const done = new Set<number>();
  const own = new Set<number>();
  const vacant: number[] = [];
  for (const event of events) {
    if (event.type === "scheduled") {
      budgets.set(event.trial, event.budget!);
      results.set(event.trial, [...(results.get(event.parent ?? -1) ?? [])]);
      const place = vacant.shift();
      if (place !== undefined) replaced.add(place);
    } else if (event.type === "resumed") budgets.set(event.trial, event.budget);
    else if (event.type === "paused" || (event.type === "finished" && event.cause === "completed")) {
      const loss = event.losses?.[0] ?? Number.POSITIVE_INFINITY;
      results.get(event.trial)!.push({ step: budgets.get(event.trial)!, loss });
      (event.type === "paused" ? own : done).add(event.trial);
    } else if (event.type === "finished") {
      vacant.push(event.trial);
      if (event.cause !== "pruned") gone.add(event.trial);
    }
  }
  const step = results.get(subject)!.at(-1)!.step;
  const order = [...results]
    .filter(([trial]) => !gone.has(trial) && !replaced.has(trial))
    .flatMap(([trial, all]) =>
      all
        .filter((each) => each.step <= step)
        .slice(-1)
        .map(({ loss }) => ({ trial, loss })),
    )
    .sort((a, b) => (a.loss === b.loss ? a.trial - b.trial : a.loss - b.loss))
    .map(({ trial }) => trial);
  const alive = [...own].filter((trial) => !done.has(trial) && !gone.has(trial) && !vacant.includes(trial));
  return { order, alive };
}
