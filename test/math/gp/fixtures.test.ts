import { describe, expect, test } from "vitest";
import { createPosterior, logMarginalLikelihood } from "../../../math/gp/model.ts";
import { createReferencePosterior, referenceLogMarginalLikelihood } from "../../../math/gp/reference.ts";
import cases from "../../fixtures/math/gp.json" with { type: "json" };

const implementations = [
  { name: "kernel", likelihood: logMarginalLikelihood, create: createPosterior },
  { name: "reference", likelihood: referenceLogMarginalLikelihood, create: createReferencePosterior },
];

describe.each(implementations)("the $name agrees with NumPy and SciPy", ({ likelihood, create }) => {
  test.each(cases)("for $n points in $d dimensions", (expected) => {
    const { n, d } = expected;
    const data = {
      n,
      d,
      x: Float64Array.from(expected.x),
      categorical: Uint8Array.from(expected.categorical),
      y: Float64Array.from(expected.y),
    };
    const theta = Float64Array.from(expected.theta);
    const points = Float64Array.from(expected.points);
    const posterior = create(data, theta);
    const [mean, variance] = [new Float64Array(5), new Float64Array(5)];
    posterior.predict(points, 5, mean, variance);
    expect(likelihood(data, theta, null)).toBeCloseTo(expected.logLikelihood, 9);
    expect(posterior.looLogDensity()).toBeCloseTo(expected.looLogDensity, 9);
    for (let p = 0; p < 5; p++) {
      expect(mean[p]).toBeCloseTo(expected.mean[p]!, 10);
      expect(variance[p]).toBeCloseTo(expected.covariance[p * 6]!, 10);
    }
    const covariance = posterior.covariance(points, 5);
    for (let i = 0; i < 25; i++) expect(covariance[i]).toBeCloseTo(expected.covariance[i]!, 10);
  });
});
