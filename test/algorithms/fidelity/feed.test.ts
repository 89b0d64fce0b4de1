import { describe, expect, test } from "vitest";
import { createFeed } from "../../../algorithms/fidelity/feed.ts";
import type { Feed } from "../../../algorithms/fidelity/teller.ts";
import type { Point, Problem, Search, TrialEvent } from "../../../core/algorithm.ts";
import type { FidelityProblem, ScheduleEvent } from "../../../core/fidelity.ts";
import { ends, pauses, problemOf, reports, resumes, starts } from "../../support/fidelity.ts";

/** Rungs 1, 3, 9, and one dimension: two results make a rung the model's. */
const problem = problemOf({ min: 1, max: 9, eta: 3 });

interface Heard {
  feed: Feed;
  /** What each sampler that was built was told. */
  samplers: { problem: Problem; events: TrialEvent[] }[];
  /** What the sampler of the moment knows, once asked. */
  known(): string[];
}

/** A sampler that remembers what it is told, and proposes the middle. */
function listen(takesPinned: boolean, events: ScheduleEvent[], of: FidelityProblem = problem): Heard {
  const samplers: Heard["samplers"] = [];
  const feed = createFeed(
    of,
    (own): Search => {
      const heard: TrialEvent[] = [];
      samplers.push({ problem: own, events: heard });
      const why = { rule: "middle", inputs: {}, text: "The middle." };
      const point = own.dimensions.map((dimension) =>
        dimension.kind === "continuous" ? (dimension.pinned ?? 0.5) : 0,
      );
      return {
        observe: (event) => {
          heard.push(event);
        },
        suggest: () => ({ type: "start", point, budget: null, why }),
      };
    },
    takesPinned,
  );
  for (const event of events) feed.observe(event);
  return {
    feed,
    samplers,
    known() {
      feed.suggest(() => 0);
      return samplers.at(-1)!.events.map(inWords);
    },
  };
}

function inWords(event: TrialEvent): string {
  // To a few digits: the middle of a log scale is one only up to rounding.
  const places = (point: Point) => point.map((x) => Number(x!.toFixed(9))).join(" ");
  if (event.type === "scheduled") return `${event.trial} pending at ${places(event.point)}`;
  if (event.type === "observed") return `${event.trial} had ${event.losses} at ${event.step}`;
  return `${event.trial} ${event.cause} ${event.losses ?? "without a result"}`;
}

describe("a sampler of one rung", () => {
  const heard = (...events: ScheduleEvent[]) => listen(false, events).known();

  test("learns the result at the lowest rung as that of a completed trial, and nothing of what follows", () => {
    const events = [starts(0, 1), reports(0, 1, 5), pauses(0, 1, 5), resumes(0, 3), ends(0, "failed")];
    // A report and the pause both tell the result.
    expect(heard(...events)).toEqual(["0 pending at 0", "0 completed 5", "0 completed 5"]);
  });

  test("is built anew when a higher rung has d + 1 results, with the values at that rung", () => {
    const first = [0, 1, 2].flatMap((trial) => [starts(trial, 1), pauses(trial, 1, 10 + trial)]);
    const listening = listen(false, [...first, resumes(0, 3), pauses(0, 3, 20)]);
    expect(listening.known()).toEqual([
      "0 pending at 0",
      "0 completed 10",
      "1 pending at 0.01",
      "1 completed 11",
      "2 pending at 0.02",
      "2 completed 12",
    ]);
    for (const event of [resumes(1, 3), pauses(1, 3, 21)]) listening.feed.observe(event);
    expect(listening.known()).toEqual([
      "0 pending at 0",
      "0 had 10 at 1",
      "0 pruned 10",
      "1 pending at 0.01",
      "1 had 11 at 1",
      "1 pruned 11",
      "2 pending at 0.02",
      "2 had 12 at 1",
      "2 pruned 12",
      "0 pending at 0",
      "0 completed 20",
      "1 pending at 0.01",
      "1 completed 21",
    ]);
    expect(listening.samplers).toHaveLength(2);
    expect(listening.samplers[1]!.problem.dimensions).toEqual(problem.dimensions);
  });

  test("learns of a trial beyond the rung its value at the rung, also when it never paused there", () => {
    const rungThree = [0, 1].flatMap((trial) => [starts(trial, 3), pauses(trial, 3, 20 + trial)]);
    const through = [starts(2, 9), reports(2, 1, 30), reports(2, 4, 31), ends(2, "completed", 32)];
    expect(heard(...rungThree, ...through).slice(-2)).toEqual(["2 pending at 0.02", "2 completed 31"]);
    const onlyEnd = [starts(2, 9), ends(2, "completed", 32)];
    expect(heard(...rungThree, ...onlyEnd).slice(-1)).toEqual(["2 completed 32"]);
  });

  test("learns of a trial stopped below the rung what it had at its highest rung, else at its last step", () => {
    const rungThree = [0, 1].flatMap((trial) => [starts(trial, 3), pauses(trial, 3, 20 + trial)]);
    const stopped = [starts(2, 3), reports(2, 1, 40), reports(2, 2, 41), ends(2, "pruned", 41)];
    expect(heard(...rungThree, ...stopped).slice(-2)).toEqual(["2 had 40 at 1", "2 pruned 41"]);
    const ofMany = problemOf({ min: 2, max: 18, eta: 3 });
    const early = [starts(0, 2), reports(0, 1, 7), ends(0, "pruned", 7)];
    expect(listen(false, early, ofMany).known().slice(-2)).toEqual(["0 had 7 at 1", "0 pruned 7"]);
  });

  test("learns of failures, of ends of a script's own, and of trials that a user enqueued", () => {
    expect(heard(starts(0, 1), ends(0, "failed")).at(-1)).toBe("0 failed without a result");
    expect(heard(starts(0, 1), pauses(0, 1)).at(-1)).toBe("0 failed without a result");
    expect(heard(starts(0, 1), ends(0, "infeasible")).at(-1)).toBe("0 infeasible without a result");
    expect(heard(starts(0, null), reports(0, 1, 3), ends(0, "completed", 1)).at(1)).toBe("0 completed 3");
    expect(heard(starts(0, 1), ends(0, "failed"), ends(0, "completed", 4)).at(-1)).toBe("0 completed 4");
    const rungThree = [0, 1].flatMap((trial) => [starts(trial, 3), pauses(trial, 3, 20 + trial)]);
    expect(heard(...rungThree, starts(2, 1), ends(2, "completed", 9)).at(-1)).toBe("2 completed 9");
  });

  test("takes no report on the way for a result where there are outcome constraints", () => {
    const constrained = { ...problem, constraints: 1 };
    const events = [starts(0, 9), reports(0, 1, 3), reports(0, 3, 2)];
    expect(listen(false, events, constrained).known()).toEqual(["0 pending at 0"]);
  });
});

