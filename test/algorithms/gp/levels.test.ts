import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alignLevels, type LevelResult } from "../../../algorithms/gp/levels.ts";
import { studyRng } from "../../../core/rng.ts";

const BUDGETS = [0, 0.5, 1];

/** 27 configurations, the best third at the next budget, the best third of these at the last. */
function halved(lossAt: (loss: number, level: number) => number): LevelResult[] {
  const rng = studyRng(4, "losses");
  const losses = Array.from({ length: 27 }, rng).sort((a, b) => a - b);
  return BUDGETS.flatMap((budget, level) =>
    losses
      .slice(0, 27 / 3 ** level)
      .map((loss, index) => ({ configuration: `${index}`, budget, loss: lossAt(loss, level) })),
  );
}

describe("losses of several budgets", () => {
  test("that fall by the same with training become what they would be at the reference", () => {
    const map = alignLevels(
      halved((loss, level) => loss + 5 / (level + 1)),
      1,
    );
    for (const loss of [0.1, 0.5, 0.9]) {
      expect(map(0, loss + 5)).toBeCloseTo(loss + 5 / 3, 9);
      expect(map(0.5, loss + 2.5)).toBeCloseTo(loss + 5 / 3, 9);
    }
  });

  test("are moved down from the budgets above the reference, too", () => {
    const map = alignLevels(
      halved((loss, level) => loss + 5 / (level + 1)),
      0.5,
    );
    expect(map(1, 0.3 + 5 / 3)).toBeCloseTo(0.3 + 2.5, 9);
    expect(map(0.5, 3)).toBe(3);
  });

  test("count by how far they let losses be foretold: a wide spread is drawn together", () => {
    const map = alignLevels(
      halved((loss, level) => 10 ** (2 - level) * loss),
      1,
    );
    const step = map(0.5, 10) - map(0.5, 0);
    expect(step).toBeLessThan(10);
    expect(step).toBeGreaterThanOrEqual(3);
  });

  test("are not mistaken for alike where only the best went on", () => {
    const results = halved((loss) => loss);
    const map = alignLevels(results, 1);
    for (const { budget, loss } of results) expect(map(budget, loss)).toBeCloseTo(loss, 9);
  });

  test("that share no configuration are compared by their medians", () => {
    const results = [1, 2, 3].flatMap((loss) => [
      { configuration: `low ${loss}`, budget: 0, loss: loss + 10 },
      { configuration: `high ${loss}`, budget: 1, loss },
    ]);
    expect(alignLevels(results, 1)(0, 12)).toBeCloseTo(2, 12);
  });

  test("stay finite and keep their order at each budget, whatever they are", () => {
    const result = fc.record({
      configuration: fc.constantFrom("a", "b", "c", "d", "e", "f"),
      budget: fc.constantFrom(...BUDGETS),
      loss: fc.double({ min: -1e300, max: 1e300, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(result, { maxLength: 30 }), fc.constantFrom(...BUDGETS), (results, reference) => {
        const map = alignLevels(results, reference);
        for (const a of results) {
          expect(Number.isFinite(map(a.budget, a.loss))).toBe(true);
          for (const b of results)
            if (a.budget === b.budget && a.loss < b.loss)
              expect(map(a.budget, a.loss)).toBeLessThanOrEqual(map(b.budget, b.loss));
        }
      }),
    );
  });
});
