import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { studyRng } from "../../../core/rng.ts";
import {
  createPosterior,
  type GpData,
  logMarginalLikelihood,
  type Posterior,
} from "../../../math/gp/model.ts";
import { createReferencePosterior, referenceLogMarginalLikelihood } from "../../../math/gp/reference.ts";
import { NotPositiveDefiniteError } from "../../../math/linear-algebra.ts";
import { randomProblem } from "./problem.ts";

/** Sizes around the edges of the kernel's blocks, tiles and groups, and any others. */
const size = fc.oneof(fc.constantFrom(1, 2, 31, 32, 33, 64, 65, 97), fc.integer({ min: 1, max: 130 }));
const problem = fc
  .record({
    n: size,
    numeric: fc.integer({ min: 0, max: 9 }),
    categorical: fc.integer({ min: 0, max: 4 }),
    seed: fc.nat(),
  })
  .filter(({ numeric, categorical }) => numeric + categorical > 0)
  .map(({ n, numeric, categorical, seed }) => randomProblem(n, numeric, categorical, studyRng(seed, "gp")));

describe("the likelihood", () => {
  test("equals the reference to nine digits, and so does its gradient", () => {
    fc.assert(
      fc.property(problem, ({ data, theta }) => {
        const [gradient, expected] = [new Float64Array(data.d + 2), new Float64Array(data.d + 2)];
        const value = logMarginalLikelihood(data, theta, gradient);
        expectClose([value], [referenceLogMarginalLikelihood(data, theta, expected)], 1e-9);
        expectClose(gradient, expected, 1e-9);
        expect(logMarginalLikelihood(data, theta, null)).toBe(value);
      }),
      { numRuns: 150 },
    );
  });

  test("has the gradient that its finite differences show", () => {
    const { data, theta } = randomProblem(40, 3, 2, studyRng(1, "gp"));
    const gradient = new Float64Array(data.d + 2);
    logMarginalLikelihood(data, theta, gradient);
    const differences = theta.map((_, i) => {
      const at = (step: number) => logMarginalLikelihood(data, theta.with(i, theta[i]! + step), null);
      return (at(1e-4) - at(-1e-4)) / 2e-4;
    });
    expectClose(gradient, differences, 1e-6);
  });

  test("of a single point is that of a normal distribution", () => {
    const data = {
      n: 1,
      d: 1,
      x: Float64Array.of(0.3),
      categorical: Uint8Array.of(0),
      y: Float64Array.of(0.7),
    };
    const variance = Math.exp(0.2) + Math.exp(-3);
    const expected = -0.5 * (0.49 / variance + Math.log(2 * Math.PI * variance));
    expect(logMarginalLikelihood(data, Float64Array.of(1, 0.2, -3), null)).toBeCloseTo(expected, 12);
  });

  test("of the same point twice without noise is -Infinity, with a gradient of zeros", () => {
    const { data, theta } = twins(-200);
    const gradient = new Float64Array(3).fill(1);
    expect(logMarginalLikelihood(data, theta, gradient)).toBe(Number.NEGATIVE_INFINITY);
    expect([...gradient]).toEqual([0, 0, 0]);
  });

  test.each([800, -800, Number.NaN])("with hyper-parameters of %d is finite or -Infinity", (extreme) => {
    const { data, theta } = randomProblem(20, 2, 1, studyRng(3, "gp"));
    for (let i = 0; i < theta.length; i++) {
      const value = logMarginalLikelihood(data, theta.with(i, extreme), new Float64Array(theta.length));
      expect(value).toBeLessThan(Number.POSITIVE_INFINITY);
    }
  });

  test("is the same bits whatever was computed before", () => {
    const { data, theta } = randomProblem(70, 4, 2, studyRng(4, "gp"));
    const run = () => {
      const gradient = new Float64Array(theta.length);
      return [logMarginalLikelihood(data, theta, gradient), ...gradient];
    };
    const first = run();
    const other = randomProblem(150, 3, 0, studyRng(5, "gp"));
    logMarginalLikelihood(other.data, other.theta, new Float64Array(5));
    expect(run()).toEqual(first);
  });
});

