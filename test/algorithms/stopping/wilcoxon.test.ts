import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { signedRankP } from "../../../algorithms/stopping/signed-rank.ts";
import { wilcoxon } from "../../../algorithms/stopping/wilcoxon.ts";
import { accuracy, curve, goesOn, running, withSettings } from "./curves.ts";

/** P(W >= observed) by trying every sign of every difference that is not zero; zeros keep their ranks. */
function byEnumeration(differences: readonly number[]): number {
  const size = (d: number) => Math.abs(d);
  const ranks = differences.map(
    (d) =>
      differences.filter((other) => size(other) < size(d)).length +
      (differences.filter((other) => size(other) === size(d)).length + 1) / 2,
  );
  const nonZero = ranks.filter((_, index) => differences[index] !== 0);
  const observed = ranks.reduce((sum, each, index) => sum + (differences[index]! > 0 ? each : 0), 0);
  let reached = 0;
  for (let signs = 0; signs < 2 ** nonZero.length; signs++) {
    const sum = nonZero.reduce((total, each, index) => total + ((signs >> index) & 1 ? each : 0), 0);
    if (sum >= observed) reached++;
  }
  return reached / 2 ** nonZero.length;
}

describe("the signed-rank test", () => {
  // Critical values of the tables (Wilcoxon 1945): P(W <= w) of n differences, by symmetry P(W >= n(n + 1)/2 - w).
  test.each([
    [[1, 2, 3, 4, 5], 1 / 32],
    [[-1, 2, 3, 4, 5], 2 / 32],
    [[1, -2, 3, 4, 5], 3 / 32],
    [[-1, -2, 3, 4, 5, 6], 5 / 64],
    [[1, 2, -3, 4, 5, 6, 7, 8], 5 / 256],
    [[-1, -2, -3, -4], 1],
    // n = 10, W- = 10: one-sided p = 0.0420 in the tables.
    [[1, 2, 3, -4, 5, -6, 7, 8, 9, 10], 43 / 1024],
  ])("of the differences %j has p = %d", (differences, p) => {
    expect(signedRankP(differences)).toBeCloseTo(p, 14);
  });

  test("agrees with trying all signs, also with ties and zeros", () => {
    const differences = fc.array(fc.integer({ min: -4, max: 6 }), { maxLength: 10 });
    fc.assert(
      fc.property(differences, (list) => {
        expect(signedRankP(list)).toBeCloseTo(byEnumeration(list), 12);
      }),
    );
  });

  test("nothing, and nothing but zeros, proves nothing", () => {
    expect(signedRankP([])).toBe(1);
    expect(signedRankP([0, 0, 0, 0])).toBe(1);
  });

  test("beyond fifty differences the normal distribution takes over without a jump", () => {
    const list = Array.from({ length: 50 }, (_, index) => (index % 3 === 0 ? -1 : 1) * (index + 1));
    const exact = signedRankP(list);
    expect(exact).toBeGreaterThan(0.01);
    expect(signedRankP([...list, 51])).toBeLessThan(exact);
    expect(signedRankP([...list, -51])).toBeGreaterThan(exact);
  });
});

describe("the Wilcoxon rule", () => {
  const judge = withSettings(wilcoxon);
  const incumbent = curve(3, [0.5, 0.4, 0.6, 0.5, 0.5]);
  const peers = [curve(0, [0.1, 0.9, 0.9, 0.9, 0.9]), incumbent, curve(5, [0.2], { completed: false })];

  test("stops a trial that is worse than the incumbent on all of four folds", () => {
    // p = 1/8 after three folds, 1/16 after four.
    expect(judge(running([0.6, 0.6, 0.9]), peers)).toEqual(goesOn);
    expect(judge(running([0.6, 0.6, 0.9, 0.9]), peers)).toEqual({
      type: "stop",
      step: 4,
      why: {
        rule: "wilcoxon",
        inputs: {
          step: 4,
          mean: expect.closeTo(0.75, 12),
          incumbentMean: expect.closeTo(0.5, 12),
          incumbent: 3,
          folds: 4,
          probability: 1 / 16,
        },
        text: "at epoch 4: mean 0.75, trial 3 has 0.5 on the same 4 epochs, p = 0.0625",
      },
    });
  });

  test("compares only folds that both have, in whatever order they were run", () => {
    const shuffled = running([0.6, 9, 0.9, 0.9], { steps: [2, 2.5, 3, 4] });
    expect(judge(shuffled, peers)).toEqual(goesOn);
    expect(judge(running([0.6, 0.6, 9, 0.9, 0.9], { steps: [1, 2, 2.5, 3, 4] }), peers)).toMatchObject({
      why: { inputs: { folds: 4, mean: expect.closeTo(0.75, 12) } },
    });
  });

  test("spares a trial whose mean is not worse, however many folds are", () => {
    const mostlyWorse = [0.51, 0.41, 0.61, 0.51, 0.52, 0.53, 0.54, -9];
    const long = [curve(0, [0.5, 0.4, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5])];
    expect(judge(running(mostlyWorse), long)).toEqual(goesOn);
    expect(judge(running(mostlyWorse.slice(0, 7)), long).type).toBe("stop");
  });

  test("waits for so many folds and for a completed trial", () => {
    const hopeless = running([9, 9, 9, 9]);
    expect(withSettings(wilcoxon, { minFolds: 5 })(hopeless, peers)).toEqual(goesOn);
    expect(judge(hopeless, [curve(0, [0, 0, 0, 0], { completed: false })])).toEqual(goesOn);
  });

  test("gives the user's values of a metric that is maximised", () => {
    const flipped = peers.map((peer) => ({ ...peer, losses: peer.losses.map((loss) => loss - 1) }));
    expect(judge(running([-0.4, -0.4, -0.1, -0.1]), flipped, accuracy)).toMatchObject({
      why: { text: "at epoch 4: mean 0.25, trial 3 has 0.5 on the same 4 epochs, p = 0.0625" },
    });
  });
});
