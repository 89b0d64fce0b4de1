import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trialRng } from "../../core/rng.ts";
import {
  hypervolume,
  hypervolumeContributions,
  selectByHypervolume,
  usualReference,
} from "../../math/hypervolume.ts";

const points = (m: number, maxLength: number, max = 6) =>
  fc.array(fc.array(fc.integer({ min: 0, max }), { minLength: m, maxLength: m }), { maxLength });
const at = (m: number, value: number) => Array.from({ length: m }, () => value);

/** Volume of a union of boxes by the signed volumes of all their intersections. */
function byInclusionExclusion(losses: number[][], reference: number[]): number {
  let sum = 0;
  for (let subset = 1; subset < 1 << losses.length; subset++) {
    const members = losses.filter((_, index) => subset & (1 << index));
    const corner = reference.map((_, k) => Math.max(...members.map((point) => point[k]!)));
    const volume = corner.reduce((product, x, k) => product * Math.max(0, reference[k]! - x), 1);
    sum += members.length % 2 === 1 ? volume : -volume;
  }
  return sum;
}

describe("hypervolume", () => {
  test.each([1, 2, 3, 4, 5])("of %i losses is exactly what inclusion and exclusion give", (m) => {
    fc.assert(
      fc.property(points(m, 8), (losses) => {
        expect(hypervolume(losses, at(m, 5))).toBe(byInclusionExclusion(losses, at(m, 5)));
      }),
      { numRuns: 150 },
    );
  });

  test.each([2, 3, 4])("of %i losses agrees with the share of random points that are dominated", (m) => {
    const rng = trialRng(3, m, "points");
    const losses = Array.from({ length: 30 }, () => Array.from({ length: m }, rng));
    const draws = 40_000;
    let dominated = 0;
    for (let i = 0; i < draws; i++) {
      const y = Array.from({ length: m }, () => 1.1 * rng());
      if (losses.some((loss) => loss.every((x, k) => x <= y[k]!))) dominated++;
    }
    expect(hypervolume(losses, at(m, 1.1)) / 1.1 ** m).toBeCloseTo(dominated / draws, 1.5);
  });

  test("of points at or beyond the reference, or of none, is 0", () => {
    expect(
      hypervolume(
        [
          [1, 5],
          [6, 0],
          [Number.POSITIVE_INFINITY, 1],
        ],
        [5, 5],
      ),
    ).toBe(0);
    expect(hypervolume([], [1, 1])).toBe(0);
  });

  test("does not overflow or underflow on the way", () => {
    expect(
      hypervolume(
        [
          [-1e300, 1 - 2 ** -50],
          [-2e300, 1],
        ],
        [0, 1],
      ),
    ).toBe(1e300 * 2 ** -50);
    expect(hypervolume([[-1e-200, -1e200]], [0, 0])).toBeCloseTo(1, 12);
    expect(
      hypervolume(
        [
          [-1.7e308, 0.5],
          [-1.7e308, 0.25],
        ],
        [1.7e308, 1],
      ),
    ).toBe(Number.POSITIVE_INFINITY);
  });

  test("of a thousand points of three losses takes less than half a second", () => {
    const rng = trialRng(1, 0, "sphere");
    const losses = Array.from({ length: 1000 }, () => {
      const x = [rng(), rng(), rng()];
      const norm = Math.hypot(...x);
      return x.map((value) => 1 - value / norm);
    });
    hypervolume(losses, [1, 1, 1]);
    const start = performance.now();
    // The space under an eighth of a unit sphere, from outside.
    expect(hypervolume(losses, [1, 1, 1])).toBeCloseTo(Math.PI / 6, 1);
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe("hypervolume contributions", () => {
  test.each([1, 2, 3, 4])("of %i losses are what the volume loses without each point", (m) => {
    fc.assert(
      fc.property(points(m, 8), (losses) => {
        const reference = at(m, 5);
        const whole = hypervolume(losses, reference);
        const lost = losses.map((_, index) => whole - hypervolume(losses.toSpliced(index, 1), reference));
        expect([...hypervolumeContributions(losses, reference)]).toEqual(lost);
      }),
      { numRuns: 150 },
    );
  });
});

describe("selection by hypervolume", () => {
  test.each([2, 3, 4])("of %i losses takes at each step the point that adds most", (m) => {
    fc.assert(
      fc.property(points(m, 12), fc.integer({ min: 0, max: 14 }), (losses, count) => {
        const reference = at(m, 5);
        expect(selectByHypervolume(losses, reference, count)).toEqual(
          naiveSelection(losses, reference, count),
        );
      }),
      { numRuns: 200 },
    );
  });

  test("takes 25 of 5,000 points in less than a second", () => {
    const rng = trialRng(1, 1, "front");
    const losses = Array.from({ length: 5000 }, () => {
      const x = rng();
      return [x, 1 - Math.sqrt(x)];
    });
    const start = performance.now();
    const selected = selectByHypervolume(losses, [1.1, 1.1], 25);
    expect(performance.now() - start).toBeLessThan(1000);
    const kept = selected.map((index) => losses[index]!);
    expect(hypervolume(kept, [1.1, 1.1])).toBeGreaterThan(0.96 * hypervolume(losses, [1.1, 1.1]));
  });

  test("the usual reference is worse than every point in every loss", () => {
    fc.assert(
      fc.property(points(3, 6), (losses) => {
        for (const point of losses)
          for (const [k, x] of point.entries()) expect(usualReference(losses)[k]).toBeGreaterThan(x);
      }),
    );
    expect(usualReference([[-10, 0, 1e308]])).toEqual([-9, Number.MIN_VALUE, expect.closeTo(1.1e308, -300)]);
    expect(usualReference([[1.79e308, 1]])[0]).toBe(Number.MAX_VALUE);
  });
});

function naiveSelection(losses: number[][], reference: number[], count: number): number[] {
  const selected: number[] = [];
  const volumeWith = (index: number) =>
    hypervolume(
      [...selected, index].map((at) => losses[at]!),
      reference,
    );
  while (selected.length < Math.min(count, losses.length)) {
    let best = -1;
    for (const index of losses.keys()) {
      if (selected.includes(index)) continue;
      if (best < 0 || volumeWith(index) > volumeWith(best)) best = index;
    }
    selected.push(best);
  }
  return selected;
}