describe("a posterior", () => {
  test("predicts what the reference predicts", () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: 1, max: 200 }), ({ data, theta, candidates }, m) => {
        expectSamePosterior(
          createPosterior(data, theta),
          createReferencePosterior(data, theta),
          data,
          candidates(m),
          m,
        );
      }),
      { numRuns: 60 },
    );
  });

  test("extended by points one by one equals one fitted to all of them", () => {
    fc.assert(
      fc.property(problem, fc.integer({ min: 1, max: 40 }), ({ data, theta, candidates }, more) => {
        const x = candidates(more);
        let extended = createPosterior(data, theta);
        for (let p = 0; p < more; p++)
          extended = extended.extend(x.slice(p * data.d, (p + 1) * data.d), p / more);
        const all = {
          ...data,
          n: data.n + more,
          x: Float64Array.from([...data.x, ...x]),
          y: Float64Array.from([...data.y, ...Array.from({ length: more }, (_, p) => p / more)]),
        };
        expectSamePosterior(extended, createReferencePosterior(all, theta), all, candidates(5), 5);
      }),
      { numRuns: 40 },
    );
  });

  test("stays as it was when others are extended from it", () => {
    const { data, theta, candidates } = randomProblem(30, 3, 1, studyRng(6, "gp"));
    const x = candidates(40);
    const point = (p: number) => x.slice(p * 4, p * 4 + 4);
    const posterior = createPosterior(data, theta);
    const before = predictions(posterior, x, 40);
    const left = posterior.extend(point(0), 1);
    const leftBefore = predictions(left, x, 40);
    const right = posterior.extend(point(1), -1);
    left.extend(point(2), 2).setTargets(new Float64Array(32));
    expect(predictions(posterior, x, 40)).toEqual(before);
    expect(predictions(left, x, 40)).toEqual(leftBefore);
    expect(predictions(right, x, 40)).not.toEqual(leftBefore);
  });

  test("gives the same bits when its factor had to leave the kernel's memory in between", () => {
    const { data, theta, candidates } = randomProblem(300, 3, 0, studyRng(7, "gp"));
    const [first, second, x] = [candidates(1), candidates(1), candidates(9)];
    const posterior = createPosterior(data, theta).extend(first, 0.5);
    const before = predictions(posterior, x, 9);
    // 300 × 300 doubles each, so that a hundred are more than is kept.
    for (let other = 0; other < 100; other++) createPosterior(data, theta.with(0, other / 50));
    const extended = posterior.extend(second, 0.1);
    expect(predictions(posterior, x, 9)).toEqual(before);
    const undisturbed = createPosterior(data, theta).extend(first, 0.5).extend(second, 0.1);
    expect(predictions(extended, x, 9)).toEqual(predictions(undisturbed, x, 9));
  });

  test("has the gradients that its finite differences show, and none along categories", () => {
    const { data, theta, candidates } = randomProblem(50, 3, 2, studyRng(8, "gp"));
    const posterior = createPosterior(data, theta);
    const x = candidates(1);
    const [mean, variance] = [new Float64Array(5), new Float64Array(5)];
    posterior.predictWithGradient(x, mean, variance);
    const at = (i: number, step: number) =>
      posterior.predictWithGradient(x.with(i, x[i]! + step), new Float64Array(5), new Float64Array(5));
    for (let i = 0; i < 5; i++) {
      if (data.categorical[i]) expect([mean[i], variance[i]]).toEqual([0, 0]);
      else {
        const [up, down] = [at(i, 1e-5), at(i, -1e-5)];
        expect(mean[i]).toBeCloseTo((up.mean - down.mean) / 2e-5, 6);
        expect(variance[i]).toBeCloseTo((up.variance - down.variance) / 2e-5, 6);
      }
    }
  });

  test("with new targets equals one fitted to them", () => {
    const { data, theta, candidates } = randomProblem(40, 2, 1, studyRng(9, "gp"));
    const y = data.y.map((value) => 3 - value * value);
    const posterior = createPosterior(data, theta);
    posterior.setTargets(y);
    const x = candidates(10);
    expect(predictions(posterior, x, 10)).toEqual(predictions(createPosterior({ ...data, y }, theta), x, 10));
  });

  test("at an observed point without noise is the observation, and a mismatched category is farther away", () => {
    const data: GpData = {
      n: 2,
      d: 2,
      x: Float64Array.of(0.2, 0, 0.8, 1),
      categorical: Uint8Array.of(0, 1),
      y: Float64Array.of(1, -1),
    };
    const posterior = createPosterior(data, Float64Array.of(2, 1, 0, -30));
    const { mean, variance } = predictions(posterior, Float64Array.of(0.2, 0, 0.2, 1, 0.2, 7), 3);
    expect(mean[0]).toBeCloseTo(1, 9);
    expect(variance[0]).toBeLessThan(1e-9);
    expect(variance[1]).toBeGreaterThan(0.1);
    expect(variance[2]).toBeGreaterThan(variance[1]!);
  });

  test("of one point twice without noise exists thanks to jitter, and says so", () => {
    const { data, theta } = twins(-200);
    const posterior = createPosterior(data, theta);
    expect(posterior.jitter).toBeGreaterThan(0);
    expect(predictions(posterior, Float64Array.of(0.5), 1).mean[0]).toBeCloseTo(1, 5);
    const single = createPosterior({ ...data, n: 1 }, theta);
    expect(() => single.extend(Float64Array.of(0.5), 1)).toThrow(NotPositiveDefiniteError);
  });

  test("does not exist for hyper-parameters that overflow", () => {
    const { data } = twins(0);
    expect(() => createPosterior(data, Float64Array.of(0, 800, 0))).toThrow(NotPositiveDefiniteError);
  });
});

