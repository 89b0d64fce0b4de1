import { describe, expect, test } from "vitest";
import { schedules } from "../../../../algorithms/fidelity/index.ts";
import { pb2 } from "../../../../algorithms/fidelity/population/pb2.ts";
import { pbt } from "../../../../algorithms/fidelity/population/pbt.ts";
import { FettleError } from "../../../../core/errors.ts";
import type { Schedule, ScheduleEvent, ScheduleStep } from "../../../../core/fidelity.ts";
import { trialRng } from "../../../../core/rng.ts";
import { SPACES } from "../../../support/spaces.ts";
import { problemIn } from "./play.ts";

const WORLD = { maxTrials: 100, parallelism: 4, seed: 1, max: 40 };
const problem = problemIn(SPACES.single, WORLD);

const scheduled = (trial: number, budget: number | null, parent?: number): ScheduleEvent => ({
  type: "scheduled",
  trial,
  point: [trial / 100],
  budget,
  ...(parent === undefined ? {} : { parent }),
});
const paused = (trial: number, budget: number, loss: number | null): ScheduleEvent => ({
  type: "paused",
  trial,
  budget,
  losses: loss === null ? null : [loss],
  violations: [],
});
const resumed = (trial: number, budget: number): ScheduleEvent => ({ type: "resumed", trial, budget });
const finished = (
  trial: number,
  cause: (ScheduleEvent & { type: "finished" })["cause"],
  loss?: number,
): ScheduleEvent => ({
  type: "finished",
  trial,
  cause,
  losses: loss === undefined ? null : [loss],
  violations: [],
});

function after(events: readonly ScheduleEvent[], config = {}): Schedule {
  const schedule = pbt.create(problem, pbt.config.parse({ population: 4, interval: 10, ...config }));
  for (const event of events) schedule.observe(event);
  return schedule;
}

function next(events: readonly ScheduleEvent[], canStart = true): ScheduleStep {
  return after(events).next(trialRng(1, events.length, "suggest"), canStart);
}

const FOUR = [0, 1, 2, 3].map((trial) => scheduled(trial, 10));
/** All rest at step 10; trial 3 is the worst, trial 1 the best. */
const RESTING = [...FOUR, paused(3, 10, 0.9), paused(1, 10, 0.1), paused(0, 10, 0.5), paused(2, 10, 0.6)];
const PRUNED = [...RESTING, finished(3, "pruned")];

// What happened, and what is done then.
const TABLE: [what: string, events: ScheduleEvent[], canStart: boolean, step: object][] = [
  ["nothing", [], true, { type: "start", budget: 10 }],
  ["nothing, and there may be no trials", [], false, { type: "exhausted" }],
  ["three members begun", FOUR.slice(0, 3), true, { type: "start", budget: 10 }],
  ["all begun", FOUR, true, { type: "wait" }],
  ["one at its pause", [...FOUR, paused(2, 10, 1)], true, { type: "resume", trial: 2, budget: 20 }],
  ["all at their pause", RESTING, true, { type: "resume", trial: 0, budget: 20 }],
  [
    "the worst is next",
    [...RESTING, resumed(0, 20), resumed(1, 20), resumed(2, 20)],
    true,
    { type: "prune", trial: 3 },
  ],
  ["the worst was given up", PRUNED, true, { type: "start", parent: 1, budget: 20 }],
  ["there may be no more trials", RESTING, false, { type: "resume", trial: 0, budget: 40 }],
  [
    "one failed before anyone paused",
    [...FOUR, finished(2, "failed")],
    true,
    { type: "start", budget: 10, why: { rule: "population-begin-anew" } },
  ],
  [
    "one failed after another had paused",
    [...FOUR, paused(0, 10, 3), finished(2, "failed")],
    true,
    { type: "start", parent: 0, budget: 20 },
  ],
  [
    "the failed one was run again by its user before it was replaced",
    [...FOUR, finished(2, "failed"), finished(2, "completed", 1)],
    true,
    { type: "wait" },
  ],
  [
    "the failed one was run again by its user after it was replaced",
    [...FOUR, finished(2, "failed"), scheduled(4, 10), paused(2, 10, 1)],
    true,
    { type: "prune", trial: 2 },
  ],
  [
    "a point that a user enqueued is running",
    [scheduled(9, null), ...FOUR, ...FOUR.map((_, trial) => finished(trial, "completed", 1))],
    true,
    { type: "exhausted" },
  ],
];

