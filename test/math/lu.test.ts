import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { luInPlace, solveLu } from "../../math/lu.ts";

const values = fc.double({ min: -10, max: 10, noNaN: true });
const system = fc.integer({ min: 1, max: 12 }).chain((n) =>
  fc.record({
    n: fc.constant(n),
    a: fc.array(values, { minLength: n * n, maxLength: n * n }),
    x: fc.array(values, { minLength: n, maxLength: n }),
  }),
);

describe("LU factors", () => {
  test("solve what they are factors of, however the rows are ordered", () => {
    fc.assert(
      fc.property(system, ({ n, a, x }) => {
        // A dominant diagonal, its rows in reverse: well conditioned, and every step needs an exchange.
        const matrix = Float64Array.from(a, (value, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          return value + (i + j === n - 1 ? 20 * n : 0);
        });
        const b = Float64Array.from({ length: n }, (_, i) =>
          x.reduce((sum, value, j) => sum + matrix[i * n + j]! * value, 0),
        );
        const factor = luInPlace(matrix, n);
        expect(factor).not.toBeNull();
        solveLu(factor!, b);
        for (let i = 0; i < n; i++) expect(b[i]!).toBeCloseTo(x[i]!, 9);
      }),
    );
  });

  test("do not exist of a singular matrix, nor of one that is not finite", () => {
    expect(luInPlace(Float64Array.of(1, 2, 2, 4), 2)).toBeNull();
    expect(luInPlace(Float64Array.of(1, Number.NaN, 2, 4), 2)).toBeNull();
    expect(luInPlace(Float64Array.of(Number.POSITIVE_INFINITY), 1)).toBeNull();
  });
});