/** One point twice, targets 1. */
function twins(logNoise: number): { data: GpData; theta: Float64Array } {
  const data = {
    n: 2,
    d: 1,
    x: Float64Array.of(0.5, 0.5),
    categorical: Uint8Array.of(0),
    y: Float64Array.of(1, 1),
  };
  return { data, theta: Float64Array.of(1, 0, logNoise) };
}

function predictions(posterior: Posterior, x: Float64Array, m: number) {
  const [mean, variance] = [new Float64Array(m), new Float64Array(m)];
  posterior.predict(x, m, mean, variance);
  return { mean, variance };
}

function expectSamePosterior(
  posterior: Posterior,
  reference: Posterior,
  data: GpData,
  x: Float64Array,
  m: number,
) {
  const { d, n } = data;
  expect(posterior.n).toBe(n);
  expect(posterior.jitter).toBe(reference.jitter);
  const [actual, expected] = [predictions(posterior, x, m), predictions(reference, x, m)];
  expectClose(actual.mean, expected.mean, 1e-9);
  expectClose(actual.variance, expected.variance, 1e-9);
  const few = Math.min(m, 12);
  expectClose(posterior.covariance(x, few), reference.covariance(x, few), 1e-9);
  const weights = posterior.solve(Float64Array.from({ length: 3 * n }, (_, i) => Math.sin(i)));
  const variance = new Float64Array(m);
  expectClose(posterior.means(weights, x, m, variance), reference.means(weights, x, m), 1e-9);
  expect(variance).toEqual(actual.variance);
  expectClose([posterior.looLogDensity()], [reference.looLogDensity()], 1e-9);
  const gradients = [posterior, reference].map((model) => {
    const [mean, variance] = [new Float64Array(d), new Float64Array(d)];
    const value = model.predictWithGradient(x.slice(0, d), mean, variance);
    return [value.mean, value.variance, ...mean, ...variance];
  });
  expectClose(gradients[0]!, gradients[1]!, 1e-9);
}

/** Differences at most `relative` of the largest value expected, or of 1 where all are small. */
function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, relative: number) {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(1, ...Array.from(expected, Math.abs));
  for (let i = 0; i < expected.length; i++) {
    const difference = Math.abs(actual[i]! - expected[i]!);
    if (!(difference <= relative * scale)) expect(actual[i], `value ${i}`).toBe(expected[i]);
  }
}
