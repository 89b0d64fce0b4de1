import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PANEL_LINES, type PanelState, remainingSeconds, renderPanel, sparkline } from "../../cli/panel.ts";
import { studySpecSchema } from "../../core/study.ts";

const none = {
  queued: 0,
  running: 0,
  paused: 0,
  completed: 0,
  pruned: 0,
  failed: 0,
  infeasible: 0,
  cancelled: 0,
};

const spec = {
  ...studySpecSchema.parse({
    name: "digits",
    parameters: [{ name: "lr", type: "float", low: 0, high: 1 }],
    objectives: [{ metric: "val_acc", goal: "maximize" }],
    budget: { maxTrials: 30 },
  }),
  seed: 1,
};

function stateOf(study: Partial<PanelState["study"]> = {}, rest: Partial<PanelState> = {}): PanelState {
  return {
    study: {
      name: "digits",
      state: "running",
      counts: none,
      created: 0,
      best: null,
      reason: { code: "running", text: "It runs." },
      spec,
      ...study,
    },
    running: [],
    decisions: [],
    elapsedSeconds: 0,
    ...rest,
  };
}

describe("the panel", () => {
  test("of a study in the middle of its budget", () => {
    const state = stateOf(
      {
        counts: { ...none, completed: 10, pruned: 4, failed: 1, running: 2, queued: 1 },
        best: { trial: 7, values: [0.93456], params: { lr: 0.00012345 } },
      },
      {
        running: [
          { number: 15, seconds: 3, values: [0.1, 0.5, 0.9] },
          { number: 16, seconds: 75, values: [] },
        ],
        decisions: ["trial 14: pruned at step 3"],
        elapsedSeconds: 60,
      },
    );
    expect(renderPanel(state, 80)).toEqual([
      "digits  running  1 min",
      "[████████████░░░░░░░░░░░░] 15/30 trials · 1 failed · 4 pruned · about 1 min left",
      "best  val_acc=0.9346  trial 7  lr=1.23e-4",
      "running 2 · 1 queued",
      "  #15  3 s          ▁▅█ 0.9",
      "  #16  1 min 15 s",
      "› trial 14: pruned at step 3",
    ]);
  });

  test("of a study that has just begun shows no numbers that it does not have", () => {
    expect(renderPanel(stateOf(), 60)).toEqual([
      "digits  running  0 s",
      "[░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░] 0/30 trials",
      "best  –",
      "running 0",
    ]);
  });

  test("of a study without a limit on trials has no bar", () => {
    const study = { spec: { ...spec, budget: {} }, counts: { ...none, completed: 3 } };
    expect(renderPanel(stateOf(study), 60)[1]).toBe("3 trials ended");
  });

  test("of a study that is done says why", () => {
    const study = {
      state: "done" as const,
      reason: { code: "max-trials", text: "All 30 trials have ended." },
    };
    expect(renderPanel(stateOf(study), 80)[0]).toBe("digits  done: All 30 trials have ended.  0 s");
  });

  test("never has more than twelve lines, nor wider ones than the terminal, nor control characters", () => {
    const text = fc.string({ unit: "binary", maxLength: 200 });
    const state = fc.record({
      columns: fc.integer({ min: 1, max: 200 }),
      running: fc.array(fc.record({ number: fc.nat(), seconds: fc.nat(), values: fc.array(fc.double()) })),
      decisions: fc.array(text),
      name: text,
      params: fc.dictionary(text, fc.jsonValue()),
    });
    fc.assert(
      fc.property(state, ({ columns, running, decisions, name, params }) => {
        const best = { trial: 1, values: [1], params: params as Record<string, never> };
        const lines = renderPanel(stateOf({ name, best }, { running, decisions }), columns);
        expect(lines.length).toBeLessThanOrEqual(PANEL_LINES);
        for (const line of lines) {
          expect([...line].length).toBeLessThanOrEqual(columns);
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        }
      }),
      { numRuns: 40 },
    );
  });
});

describe("the time that remains", () => {
  test("follows the pace so far", () => {
    const study = { counts: { ...none, completed: 9, failed: 1 } };
    expect(remainingSeconds(stateOf(study, { elapsedSeconds: 50 }))).toBe(100);
  });

  test("is unknown before a trial has ended, while paused, and without a limit", () => {
    const counts = { ...none, completed: 1 };
    expect(remainingSeconds(stateOf())).toBeNull();
    expect(remainingSeconds(stateOf({ counts, state: "paused" }))).toBeNull();
    expect(remainingSeconds(stateOf({ counts, spec: { ...spec, budget: {} } }))).toBeNull();
  });
});

describe("a sparkline", () => {
  test("spans its values' range in eight heights", () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 20)).toBe("▁▂▃▄▅▆▇█");
  });

  test("keeps the newest values, leaves out what is not finite, and is flat for one value", () => {
    expect(sparkline([9, 0, 7], 2)).toBe("▁█");
    expect(sparkline([0, Number.NaN, Number.POSITIVE_INFINITY, 7], 20)).toBe("▁█");
    expect(sparkline([5, 5], 20)).toBe("▄▄");
    expect(sparkline([], 20)).toBe("");
  });
});
