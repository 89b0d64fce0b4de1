import { describe, expect, test } from "vitest";
import { median } from "../../../algorithms/stopping/median.ts";
import type { Curve } from "../../../core/stopper.ts";

const config = { minTrials: 3, minReports: 2 };

function curve(trial: number, losses: number[], extra: Partial<Curve> = {}): Curve {
  return {
    trial,
    steps: losses.map((_, index) => index + 1),
    losses,
    diverged: false,
    completed: true,
    ...extra,
  };
}

const peers = [curve(0, [4, 2, 0]), curve(1, [6, 4, 2]), curve(2, [8, 6, 4])];

describe("the median rule", () => {
  test("compares the best loss so far with the median of running averages up to the same step", () => {
    // Averages up to step 2 are 3, 5, 7; up to step 3: 2, 4, 6.
    expect(median.judge(config, curve(9, [9, 5]), peers)).toEqual({ type: "continue" });
    const verdict = median.judge(config, curve(9, [9, 5.01]), peers);
    expect(verdict).toMatchObject({
      type: "stop",
      step: 2,
      why: { rule: "median", inputs: { step: 2, bestLoss: 5.01, medianLoss: 5, peers: 3 } },
    });
    expect(median.judge(config, curve(9, [4.5, 9, 9]), peers)).toMatchObject({ type: "stop", step: 3 });
  });

  test("a good value long ago keeps a trial alive", () => {
    expect(median.judge(config, curve(9, [1, 50, 50]), peers)).toEqual({ type: "continue" });
  });

  test("takes the mean of the middle two of an even number of peers", () => {
    const four = [...peers, curve(3, [10, 8, 6])];
    expect(median.judge(config, curve(9, [6, 6]), four)).toEqual({ type: "continue" });
    expect(median.judge(config, curve(9, [6.1, 6.1]), four).type).toBe("stop");
  });

  test("waits for enough peers at the step and for enough reports of the trial", () => {
    expect(median.judge({ ...config, minTrials: 4 }, curve(9, [99, 99]), peers).type).toBe("continue");
    expect(median.judge({ ...config, minReports: 3 }, curve(9, [99, 99]), peers).type).toBe("continue");
    const running = peers.map((peer) => ({ ...peer, completed: false, steps: [1], losses: [1] }));
    expect(median.judge(config, curve(9, [99, 99]), running).type).toBe("continue");
  });

  test("a peer that completed early counts with all it has, one that diverged does not count", () => {
    const short = [...peers.slice(0, 2), curve(2, [1])];
    expect(median.judge(config, curve(9, [99, 99]), short).type).toBe("stop");
    const diverged = [...peers.slice(0, 2), curve(2, [8, 6, 4], { diverged: true })];
    expect(median.judge(config, curve(9, [99, 99]), diverged).type).toBe("continue");
  });
});
