import fc from "fast-check";
import { expect, test } from "vitest";
import { studyRng } from "../../core/rng.ts";
import { createQuasiNewtonMatrix } from "../../math/lbfgsb-matrix.ts";

/** More variables than columns of W, and fewer: the two ways to solve. */
const shapes = fc.record({
  n: fc.integer({ min: 1, max: 30 }),
  pairs: fc.integer({ min: 1, max: 6 }),
  seed: fc.nat(),
});

test("B in some of the variables is undone by solving, whether they are more than the columns of W or fewer", () => {
  fc.assert(
    fc.property(shapes, ({ n, pairs, seed }) => {
      const rng = studyRng(seed, "test");
      const matrix = createQuasiNewtonMatrix(5);
      // Steps on a quadratic function with positive curvature along each axis.
      const curvatures = Float64Array.from({ length: n }, () => 0.5 + rng());
      for (let k = 0; k < pairs; k++) {
        const step = Float64Array.from({ length: n }, () => rng() - 0.5);
        matrix.update(
          step,
          step.map((value, i) => value * curvatures[i]!),
        );
      }
      const free = Array.from({ length: n }, (_, i) => i).filter((i) => i === 0 || rng() < 0.7);
      const rows = free.map((i) => {
        const row = new Float64Array(matrix.size);
        matrix.row(i, row);
        return row;
      });
      const x = Float64Array.from(free, () => rng() - 0.5);
      const weighted = new Float64Array(matrix.size);
      for (const [k, row] of rows.entries()) for (const [c, w] of row.entries()) weighted[c]! += w * x[k]!;
      const image = matrix.middle(weighted);
      const r = x.map(
        (value, k) => matrix.theta * value - rows[k]!.reduce((sum, w, c) => sum + w * image[c]!, 0),
      );
      expect(matrix.solve(Float64Array.from(rows.flatMap((row) => [...row])), r)).toBe(true);
      for (const [k, value] of x.entries()) expect(r[k]!).toBeCloseTo(value, 6);
    }),
  );
});
