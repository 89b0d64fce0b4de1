import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { constantsOf, populationSize } from "../../../algorithms/cmaes/constants.ts";
import {
  createGaussian,
  drawStep,
  type Gaussian,
  identity,
  norm,
  updateGaussian,
  whiten,
} from "../../../algorithms/cmaes/gaussian.ts";
import { studyRng } from "../../../core/rng.ts";

describe("the constants of CMA-ES", () => {
  test("positive weights sum to 1, fall with the rank, and none is positive past the parents", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 200 }), fc.integer({ min: 4, max: 60 }), (d, size) => {
        const { weights, parents } = constantsOf(d, size, false);
        const positive = weights.subarray(0, parents);
        expect(positive.reduce((sum, w) => sum + w, 0)).toBeCloseTo(1, 12);
        for (let k = 1; k < size; k++) expect(weights[k]!).toBeLessThanOrEqual(weights[k - 1]!);
        for (const weight of weights.subarray(parents)) expect(weight).toBeLessThanOrEqual(0);
      }),
    );
  });

  test("in ten dimensions they are those of the reference implementation", () => {
    // cmaes 0.13.1 for Python: CMA(mean=zeros(10), sigma=1).
    const { c1, cMu, cSigma, dSigma, cC, muEff } = constantsOf(10, populationSize(10), false);
    expect(populationSize(10)).toBe(10);
    expect([muEff, c1, cMu, cSigma, dSigma, cC]).toEqual(REFERENCE.map((v) => expect.closeTo(v, 10)));
  });
});

describe("the update", () => {
  const minimise = (loss: (x: Float64Array) => number, d: number, generations: number): Gaussian => {
    const constants = constantsOf(d, populationSize(d), false);
    const rng = studyRng(3, "test");
    let state = createGaussian(new Float64Array(d).fill(0.7), 0.2, identity(d), false);
    for (let g = 0; g < generations; g++) {
      const steps = Array.from({ length: constants.size }, () => drawStep(state, rng));
      const lossOf = (y: Float64Array) => loss(state.mean.map((m, i) => m + state.sigma * y[i]!));
      const sorted = steps.map((y) => ({ y, loss: lossOf(y) })).sort((a, b) => a.loss - b.loss);
      state = updateGaussian(
        state,
        constants,
        sorted.map(({ y }) => y),
        constants.weights,
      );
    }
    return state;
  };

  test("finds the minimum of an ill-conditioned quadratic function to many digits", () => {
    const loss = (x: Float64Array) => x.reduce((sum, v, i) => sum + 10 ** i * (v - 0.3) ** 2, 0);
    const { mean, sigma } = minimise(loss, 6, 400);
    expect(norm(mean.map((m) => m - 0.3))).toBeLessThan(1e-8);
    expect(sigma).toBeLessThan(1e-6);
  });

  test("learns the shape of the function: deviations in proportion to the axes of its ellipsoids", () => {
    const loss = (x: Float64Array) => x.reduce((sum, v, i) => sum + 100 ** i * (v - 0.3) ** 2, 0);
    const { c } = minimise(loss, 3, 150);
    const ratio = Math.sqrt(c[0]! / c[8]!);
    expect(ratio).toBeGreaterThan(30);
    expect(ratio).toBeLessThan(300);
  });

  test("leaves the covariance positive definite, whatever the steps were", () => {
    const step = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(step, { minLength: 8, maxLength: 8 }), (steps) => {
        const constants = constantsOf(4, 8, false);
        let state = createGaussian(new Float64Array(4).fill(0.5), 0.2, identity(4), false);
        for (let g = 0; g < 5; g++)
          state = updateGaussian(
            state,
            constants,
            steps.map((y) => Float64Array.from(y)),
            constants.weights,
          );
        for (let i = 0; i < 4; i++) expect(state.l[i * 4 + i]!).toBeGreaterThan(0);
        expect(state.sigma).toSatisfy(Number.isFinite);
      }),
    );
  });

  test("cuts an injected step, however far away its point lies", () => {
    const constants = constantsOf(2, 6, false);
    const state = createGaussian(Float64Array.of(0.5, 0.5), 0.1, identity(2), false);
    const steps = [1e9, 0, 0, 0, 0, 0].map((x) => Float64Array.of(x, 0));
    const after = updateGaussian(state, constants, steps, constants.weights);
    expect(after.mean[0]! - 0.5).toBeLessThan(0.1 * constants.longestStep);
  });

  test("a diagonal covariance stays diagonal", () => {
    const constants = constantsOf(3, 7, true);
    const rng = studyRng(1, "test");
    let state = createGaussian(new Float64Array(3), 1, identity(3), true);
    const steps = Array.from({ length: 7 }, () => drawStep(state, rng));
    state = updateGaussian(state, constants, steps, constants.weights);
    expect([1, 2, 3, 5, 6, 7].map((k) => state.c[k])).toEqual([0, 0, 0, 0, 0, 0]);
  });

  test("whitening undoes the factor", () => {
    const state = createGaussian(new Float64Array(2), 1, Float64Array.of(4, 2, 2, 3), false);
    expect(norm(whiten(state, Float64Array.of(2, 1)))).toBeCloseTo(1, 12);
  });
});

const REFERENCE = [
  3.1672992814107026, 0.015283824524751714, 0.02015428276120838, 0.2844285879463675, 1.2844285879463675,
  0.29499038303562225,
];
