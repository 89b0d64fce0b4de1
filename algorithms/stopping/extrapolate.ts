import type { Curve } from "../../core/stopper.ts";
import { studentCdf } from "./student-t.ts";

/**
 * Where a learning curve will end, by least squares over families of curves that are linear in all but one parameter.
 *
 * u: a step, scaled so that the n reports lie at about 1 … n. U: the step at which training ends, likewise. y: losses.
 * w: weights that halve every n / 4 reports into the past, because no family fits the start of training. W: their sum.
 * m: how many independent observations the reports are worth. phi: a family's shape, falling in u; y = a + b phi(u) with
 * b >= 0: curves come down, and one that went up is taken as flat. r: weighted mean squared residual of a family.
 * s² = r max(1, m / v): its noise; v: degrees of freedom, at least 1.
 *
 * A family's loss at U is Student-t with v degrees of freedom around a + b phi(U). Families are averaged by their
 * likelihood, r^(-m/2) (Bayesian model averaging under flat priors, as in Domhan et al. 2015 but in closed form).
 */

/** Power laws, exponential decays, the logarithm, which never levels off, and the line, which does not even flatten. */
const POWERS = [0.25, 0.5, 1, 2];
const DECAYS = [0.125, 0.25, 0.5, 1, 2];

/** Weights halve over this share of the reports. */
const HALF_LIFE = 0.25;
/** Residuals of training curves are far from independent: of so many reports one counts. */
const REPORTS_PER_OBSERVATION = 6;
/** Residuals below this share of the curve's variance are taken for it: a perfect fit proves nothing beyond the data. */
const LEAST_RESIDUAL = 1e-6;

interface Sample {
  u: Float64Array;
  y: readonly number[];
  w: Float64Array;
  W: number;
  meanY: number;
  /** Weighted variance of y. */
  varianceY: number;
  m: number;
}

/**
 * Probability that the curve ends below `limit` at step `horizon`. `curve`: at least two reports. In [0, 1], or NaN where
 * losses are so large that their squares overflow.
 */
export function probabilityOfEndingBelow(curve: Curve, horizon: number, limit: number): number {
  const sample = sampleOf(curve);
  if (sample.varianceY === 0) return sample.meanY < limit ? 1 : 0;
  const n = curve.steps.length;
  const end = Math.max(n, scaled(curve, horizon));
  let sum = 0;
  let total = 0;
  for (const phi of familiesOf(n)) {
    const { weight, probability } = extrapolate(sample, phi, end, limit);
    sum += weight * probability;
    total += weight;
  }
  return sum / total;
}

function familiesOf(n: number): ((u: number) => number)[] {
  return [
    ...POWERS.map((power) => (u: number) => u ** -power),
    ...DECAYS.map((share) => (u: number) => Math.exp(-u / (share * n))),
    (u) => -Math.log(u),
    (u) => -u / n,
  ];
}

function extrapolate(
  { u, y, w, W, meanY, varianceY, m }: Sample,
  phi: (u: number) => number,
  end: number,
  limit: number,
): { weight: number; probability: number } {
  const shape = u.map(phi);
  const meanPhi = shape.reduce((sum, value, index) => sum + w[index]! * value, 0) / W;
  let variancePhi = 0;
  let covariance = 0;
  for (let index = 0; index < u.length; index++) {
    const offset = shape[index]! - meanPhi;
    variancePhi += (w[index]! * offset * offset) / W;
    covariance += (w[index]! * offset * (y[index]! - meanY)) / W;
  }
  const b = Math.max(0, covariance / variancePhi);
  const explained = b * (2 * covariance - b * variancePhi);
  const r = Math.max(varianceY - explained, varianceY * LEAST_RESIDUAL);
  const v = Math.max(1, Math.floor(m - 2));
  const reach = phi(end) - meanPhi;
  const noise = r * Math.max(1, m / v) * (1 + (1 + (reach * reach) / variancePhi) / m);
  const t = (limit - (meanY + b * reach)) / Math.sqrt(noise);
  return { weight: (r / varianceY) ** (-m / 2), probability: studentCdf(t, v) };
}

function sampleOf(curve: Curve): Sample {
  const { steps, losses: y } = curve;
  const n = steps.length;
  const u = Float64Array.from(steps, (step) => scaled(curve, step));
  const w = u.map((at) => 2 ** ((at - n) / (HALF_LIFE * n)));
  const W = w.reduce((sum, weight) => sum + weight, 0);
  const squares = w.reduce((sum, weight) => sum + weight * weight, 0);
  const meanY = y.reduce((sum, loss, index) => sum + (w[index]! / W) * loss, 0);
  const varianceY = y.reduce((sum, loss, index) => sum + (w[index]! / W) * (loss - meanY) ** 2, 0);
  return { u, y, w, W, meanY, varianceY, m: (W * W) / squares / REPORTS_PER_OBSERVATION };
}

/** A step, counted in the mean distance between reports from the first one, which is 1. */
function scaled({ steps }: Curve, step: number): number {
  const first = steps[0]!;
  return ((step - first) * (steps.length - 1)) / (steps.at(-1)! - first) + 1;
}
