import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TrialRecord } from "../../../algorithms/common/history.ts";
import { selectFront } from "../../../algorithms/tpe/select-front.ts";
import { createSplit, GOOD, NONE, REST, type Side } from "../../../algorithms/tpe/split.ts";
import { createTable } from "../../../algorithms/tpe/table.ts";
import { problemOf } from "./problems.ts";

const NAMES: Record<Side, string> = { [NONE]: "none", [GOOD]: "good", [REST]: "rest" };

function splitOf(
  records: readonly Partial<TrialRecord>[],
  good: number,
  more: { avoidFailed?: boolean; objectives?: number } = {},
) {
  const problem = problemOf([{ kind: "continuous" }], { objectives: more.objectives ?? 1 });
  const table = createTable(problem);
  const split = createSplit(problem, table, {
    goodCount: () => good,
    avoidFailed: more.avoidFailed ?? true,
    selectFront,
  });
  records.forEach((record, trial) => {
    split.touch(table.put(recordOf(trial, record)).row);
  });
  split.update();
  return { split, table, sides: records.map((_, row) => NAMES[split.side(row)]) };
}

function recordOf(trial: number, record: Partial<TrialRecord>): TrialRecord {
  return {
    trial,
    point: [0.5],
    budget: null,
    status: "completed",
    losses: null,
    violations: [],
    last: null,
    ...record,
  };
}

const completed = (loss: number, violations: number[] = []): Partial<TrialRecord> => ({
  losses: [loss],
  violations,
});
const pruned = (step: number, loss: number): Partial<TrialRecord> => ({
  status: "pruned",
  last: { step, losses: [loss] },
});

describe("the order of trials", () => {
  const records: Partial<TrialRecord>[] = [
    completed(0.1, [3, -1]),
    pruned(2, 0.1),
    completed(5),
    pruned(9, 7),
    { status: "pruned" },
    completed(2),
    completed(0.2, [0.5, 0.5]),
    pruned(9, 6),
    pruned(9, Number.NaN),
  ];
  // Completed by loss; pruned by furthest step, then loss, those without a report last; then by total violation.
  const expected = [5, 2, 7, 3, 8, 1, 4, 6, 0];

  test.each(expected.map((_, count) => count + 1))("gives the first %i as good", (count) => {
    const { split, sides } = splitOf(records, count);
    expect([...split.good]).toEqual(expected.slice(0, count));
    expect(sides.filter((side) => side === "rest").length).toBe(records.length - count);
    expect(split.ranked).toBe(records.length);
  });

  test("of equal losses the earlier trials are good, half of the good ones at most", () => {
    const records = [completed(2), completed(1), completed(1), completed(1), completed(3), completed(1)];
    const { split, sides } = splitOf(records, 4);
    expect([...split.good]).toEqual([1, 2, 0, 4]);
    expect(sides).toEqual(["good", "good", "good", "rest", "good", "rest"]);
    // How much better than trial 4: nothing ranks behind it.
    expect(split.good.map(split.improvement)).toEqual([0.5, 0.5, 0.25, 0]);
  });

  test("where all losses are equal, some trials are good all the same", () => {
    const records = Array.from({ length: 6 }, () => completed(1));
    expect([...splitOf(records, 1).split.good]).toEqual([0]);
    expect([...splitOf(records, 4).split.good]).toEqual([0, 1]);
  });
});

test("pending trials are among the rest and not ranked, cancelled ones are nowhere", () => {
  const { split, sides } = splitOf([completed(1), { status: "pending" }, { status: "cancelled" }], 3);
  expect(sides).toEqual(["good", "rest", "none"]);
  expect(split.ranked).toBe(1);
});

test.each([
  [true, "rest"],
  [false, "none"],
])("with avoidFailed = %s, trials that ended without a result are %s", (avoidFailed, side) => {
  const without: Partial<TrialRecord>[] = [
    { status: "failed" },
    { status: "completed" },
    { status: "infeasible" },
  ];
  const { split, sides } = splitOf([completed(1), ...without], 3, { avoidFailed });
  expect(sides).toEqual(["good", side, side, side]);
  expect(split.ranked).toBe(1);
});

test("improvement is over the best of the rest, and unknown where losses do not compare", () => {
  const losses = [4, 1, 2, 8];
  const { split } = splitOf(
    losses.map((loss) => completed(loss)),
    2,
  );
  expect([1, 2].map(split.improvement)).toEqual([(4 - 1) / 4, (4 - 2) / 4]);
  expect(splitOf([completed(1), pruned(1, 1)], 2).split.improvement(0)).toBeNull();
  const huge = splitOf([completed(-1.7e308), completed(1.7e308)], 1).split;
  expect(huge.improvement(0)).toBeCloseTo(0.85e308, -300);
});

test("of several objectives whole fronts are good, and of the last the points that span the largest volume", () => {
  const losses = [
    [0, 10],
    [10, 0],
    [5, 5],
    [4.9, 5.2],
    [9, 9],
    [1, 9.9],
  ];
  const { split } = splitOf(
    losses.map((each) => ({ losses: each })),
    3,
    { objectives: 2 },
  );
  expect(new Set(split.good)).toEqual(new Set([0, 1, 2]));
  const more = splitOf(
    losses.map((each) => ({ losses: each })),
    6,
    { objectives: 2 },
  );
  expect(more.split.good.length).toBe(6);
});

test("brought up to date step by step it is what it would be at once", () => {
  const step = fc.record({
    trial: fc.nat(40),
    kind: fc.constantFrom("pending", "completed", "pruned", "failed", "violated", "cancelled"),
    value: fc.integer({ min: 0, max: 6 }),
    update: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 1, max: 12 }), (steps, good) => {
      const warm = splitOf([], good);
      const last = new Map<number, Partial<TrialRecord>>();
      for (const { trial, kind, value, update } of steps) {
        const record = recordFor(kind, value);
        last.set(trial, record);
        warm.split.touch(warm.table.put(recordOf(trial, record)).row);
        if (update) warm.split.update();
      }
      warm.split.update();
      const anew = splitOf([...last.values()], good);
      // Rows are in the order of first appearance in both.
      expect([...warm.split.good]).toEqual([...anew.split.good]);
      expect([...last.keys()].map((_, row) => warm.split.side(row))).toEqual(
        [...last.keys()].map((_, row) => anew.split.side(row)),
      );
      expect(warm.split.ranked).toBe(anew.split.ranked);
    }),
  );
});

function recordFor(kind: string, value: number): Partial<TrialRecord> {
  if (kind === "completed") return completed(value);
  if (kind === "violated") return completed(value, [value + 1]);
  if (kind === "pruned") return pruned(value, value);
  return { status: kind as TrialRecord["status"] };
}
