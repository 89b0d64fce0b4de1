import { describe, expect, test } from "vitest";
import { curve as rule } from "../../../algorithms/stopping/curve.ts";
import { probabilityOfEndingBelow } from "../../../algorithms/stopping/extrapolate.ts";
import { studentCdf } from "../../../algorithms/stopping/student-t.ts";
import { steps } from "../../suites/stopper-conformance.ts";
import { accuracy, curve, epochs, goesOn, running, withSettings } from "./curves.ts";

const END = 50;
/** Losses of a power law, with a small wave for noise. */
const powerLaw = (length: number, floor: number, exponent: number) =>
  steps(length).map((step) => floor + step ** -exponent + 0.002 * Math.sin(7 * step));
const peers = steps(25).map((trial) => curve(trial, powerLaw(END, trial / 100, 0.5)));
const judge = withSettings(rule);

describe("the learning-curve rule", () => {
  test("stops a trial that is flattening out well above the incumbent, with both witnesses' numbers", () => {
    const verdict = judge(running(powerLaw(20, 2, 1)), peers);
    if (verdict.type !== "stop") throw new Error("it was not stopped");
    expect(verdict.why.inputs).toMatchObject({ step: 20, caughtUp: 0, peers: 25, experience: 1 / 26 });
    expect(verdict.why.inputs.extrapolation).toBeLessThan(0.05);
    expect(verdict.why.text).toMatch(
      /^at epoch 20: best 2\.0\d+, under 0\.1 % chance of beating 0\.1495 by epoch 50, 0 of 25 completed trials made up as much$/,
    );
  });

  test("lets a trial go on whose curve points below the incumbent, though no completed one made up as much", () => {
    const line = steps(20).map((step) => 3 - 0.1 * step);
    expect(judge(running(line), peers)).toEqual(goesOn);
  });

  test("lets a flat trial go on while completed ones have made up as much from there", () => {
    const late = peers.map((peer, index) =>
      index % 2 === 0
        ? peer
        : curve(
            peer.trial,
            steps(END).map((step) => (step < 30 ? 2.5 : 0.2)),
          ),
    );
    expect(judge(running(powerLaw(20, 2, 1)), late)).toEqual(goesOn);
  });

  test("needs enough completed trials for its confidence", () => {
    const subject = running(powerLaw(20, 2, 1));
    expect(judge(subject, peers.slice(0, 9))).toEqual(goesOn);
    expect(judge(subject, peers.slice(0, 10)).type).toBe("stop");
    expect(withSettings(rule, { minTrials: 21 })(subject, peers.slice(0, 20))).toEqual(goesOn);
    expect(withSettings(rule, { probability: 0.05 })(subject, peers.slice(0, 19))).toEqual(goesOn);
    expect(withSettings(rule, { probability: 0.05 })(subject, peers.slice(0, 20)).type).toBe("stop");
  });

  test("waits for four reports and a share of the training", () => {
    const subject = running(powerLaw(4, 9, 1));
    expect(withSettings(rule, { minShare: 0.1 })(subject, peers)).toEqual(goesOn);
    expect(judge(subject, peers).type).toBe("stop");
    expect(withSettings(rule, { minShare: 0 })(running([9, 9, 9]), peers)).toEqual(goesOn);
  });

  test("takes the end of the training from the study, else from the longest completed trial", () => {
    const horizonOf = (maxStep: number | null) => {
      const verdict = judge(running(powerLaw(40, 2, 1)), peers, { ...epochs, maxStep });
      return verdict.type === "stop" ? verdict.why.text.match(/by epoch (\d+)/)?.[1] : null;
    };
    expect(horizonOf(null)).toBe("50");
    expect(horizonOf(60)).toBe("60");
  });

  test("gives the user's values of a metric that is maximised", () => {
    expect(judge(running(powerLaw(20, 2, 1)), peers, accuracy)).toMatchObject({
      why: { text: expect.stringMatching(/^at epoch 20: best -2\.0/) },
    });
  });
});

describe("extrapolating a curve", () => {
  test("a power law and an exponential decay end where they do, within the stated chance", () => {
    for (const shape of [(step: number) => step ** -0.5, (step: number) => Math.exp(-step / 10)]) {
      const noisy = running(steps(100).map((step) => 1 + shape(step) + 0.001 * Math.sin(9 * step)));
      const end = 1 + shape(200);
      expect(probabilityOfEndingBelow(noisy, 200, end + 0.05)).toBeGreaterThan(0.9);
      expect(probabilityOfEndingBelow(noisy, 200, end - 0.05)).toBeLessThan(0.1);
    }
  });

  test("does not depend on units: steps and losses may be scaled and shifted", () => {
    const losses = powerLaw(12, 0.3, 0.7);
    const original = probabilityOfEndingBelow(running(losses), 30, 0.4);
    const other = running(
      losses.map((loss) => 1000 * loss - 7000),
      { steps: steps(12).map((step) => 50 * step + 3) },
    );
    expect(original).toBeGreaterThan(0.01);
    expect(probabilityOfEndingBelow(other, 50 * 30 + 3, 1000 * 0.4 - 7000)).toBeCloseTo(original, 6);
  });

  test("a curve that rises is taken as flat, one that never moved is certain", () => {
    const rising = running(steps(20).map((step) => step / 100));
    expect(probabilityOfEndingBelow(rising, 40, 0.18)).toBeGreaterThan(0.3);
    expect(probabilityOfEndingBelow(running([1, 1, 1, 1]), 9, 1.01)).toBe(1);
    expect(probabilityOfEndingBelow(running([1, 1, 1, 1]), 9, 0.99)).toBe(0);
  });
});

test.each([
  // Tables of Student's t: the upper 5 %, 2.5 % and 0.5 % points.
  [6.3138, 1, 0.95],
  [12.7062, 1, 0.975],
  [4.3027, 2, 0.975],
  [2.3534, 3, 0.95],
  [2.7764, 4, 0.975],
  [3.1693, 10, 0.995],
  [-2.1314, 15, 0.025],
  [0, 7, 0.5],
])("Student's t is below %d with %i degrees of freedom with probability %d", (t, freedom, probability) => {
  expect(studentCdf(t, freedom)).toBeCloseTo(probability, 5);
});
