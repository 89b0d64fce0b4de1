import { expect, test } from "vitest";
import { threshold } from "../../../algorithms/stopping/threshold.ts";
import { accuracy, goesOn, running, withSettings } from "./curves.ts";

test("a threshold stops a trial whose last value is above it, of a metric that is minimised", () => {
  const judge = withSettings(threshold, { worseThan: 0.7 });
  expect(judge(running([0.9, 0.7]))).toEqual(goesOn);
  expect(judge(running([0.5, 0.8]))).toEqual({
    type: "stop",
    step: 2,
    why: {
      rule: "threshold",
      inputs: { step: 2, value: 0.8, worseThan: 0.7 },
      text: "at epoch 2: 0.8, worse than the threshold 0.7",
    },
  });
});

test("a threshold stops a trial whose last value is below it, of a metric that is maximised", () => {
  const judge = withSettings(threshold, { worseThan: 0.7 });
  expect(judge(running([-0.1, -0.7]), [], accuracy)).toEqual(goesOn);
  expect(judge(running([-0.9, -0.6]), [], accuracy)).toMatchObject({ why: { inputs: { value: 0.6 } } });
});

test("a threshold means nothing before its first step, nor to a trial without a finite value", () => {
  const judge = withSettings(threshold, { worseThan: 0.7, minStep: 3 });
  expect(judge(running([0.9, 0.9]))).toEqual(goesOn);
  expect(judge(running([0.9, 0.9, 0.9])).type).toBe("stop");
  expect(judge(running([], { diverged: true }))).toEqual(goesOn);
});