describe("a sampler of all rungs", () => {
  const heard = (...events: ScheduleEvent[]) => listen(true, events).known();

  test("learns each result at a rung as a trial of its own, at the budget's place on a log scale", () => {
    const events = [starts(4, 1), pauses(4, 1, 5), resumes(4, 3), pauses(4, 3, 6), resumes(4, 9)];
    expect(heard(...events)).toEqual([
      "12 pending at 0.04 0",
      "12 completed 5",
      "13 pending at 0.04 0.5",
      "13 completed 6",
      "14 pending at 0.04 1",
    ]);
  });

  test("learns the results at rungs that a trial runs past, while it is pending at its budget", () => {
    const events = [starts(0, 9), reports(0, 1, 5), reports(0, 3, 4), ends(0, "pruned", 4)];
    expect(heard(...events)).toEqual([
      "2 pending at 0 1",
      "0 pending at 0 0",
      "0 completed 5",
      "2 had 5 at 1",
      "1 pending at 0 0.5",
      "1 completed 4",
      "2 had 4 at 3",
      "2 pruned 4",
    ]);
  });

  test("learns that a trial ended at the rung it was training for, and keeps what it reached before", () => {
    const events = [starts(0, 1), pauses(0, 1, 5), resumes(0, 3), ends(0, "failed"), ends(0, "completed", 4)];
    expect(heard(...events).slice(-3)).toEqual([
      "1 pending at 0 0.5",
      "1 failed without a result",
      "1 completed 4",
    ]);
    expect(heard(starts(0, 1), pauses(0, 1, 5), ends(0, "cancelled"))).toEqual([
      "0 pending at 0 0",
      "0 completed 5",
    ]);
    expect(heard(starts(0, 1), pauses(0, 1)).at(-1)).toBe("0 failed without a result");
    expect(heard(starts(0, null))).toEqual(["2 pending at 0 1"]);
  });

  test("is asked about the lowest rung at first, then about the highest with d + 1 results", () => {
    const listening = listen(true, []);
    const pinned = () => {
      listening.known();
      const last = listening.samplers.at(-1)!.problem.dimensions.at(-1)!;
      return last.kind === "continuous" ? last.pinned : undefined;
    };
    expect(pinned()).toBe(0);
    for (const trial of [0, 1]) {
      listening.feed.observe(starts(trial, 3));
      listening.feed.observe(pauses(trial, 3, 1));
    }
    expect(pinned()).toBeCloseTo(0.5, 9);
  });

  test("proposes points of the study's own dimensions, and its constraints see no other", () => {
    const seen: number[] = [];
    const feasible: Problem["feasible"] = (point) => seen.push(point.length) > 0;
    const listening = listen(true, [], { ...problem, constrained: true, feasible });
    expect(listening.feed.suggest(() => 0)).toMatchObject({ type: "start", point: [0.5] });
    listening.samplers[0]!.problem.feasible([0.5, 0]);
    expect(seen).toEqual([1]);
  });
});
