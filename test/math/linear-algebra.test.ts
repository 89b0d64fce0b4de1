import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  choleskyInPlace,
  inverseFromCholesky,
  logDeterminantFromCholesky,
  solveLower,
  solveLowerTransposed,
} from "../../math/linear-algebra.ts";

/** B B' + I for a random B. */
const positiveDefinite = fc.integer({ min: 1, max: 12 }).chain((n) =>
  fc.array(fc.double({ min: -2, max: 2, noNaN: true }), { minLength: n * n, maxLength: n * n }).map((b) => ({
    n,
    a: Float64Array.from({ length: n * n }, (_, at) => {
      const [i, j] = [Math.floor(at / n), at % n];
      return b
        .slice(i * n, i * n + n)
        .reduce((sum, value, k) => sum + value * b[j * n + k]!, Number(i === j));
    }),
  })),
);

describe("the Cholesky factor", () => {
  test("multiplied by its transpose is the matrix again", () => {
    fc.assert(
      fc.property(positiveDefinite, ({ n, a }) => {
        const l = a.slice();
        expect(choleskyInPlace(l, n)).toBe(true);
        for (let i = 0; i < n; i++) {
          for (let j = 0; j <= i; j++) {
            let sum = 0;
            for (let k = 0; k <= j; k++) sum += l[i * n + k]! * l[j * n + k]!;
            expect(sum).toBeCloseTo(a[i * n + j]!, 10);
          }
        }
      }),
    );
  });

  test("solves systems, and gives the inverse", () => {
    fc.assert(
      fc.property(positiveDefinite, ({ n, a }) => {
        const l = a.slice();
        choleskyInPlace(l, n);
        const b = Float64Array.from({ length: n }, (_, i) => Math.cos(i));
        const x = b.slice();
        solveLower(l, n, x);
        solveLowerTransposed(l, n, x);
        const inverse = inverseFromCholesky(l, n);
        for (let i = 0; i < n; i++) {
          const row = a.subarray(i * n, i * n + n);
          expect(row.reduce((sum, value, j) => sum + value * x[j]!, 0)).toBeCloseTo(b[i]!, 9);
          for (let j = 0; j < n; j++) {
            const entry = row.reduce((sum, value, k) => sum + value * inverse[k * n + j]!, 0);
            expect(entry).toBeCloseTo(Number(i === j), 9);
          }
        }
      }),
    );
  });

  test("gives the log determinant", () => {
    const l = Float64Array.of(4, 2, 2, 3);
    choleskyInPlace(l, 2);
    expect(logDeterminantFromCholesky(l, 2)).toBeCloseTo(Math.log(8), 14);
  });

  test.each([[[0]], [[-1]], [[Number.NaN]], [[Number.POSITIVE_INFINITY]], [[1, 2, 2, 1]]])(
    "of %j does not exist",
    (values) => {
      expect(choleskyInPlace(Float64Array.from(values), Math.sqrt(values.length))).toBe(false);
    },
  );
});
