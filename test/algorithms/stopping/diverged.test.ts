import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { diverged } from "../../../algorithms/stopping/diverged.ts";
import { accuracy, curve, goesOn, running, withSettings } from "./curves.ts";

const judge = withSettings(diverged);

describe("the divergence rule", () => {
  test("stops a trial that reported NaN or infinity, with or without finite values", () => {
    expect(judge(running([0.5, 0.4], { diverged: true }))).toEqual({
      type: "stop",
      step: 2,
      why: {
        rule: "diverged",
        inputs: { step: 2, value: 0.4 },
        text: "at epoch 2: 0.4 and a value that is NaN or infinite",
      },
    });
    expect(judge(running([], { diverged: true }))).toMatchObject({
      type: "stop",
      step: 0,
      why: { inputs: { step: 0 }, text: "at epoch 0: NaN or infinite, no finite loss so far" },
    });
  });

  test("stops a trial whose loss stays beyond its first by ten times what it had gained", () => {
    // It came down by 0.4 from 1: the cut is 1 + 10 * 0.4.
    expect(judge(running([1, 0.8, 0.6, 4.9, 60]))).toEqual(goesOn);
    expect(judge(running([1, 0.8, 0.6, 5.1, 60]))).toMatchObject({
      type: "stop",
      step: 5,
      why: {
        inputs: { value: 60, cut: 5, reports: 2 },
        text: "at epoch 5: 60, cut 5, exploded for 2 reports",
      },
    });
  });

  test("one spike ends nothing", () => {
    expect(judge(running([1, 0.8, 0.6, 1000]))).toEqual(goesOn);
    expect(judge(running([1, 0.8, 0.6, 1000, 0.5]))).toEqual(goesOn);
  });

  test("a trial that only ever got worse explodes when it leaves its usual pace", () => {
    expect(judge(running([1, 1.1, 1.2, 1.3, 1.4, 1.5]))).toEqual(goesOn);
    expect(judge(running([1, 1.1, 1.2, 1.3, 2.1, 2.1])).type).toBe("stop");
  });

  test("what the peers gained is a scale too, up to the same step alone", () => {
    const peers = [0, 1, 2].map((trial) => curve(trial, [5, 4, 3, 3, 3, -1e9]));
    expect(judge(running([1, 1, 1, 20, 20]), peers)).toEqual(goesOn);
    expect(judge(running([1, 1, 1, 22, 22]), peers)).toMatchObject({ why: { inputs: { cut: 21 } } });
  });

  test("a curve that never moved has no scale to explode on", () => {
    expect(judge(running([1, 1, 1, 50, 50]))).toEqual(goesOn);
  });

  test("slow overfitting and a bounded metric that collapses are no explosions", () => {
    expect(judge(running([1, 0.6, 0.3, 0.4, 0.6, 0.9, 1.2]))).toEqual(goesOn);
    expect(judge(running([-0.5, -0.7, -0.9, 0, 0]), [], accuracy)).toEqual(goesOn);
  });

  test("the verdict is the same in any unit: losses scaled by a power of two and shifted by whole numbers", () => {
    const losses = fc.array(fc.integer({ min: -100, max: 1000 }), { minLength: 1, maxLength: 8 });
    const unit = fc.record({
      power: fc.integer({ min: -20, max: 20 }),
      shift: fc.integer({ min: -1000, max: 1000 }),
    });
    fc.assert(
      fc.property(losses, fc.array(losses, { maxLength: 4 }), unit, (own, others, { power, shift }) => {
        const change = (list: readonly number[]) => list.map((loss) => (loss + shift) * 2 ** power);
        const peers = others.map((list, trial) => curve(trial, list));
        const changed = others.map((list, trial) => curve(trial, change(list)));
        expect(judge(running(change(own)), changed).type).toBe(judge(running(own), peers).type);
      }),
    );
  });
});