describe("the steps of a population", () => {
  test.each(TABLE)("%s", (_what, events, canStart, step) => {
    expect(next(events, canStart)).toMatchObject(step);
  });

  test("a pruned member's sentence says where it stood, and of whom the copy is", () => {
    const { why } = next([...RESTING, resumed(0, 20), resumed(1, 20), resumed(2, 20)]);
    expect(why.text).toBe(
      "Member 3: loss 0.9 is in the bottom 25 % at budget 10; replaced by a copy of trial 1 (loss 0.1).",
    );
    expect(why.inputs).toEqual({ member: 3, step: 10, loss: 0.9, rank: 4, compared: 4, winner: 1 });
  });

  test("a member that reported nothing finite is worse than every other", () => {
    const events = [...FOUR, ...[1, 2, 3].map((trial) => paused(trial, 10, trial)), paused(0, 10, null)];
    expect(next(events)).toMatchObject({ type: "prune", trial: 0 });
  });

  test("a member is compared with what others had at its own step, not with what they have since", () => {
    // At step 10 trial 3 was the best of all; the others have got far better by step 20.
    const events = [
      ...[0, 1, 2].flatMap((trial) => [paused(trial, 10, 5), resumed(trial, 20), paused(trial, 20, 0.1)]),
      paused(3, 10, 1),
    ];
    expect(next([...FOUR, ...events])).toMatchObject({ type: "resume", trial: 3, budget: 20 });
  });

  test("nobody is copied who has nothing left to train or was cancelled", () => {
    const best = [resumed(1, 40), finished(1, "completed", 0.01)];
    const rest = [resumed(0, 20), resumed(2, 20)];
    expect(next([...RESTING, ...best, ...rest])).toMatchObject({ type: "resume", trial: 3 });
    const cancelled = next([...PRUNED, finished(1, "cancelled")]);
    expect(cancelled).toMatchObject({ type: "start", parent: 0 });
  });

  test("nobody is copied who has become worse since", () => {
    const diverged = [resumed(1, 20), paused(1, 20, null), resumed(0, 20), resumed(2, 20)];
    expect(next([...RESTING, ...diverged])).toMatchObject({ type: "resume", trial: 3 });
  });

  test("equals do not replace each other", () => {
    const flat = [...FOUR, ...FOUR.map((_, trial) => paused(trial, 10, 0.5))];
    expect(next(flat).type).toBe("resume");
  });

  test("a best that rests is copied before one that runs, whose checkpoint changes", () => {
    const pair = after([...RESTING, finished(3, "pruned"), resumed(1, 20)], { quantile: 0.5 });
    for (const trial of [4, 5, 6, 7]) {
      expect(pair.next(trialRng(1, trial, "suggest"), true)).toMatchObject({ parent: 0 });
    }
  });

  test("a failed trial's place is taken once, and the oldest vacancy first", () => {
    const failed = [...RESTING, finished(2, "failed"), finished(0, "cancelled")];
    expect(next(failed).why.inputs).toMatchObject({ member: 2, replaces: 2 });
    expect(next([...failed, scheduled(4, 20, 1)]).why.inputs).toMatchObject({ member: 0, replaces: 0 });
  });
});

describe("the settings of a population", () => {
  const firstBudget = (fidelity: object, config: object) => {
    const partly = { ...problem, fidelity: { ...problem.fidelity, ...fidelity } };
    const step = pbt.create(partly, pbt.config.parse(config)).next(trialRng(1, 0, "suggest"), true);
    return step.type === "start" ? step.budget : null;
  };
  test.each([
    [{ max: 40 }, {}, 4],
    [{ max: 9 }, {}, 1],
    [{ max: 0.9, min: 0.05 }, {}, 0.09],
    [{ max: 40, min: 12 }, {}, 12],
    [{ max: 40, min: 12 }, { interval: 20 }, 20],
  ])("of a training %j, %j compares first at step %d", (fidelity, config, budget) => {
    expect(firstBudget(fidelity, config)).toBeCloseTo(budget, 12);
  });

  const begun = (maxTrials: number | null, config: object) => {
    const schedule = pbt.create({ ...problem, maxTrials }, pbt.config.parse(config));
    let trial = 0;
    while (schedule.next(trialRng(1, trial, "suggest"), true).type === "start") {
      schedule.observe(scheduled(trial++, 4));
    }
    return trial;
  };
  test.each([
    [null, {}, 20],
    [1000, {}, 20],
    [30, {}, 10],
    [5, {}, 4],
    [3, {}, 3],
    [30, { population: 25 }, 25],
    [10, { population: 25 }, 10],
  ])("with maxTrials = %j, %j has %i members", (maxTrials, config, members) => {
    expect(begun(maxTrials, config)).toBe(members);
  });

  test("a space with fewer points than members is drawn from without the sampler, which would run out", () => {
    const start = (space: keyof typeof SPACES) =>
      pbt.create(problemIn(SPACES[space], WORLD), pbt.config.parse({})).next(trialRng(1, 0, "suggest"), true);
    expect(start("finite")).toMatchObject({ type: "start", point: [expect.any(Number), expect.any(Number)] });
    expect(start("single")).not.toHaveProperty("point");
  });

  test("an interval longer than the training is refused, by its pointer", () => {
    const create = () => pbt.create(problem, pbt.config.parse({ interval: 41 }));
    expect(create).toThrow(FettleError);
    expect(create).toThrow(/longer than a whole training \(40\)/);
  });

  test.each([{ population: 3 }, { quantile: 0 }, { quantile: 0.6 }, { factors: [1.1, 1.2] }, { sead: 1 }])(
    "%j is refused",
    (config) => {
      expect(pbt.config.safeParse(config).success).toBe(false);
    },
  );

  test.each([pbt, pb2])("$name is registered, and several objectives are refused", ({ name }) => {
    const entry = schedules[name]!;
    const create = () => entry.create({ ...problem, objectives: 2 }, entry.config.parse({}));
    expect(create).toThrow(/does not handle several objectives/);
  });
});
