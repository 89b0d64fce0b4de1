import { describe, expect, test } from "vitest";
import { percentile } from "../../../algorithms/stopping/percentile.ts";
import { curve, goesOn, running, withSettings } from "./curves.ts";

const settings = { percentile: 25, minTrials: 3, minReports: 1, minShare: 0, spareClimbers: false };
const judge = withSettings(percentile, settings);
// At step 2: 1, 2, 3, 4, 5. Their 25th percentile is 2.
const peers = [1, 2, 3, 4, 5].map((loss, trial) => curve(trial, [9, loss, 0]));

describe("the percentile rule", () => {
  test("keeps a trial while its best value is within the best p per cent at its step", () => {
    expect(judge(running([9, 2]), peers)).toEqual(goesOn);
    expect(judge(running([9, 2.5]), peers)).toEqual({
      type: "stop",
      step: 2,
      why: {
        rule: "percentile",
        inputs: { step: 2, best: 2.5, cut: 2, rank: 3, peers: 5 },
        text: "at epoch 2: best 2.5, cut 2 (25th percentile at this step), 3rd of 6",
      },
    });
    expect(judge(running([1.5, 8]), peers)).toEqual(goesOn);
  });

  test("interpolates between neighbours, as NumPy's percentile does", () => {
    // numpy.percentile([1, 2, 3, 4], 25) = 1.75
    expect(judge(running([9, 1.75]), peers.slice(0, 4))).toEqual(goesOn);
    expect(judge(running([9, 1.76]), peers.slice(0, 4)).type).toBe("stop");
  });

  test("a peer without a report at the step counts with its last one before", () => {
    const sparse = peers.map((peer) => ({ ...peer, steps: [1, 2, 9] }));
    expect(judge(running([9, 2.5], { steps: [1, 5] }), sparse)).toMatchObject({
      step: 5,
      why: { inputs: { cut: 2 } },
    });
  });
});
