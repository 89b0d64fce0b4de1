import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { halfRankScale, logScale, plainScale, rankScale } from "../../../algorithms/rf/target.ts";
import { normalQuantile } from "../../../math/normal.ts";

const SCALES = {
  log: logScale,
  plain: plainScale,
  rank: rankScale,
  "half-rank": (losses: readonly number[]) => halfRankScale(losses, normalQuantile),
};
const loss = fc.double({ noNaN: true, noDefaultInfinity: true });

describe.each(Object.entries(SCALES))("the scale %s", (_, scaleOf) => {
  test("keeps the order of any finite losses, in finite targets", () => {
    const property = fc.property(fc.array(loss, { minLength: 1, maxLength: 30 }), (losses) => {
      const { toTarget } = scaleOf(losses);
      const sorted = [...losses].sort((a, b) => a - b);
      const targets = sorted.map(toTarget);
      expect(targets.every(Number.isFinite)).toBe(true);
      for (let i = 1; i < targets.length; i++) expect(targets[i]).toBeGreaterThanOrEqual(targets[i - 1]!);
    });
    fc.assert(property);
  });

  test("is undone by toLoss within the losses seen", () => {
    const losses = [0.5, 1, 2, 4, 8, 9, 30, 31, 500];
    const { toTarget, toLoss } = scaleOf(losses);
    for (const value of losses) expect(toLoss(toTarget(value)) / value).toBeCloseTo(1, 9);
  });

  test("is flat where all losses are the same", () => {
    const { toTarget, toLoss } = scaleOf([3, 3, 3]);
    expect(toTarget(3)).toBe(toTarget(3.0));
    expect(toLoss(toTarget(3))).toBe(3);
  });
});

test("the logarithm resolves the good end: halving the distance to the best counts like halving it again", () => {
  const losses = Array.from({ length: 101 }, (_, i) => i);
  const { toTarget } = logScale(losses);
  // With a = 2·0 - 5: ln((10 + 5) / 105) and so on.
  expect(toTarget(10)).toBeCloseTo(Math.log(15 / 105), 12);
  expect(toTarget(100)).toBe(0);
});

test("one outlier does not flatten the others on the logarithmic scale", () => {
  const { toTarget } = logScale([1, 2, 3, 4, 5, 6, 7, 8, 9, 1e9]);
  expect(toTarget(9) - toTarget(1)).toBeGreaterThan(1);
});
