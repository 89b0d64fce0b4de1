import { describe, expect, test } from "vitest";
import { fitHyperparameters } from "../../../algorithms/gp/fit.ts";
import { chooseInputWarps, onWarpedInputs, warpInputs } from "../../../algorithms/gp/input-warp.ts";
import { DEFAULT_PRIOR } from "../../../algorithms/gp/prior.ts";
import { studyRng } from "../../../core/rng.ts";
import { createPosterior, type GpData } from "../../../math/gp/model.ts";
import { createSobol } from "../../../math/sobol.ts";

const SHAPES = [0, 1, 2, 3, 4];

/** 40 evenly spread points of two columns, standardised losses. */
function dataOf(loss: (a: number, b: number) => number): GpData {
  const n = 40;
  const sequence = createSobol(2, studyRng(3, "points"));
  const x = Float64Array.from({ length: n }, (_, i) => i).reduce(
    (all, i) => {
      all.set(sequence(i), 2 * i);
      return all;
    },
    new Float64Array(2 * n),
  );
  const values = Array.from({ length: n }, (_, i) => loss(x[2 * i]!, x[2 * i + 1]!));
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const std = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  const y = Float64Array.from(values, (value) => (value - mean) / std);
  return { n, d: 2, x, categorical: new Uint8Array(2), y };
}

function chosenFor(loss: (a: number, b: number) => number): number[] {
  const data = dataOf(loss);
  return [...chooseInputWarps(data, fitHyperparameters(data, DEFAULT_PRIOR).theta)];
}

describe("an input warp", () => {
  test("maps the ends to the ends and keeps the order", () => {
    for (const shape of SHAPES) {
      const at = (u: number) => warpInputs(Uint8Array.from([shape]), Float64Array.from([u]))[0]!;
      const values = Array.from({ length: 101 }, (_, i) => at(i / 100));
      expect(values[0]).toBeCloseTo(0, 12);
      expect(values[100]).toBeCloseTo(1, 12);
      values.slice(1).forEach((value, i) => {
        expect(value).toBeGreaterThan(values[i]!);
      });
    }
  });

  test("stretches the lower end where losses wiggle there, and leaves the other column alone", () => {
    const [a, b] = chosenFor((a, b) => Math.sin(40 * a * Math.exp(-4 * a)) + 0.3 * b);
    expect([1, 2]).toContain(a);
    expect(b).toBe(0);
  });

  test("stretches the upper end where losses wiggle there", () => {
    const [, b] = chosenFor((a, b) => Math.sin(40 * (1 - b) * Math.exp(-4 * (1 - b))) + 0.3 * a);
    expect([3, 4]).toContain(b);
  });

  test("leaves a column alone that it is told to, however losses wiggle in it", () => {
    const data = dataOf((a, b) => Math.sin(40 * a * Math.exp(-4 * a)) + 0.3 * b);
    expect(chooseInputWarps(data, fitHyperparameters(data, DEFAULT_PRIOR).theta, 0)[0]).toBe(0);
  });

  test("changes nothing where losses change alike everywhere", () => {
    expect(chosenFor((a, b) => Math.sin(5 * a) + Math.cos(4 * b))).toEqual([0, 0]);
  });

  test.each([
    ["looks at a column of many that matters", Math.log(100), true],
    ["leaves those of many columns alone that matter least", Math.log(1e-5), false],
  ])("%s", (_, precision, isLookedAt) => {
    const d = 60;
    const two = dataOf((a) => Math.sin(40 * a * Math.exp(-4 * a)));
    const x = new Float64Array(two.n * d).fill(0.5);
    for (let i = 0; i < two.n; i++) x[i * d + d - 1] = two.x[2 * i]!;
    const theta = new Float64Array(d + 2).fill(Math.log(1e-4));
    theta.set([precision, 0, Math.log(1e-3)], d - 1);
    const chosen = chooseInputWarps({ ...two, d, x, categorical: new Uint8Array(d) }, theta);
    expect(chosen[d - 1]! > 0).toBe(isLookedAt);
    expect(chosen.subarray(0, d - 1).every((shape) => shape === 0)).toBe(true);
  });

  test("leaves a posterior whose gradients are its slopes, and that can be extended", () => {
    const data = dataOf((a, b) => Math.sin(9 * a) + b);
    const theta = Float64Array.from([2, 1, 0, -5]);
    for (const shape of SHAPES.slice(1)) {
      const warps = Uint8Array.from([shape, 4 - (shape % 4)]);
      const moved = { ...data, x: warpInputs(warps, data.x) };
      const row = Float64Array.from([0.3, 0.6]);
      const posterior = onWarpedInputs(createPosterior(moved, theta), warps).extend(row, 0.4);
      const [mean, variance] = [new Float64Array(2), new Float64Array(2)];
      const at = Float64Array.from([0.42, 0.71]);
      const gradient = posterior.predictWithGradient(at, mean, variance);
      for (const k of [0, 1]) {
        const [up, down] = [at.slice(), at.slice()];
        up[k]! += 1e-5;
        down[k]! -= 1e-5;
        const [means, variances] = [new Float64Array(2), new Float64Array(2)];
        posterior.predict(Float64Array.from([...up, ...down]), 2, means, variances);
        expect((means[0]! - means[1]!) / 2e-5).toBeCloseTo(mean[k]!, 4);
        expect((variances[0]! - variances[1]!) / 2e-5).toBeCloseTo(variance[k]!, 4);
      }
      const [m, v] = [new Float64Array(1), new Float64Array(1)];
      posterior.predict(at, 1, m, v);
      expect(m[0]).toBeCloseTo(gradient.mean, 9);
      posterior.predict(row, 1, m, v);
      expect(Math.abs(m[0]! - 0.4)).toBeLessThan(0.3);
    }
  });
});
