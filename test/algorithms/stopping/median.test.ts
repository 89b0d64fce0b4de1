import { describe, expect, test } from "vitest";
import { median } from "../../../algorithms/stopping/median.ts";
import { accuracy, curve, epochs, goesOn, running, withSettings } from "./curves.ts";

const settings = { minTrials: 3, minReports: 2, minShare: 0, spareClimbers: false };
const judge = withSettings(median, settings);
const peers = [curve(0, [4, 2, 0]), curve(1, [6, 4, 2]), curve(2, [8, 6, 4])];

describe("the median rule", () => {
  test("compares the best loss so far with the median of running averages up to the same step", () => {
    // Averages up to step 2 are 3, 5, 7; up to step 3: 2, 4, 6.
    expect(judge(running([9, 5]), peers)).toEqual(goesOn);
    expect(judge(running([9, 5.01]), peers)).toEqual({
      type: "stop",
      step: 2,
      why: {
        rule: "median",
        inputs: { step: 2, best: 5.01, cut: 5, rank: 3, peers: 3 },
        text: "at epoch 2: best 5.01, cut 5 (median of the running averages), 3rd of 4",
      },
    });
    expect(judge(running([4.5, 9, 9]), peers)).toMatchObject({ type: "stop", step: 3 });
  });

  test("can be held against the best values of the others instead", () => {
    const strict = withSettings(median, { ...settings, against: "bests" });
    // Best values up to step 2 are 2, 4, 6.
    expect(strict(running([9, 4]), peers)).toEqual(goesOn);
    expect(strict(running([9, 4.5]), peers)).toMatchObject({ type: "stop", why: { inputs: { cut: 4 } } });
  });

  test("gives the user's values of a metric that is maximised", () => {
    const better = peers.map((peer) => ({ ...peer, losses: peer.losses.map((loss) => loss / 10 - 1) }));
    expect(judge(running([-0.3, -0.25]), better, accuracy)).toMatchObject({
      why: { text: "at epoch 2: best 0.3, cut 0.5 (median of the running averages), 3rd of 4" },
    });
  });

  test("a good value long ago keeps a trial alive", () => {
    expect(judge(running([1, 50, 50]), peers)).toEqual(goesOn);
  });

  test("takes the mean of the middle two of an even number of peers", () => {
    const four = [...peers, curve(3, [10, 8, 6])];
    expect(judge(running([6, 6]), four)).toEqual(goesOn);
    expect(judge(running([6.1, 6.1]), four).type).toBe("stop");
  });

  test("waits for enough peers at the step, enough reports, and the first step that counts", () => {
    const hopeless = running([99, 99]);
    expect(withSettings(median, { ...settings, minTrials: 4 })(hopeless, peers)).toEqual(goesOn);
    expect(withSettings(median, { ...settings, minReports: 3 })(hopeless, peers)).toEqual(goesOn);
    expect(withSettings(median, { ...settings, minStep: 2.5 })(hopeless, peers)).toEqual(goesOn);
    const behind = peers.map((peer) => ({ ...peer, completed: false, steps: [1], losses: [1] }));
    expect(judge(hopeless, behind)).toEqual(goesOn);
  });

  test("waits for a share of the training, of declared length or as long as the longest completed one", () => {
    const late = withSettings(median, { ...settings, minShare: 0.5 });
    expect(late(running([99, 99]), peers).type).toBe("stop");
    expect(late(running([99, 99]), peers, { ...epochs, maxStep: 5 })).toEqual(goesOn);
    expect(late(running([99, 99]), [...peers, curve(3, [1, 1, 1, 1, 1])])).toEqual(goesOn);
  });

  test("a peer that completed early counts with all it has, one that diverged does not count", () => {
    const short = [...peers.slice(0, 2), curve(2, [1])];
    expect(judge(running([99, 99]), short).type).toBe("stop");
    const diverged = [...peers.slice(0, 2), curve(2, [8, 6, 4], { diverged: true })];
    expect(judge(running([99, 99]), diverged)).toEqual(goesOn);
  });

  test("spares a trial that comes down fast enough to reach the cut by the end, and no other", () => {
    const sparing = withSettings(median, { ...settings, spareClimbers: true });
    const flat = [0, 1, 2].map((trial) => curve(trial, Array(10).fill(1)));
    // The second half of the reports comes down by 1 a step; six steps are left.
    expect(sparing(running([9, 9, 8, 7]), flat)).toEqual(goesOn);
    expect(sparing(running([9, 9, 9, 8]), flat)).toMatchObject({ type: "stop", step: 4 });
    // By an end at 9, 7 - 5 = 2 is not enough, and without an end nothing is known.
    expect(sparing(running([9, 9, 8, 7]), flat, { ...epochs, maxStep: 9 }).type).toBe("stop");
    const unfinished = flat.map((peer) => ({ ...peer, completed: false }));
    expect(sparing(running([9, 9, 8, 7]), unfinished).type).toBe("stop");
  });
});
