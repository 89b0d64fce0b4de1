import { describe, expect, test } from "vitest";
import { noImprovement } from "../../../algorithms/stopping/no-improvement.ts";
import { accuracy, goesOn, running, withSettings } from "./curves.ts";

describe("the patience rule", () => {
  test("stops a trial that has not improved for so many reports", () => {
    const judge = withSettings(noImprovement, { patience: 2 });
    expect(judge(running([5, 3, 4]))).toEqual(goesOn);
    expect(judge(running([5, 3, 4, 3]))).toEqual({
      type: "stop",
      step: 4,
      why: {
        rule: "no-improvement",
        inputs: { step: 4, value: 3, best: 3, bestStep: 2, waited: 2 },
        text: "at epoch 4: 3, no improvement on 3 of epoch 2, 2 reports ago",
      },
    });
    expect(judge(running([5, 3, 4, 2]))).toEqual(goesOn);
  });

  test("counts steps instead of reports when told to", () => {
    const judge = withSettings(noImprovement, { patience: 100, patienceIn: "steps" });
    expect(judge(running([-0.5, -0.4], { steps: [50, 149] }), [], accuracy)).toEqual(goesOn);
    expect(judge(running([-0.5, -0.4], { steps: [50, 150] }), [], accuracy)).toMatchObject({
      why: { text: "at epoch 150: 0.4, no improvement on 0.5 of epoch 50, 100 epochs ago" },
    });
  });

  test("small gains count once they add up to more than the least one", () => {
    const judge = withSettings(noImprovement, { patience: 3, minDelta: 1 });
    expect(judge(running([5, 4.6, 4.2, 4]))).toMatchObject({
      type: "stop",
      why: { inputs: { bestStep: 1 } },
    });
    expect(judge(running([5, 4.6, 4.2, 3.9]))).toEqual(goesOn);
  });

  test("a relative gain is a share of the size of the best value, whatever its sign", () => {
    const judge = withSettings(noImprovement, { patience: 1, minDelta: 0.1, deltaIs: "relative" });
    expect(judge(running([10, 9.1])).type).toBe("stop");
    expect(judge(running([10, 8.9]))).toEqual(goesOn);
    expect(judge(running([-10, -10.9])).type).toBe("stop");
    expect(judge(running([-10, -11.1]))).toEqual(goesOn);
  });

  test("waits for its first step", () => {
    const judge = withSettings(noImprovement, { patience: 1, minStep: 4 });
    expect(judge(running([1, 1, 1]))).toEqual(goesOn);
    expect(judge(running([1, 1, 1, 1])).type).toBe("stop");
  });
});
