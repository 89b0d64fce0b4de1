import { describe, expect, test } from "vitest";
import { exploreByBandit } from "../../../../algorithms/fidelity/population/bandit/index.ts";
import { highestPoints } from "../../../../algorithms/fidelity/population/bandit/maximise.ts";
import { pendingStarts, rewardRows } from "../../../../algorithms/fidelity/population/bandit/reward-rows.ts";
import { createMembers, type Members } from "../../../../algorithms/fidelity/population/members.ts";
import type { Point } from "../../../../core/algorithm.ts";
import type { ScheduleEvent } from "../../../../core/fidelity.ts";
import { studyRng } from "../../../../core/rng.ts";
import { spaceOf } from "../../../support/spaces.ts";
import { problemIn } from "./play.ts";

const SPACE = spaceOf([
  { name: "lr", type: "float", low: 0, high: 1 },
  { name: "optimizer", type: "categorical", choices: ["sgd", "adam", "lion"] },
  { name: "layers", type: "int", low: 1, high: 4 },
]);
const problem = problemIn(SPACE, { maxTrials: 50, parallelism: 4, seed: 1, max: 100 });
const OPTIONS = { resampleProbability: 0, factors: [0.8, 1.2] as [number, number] };

const scheduled = (trial: number, point: Point, budget: number, parent?: number): ScheduleEvent => ({
  ...{ type: "scheduled", trial, point, budget },
  ...(parent === undefined ? {} : { parent }),
});
const paused = (trial: number, budget: number, loss: number | null): ScheduleEvent => ({
  ...{ type: "paused", trial, budget, violations: [] },
  losses: loss === null ? null : [loss],
});

function membersAfter(events: readonly ScheduleEvent[]): Members {
  const members = createMembers();
  for (const event of events) members.observe(event);
  return members;
}

/** Trials of which each gains the more the nearer its first parameter is to 0.8. */
function learned(trials: number): Members {
  const rng = studyRng(2, "points");
  const events = Array.from({ length: trials }, (_, trial): ScheduleEvent[] => {
    const lr = rng();
    const gain = 1 - (lr - 0.8) ** 2;
    return [
      scheduled(trial, [lr, 1, 0.625], 10),
      paused(trial, 10, 5),
      { type: "resumed", trial, budget: 20 },
      paused(trial, 20, 5 - gain),
    ];
  });
  return membersAfter(events.flat());
}

describe("what the bandit learns from", () => {
  const point = [0.5, 0, 0.125];
  const members = membersAfter([
    scheduled(0, point, 10),
    paused(0, 10, 4),
    { type: "resumed", trial: 0, budget: 30 },
    paused(0, 30, 3),
    { type: "finished", trial: 0, cause: "pruned", losses: null, violations: [] },
    scheduled(1, [0.6, 0, 0.125], 40, 0),
    paused(1, 40, 2.5),
    { type: "resumed", trial: 1, budget: 50 },
  ]);

  test("is the fall of the loss per step between two pauses, a copied checkpoint's included", () => {
    expect(rewardRows(members)).toEqual([
      { step: 10, loss: 4, point, gain: 0.05 },
      { step: 30, loss: 3, point: [0.6, 0, 0.125], gain: 0.05 },
    ]);
  });

  test("includes where running trials started from, their results being still to come", () => {
    expect(pendingStarts(members)).toEqual([{ step: 40, loss: 2.5, point: [0.6, 0, 0.125] }]);
  });

  test("has no row of an interval at whose end nothing finite was reported", () => {
    const silent = membersAfter([scheduled(0, point, 10), paused(0, 10, 1), paused(0, 20, null)]);
    expect(rewardRows(silent)).toEqual([]);
  });
});

describe("a copy's parameters by the bandit", () => {
  test("lie where most was gained, and the category is kept", () => {
    const members = learned(40);
    for (const seed of [1, 2, 3]) {
      const { point, inputs } = exploreByBandit(
        problem,
        members.heads[0]!,
        members,
        OPTIONS,
        studyRng(seed, "explore"),
      );
      expect(Math.abs(point[0]! - 0.8)).toBeLessThan(0.2);
      expect(point[1]).toBe(1);
      expect(inputs).toMatchObject({ rows: 40, pending: 0 });
    }
  });

  test("are perturbed while there is next to nothing to learn from", () => {
    const members = learned(4);
    const explored = exploreByBandit(problem, members.heads[0]!, members, OPTIONS, studyRng(1, "explore"));
    expect(explored.text).toBe("perturbed");
  });

  test("satisfy the constraints, though the best of all may not", () => {
    const members = learned(40);
    const limited = { ...problem, constrained: true, feasible: ([lr]: Point) => lr! < 0.5 };
    const winner = { ...members.heads[0]!, point: [0.3, 1, 0.625] };
    const { point, text } = exploreByBandit(limited, winner, members, OPTIONS, studyRng(1, "explore"));
    expect(point[0]).toBeLessThan(0.5);
    expect(text).toBe("tuned by a model of 40 intervals");
  });
});

test("the highest of many points is climbed to, beyond the best candidate", () => {
  const peak = (x: Float64Array, gradient?: Float64Array) => {
    gradient?.set(x.map((u) => -2 * (u - 0.37)));
    return -x.reduce((sum, u) => sum + (u - 0.37) ** 2, 0);
  };
  const [top] = highestPoints(peak, Float64Array.of(0.9, 0.1, 0.5), studyRng(1, "peak"));
  for (const u of top!) expect(u).toBeCloseTo(0.37, 5);
});
