import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fitTimeVaryingGp,
  negativeLogLikelihood,
  type Rows,
} from "../../../../algorithms/fidelity/population/bandit/time-varying-gp.ts";
import { studyRng } from "../../../../core/rng.ts";

const NONE: Rows = { n: 0, d: 2, t: new Float64Array(0), z: new Float64Array(0) };

function randomRows(n: number, seed: number): { rows: Rows; y: Float64Array } {
  const rng = studyRng(seed, "rows");
  const t = Float64Array.from({ length: n }, rng);
  const z = Float64Array.from({ length: 2 * n }, rng);
  const y = t.map((time, i) => Math.sin(5 * z[2 * i]!) - z[2 * i + 1]! * time + 0.05 * rng());
  return { rows: { n, d: 2, t, z }, y };
}

/** By central differences. */
function slopeOf(f: (x: Float64Array) => number, x: Float64Array, k: number): number {
  const h = 1e-5;
  const at = (shift: number) => f(x.map((value, index) => (index === k ? value + shift : value)));
  return (at(h) - at(-h)) / (2 * h);
}

describe("the time-varying process", () => {
  test("has the gradient of its likelihood right", () => {
    const theta = fc.tuple(
      fc.double({ min: -3, max: 0.5, noNaN: true }),
      fc.double({ min: 0.01, max: 0.49, noNaN: true }),
      fc.double({ min: -4, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(theta, fc.nat(), (values, seed) => {
        const { rows, y } = randomRows(12, seed);
        const gradient = new Float64Array(3);
        const f = (x: Float64Array) => negativeLogLikelihood(rows, y, x, new Float64Array(3));
        const at = Float64Array.from(values);
        negativeLogLikelihood(rows, y, at, gradient);
        for (let k = 0; k < 3; k++) expect(gradient[k]).toBeCloseTo(slopeOf(f, at, k), 4);
      }),
      { numRuns: 30 },
    );
  });

  test("has the gradients of its prediction right", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const { rows, y } = randomRows(15, seed);
        const gp = fitTimeVaryingGp(rows, y, randomRows(3, seed + 1).rows);
        const z = Float64Array.of(0.4, 0.7);
        const gradients = { mean: new Float64Array(2), std: new Float64Array(2) };
        gp.predict(0.3, z, gradients);
        for (let k = 0; k < 2; k++) {
          expect(gradients.mean[k]).toBeCloseTo(
            slopeOf((x) => gp.predict(0.3, x).mean, z, k),
            4,
          );
          expect(gradients.std[k]).toBeCloseTo(
            slopeOf((x) => gp.predict(0.3, x).std, z, k),
            4,
          );
        }
      }),
      { numRuns: 20 },
    );
  });

  test("learns a function that it has many values of", () => {
    const { rows, y } = randomRows(60, 3);
    const gp = fitTimeVaryingGp(rows, y, NONE);
    const fresh = randomRows(40, 4);
    const error = fresh.y.map((truth, i) =>
      Math.abs(truth - gp.predict(fresh.rows.t[i]!, fresh.rows.z.slice(2 * i, 2 * i + 2)).mean),
    );
    expect(error.reduce((sum, e) => sum + e / error.length, 0)).toBeLessThan(0.1);
  });

  test("is surer where a result is still to come, and expects the same there", () => {
    const { rows, y } = randomRows(10, 5);
    const place = { n: 1, d: 2, t: Float64Array.of(0.5), z: Float64Array.of(0.2, 0.9) };
    const before = fitTimeVaryingGp(rows, y, NONE).predict(0.5, place.z);
    const after = fitTimeVaryingGp(rows, y, place).predict(0.5, place.z);
    expect(after.mean).toBeCloseTo(before.mean, 12);
    expect(after.std).toBeLessThan(before.std);
  });

  test("forgets: it is less sure of the same place at a later time", () => {
    const rng = studyRng(1, "drift");
    const n = 40;
    const t = Float64Array.from({ length: n }, (_, i) => i / (n - 1));
    const z = Float64Array.from({ length: 2 * n }, rng);
    const y = t.map((time, i) => Math.sin(6 * time + 3 * z[2 * i]!));
    const gp = fitTimeVaryingGp({ n, d: 2, t, z }, y, NONE);
    expect(gp.theta.forgetting).toBeGreaterThan(0.1);
    const [now, later] = [1, 3].map((time) => gp.predict(time, z.slice(0, 2)).std);
    expect(later).toBeGreaterThan(now!);
  });

  test("takes equal targets and equal rows", () => {
    const rows = { n: 6, d: 2, t: new Float64Array(6), z: new Float64Array(12).fill(0.5) };
    const { mean, std } = fitTimeVaryingGp(rows, new Float64Array(6), NONE).predict(0, Float64Array.of(0, 1));
    expect(mean).toBe(0);
    expect(std).toBeGreaterThan(0);
  });
});
