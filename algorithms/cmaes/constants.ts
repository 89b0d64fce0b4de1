/**
 * The constants of CMA-ES as functions of the number of dimensions and of the population size
 * (Hansen 2016, "The CMA Evolution Strategy: A Tutorial", table 1), and for a covariance that is kept diagonal the
 * faster rates of sep-CMA-ES (Ros & Hansen 2008).
 *
 * d: dimensions. λ: population size. μ: parents, those with positive weights. μ_eff: variance-effective selection mass.
 */
export interface Constants {
  d: number;
  /** λ, points of a generation. */
  size: number;
  parents: number;
  muEff: number;
  /** λ values, best rank first: the first `parents` sum to 1, the others are negative or 0. */
  weights: Float64Array;
  /** Learning rates of the covariance: rank one and rank μ. */
  c1: number;
  cMu: number;
  /** Cumulation and damping of the step size, cumulation of the rank-one path. */
  cSigma: number;
  dSigma: number;
  cC: number;
  /** E‖N(0, I)‖. */
  chi: number;
  /** Mahalanobis length to which a step is cut (Hansen 2011, "Injecting External Solutions Into CMA-ES", section 3). */
  longestStep: number;
}

/** λ for a number of dimensions, categorical ones counted, at least 4. */
export function populationSize(dimensions: number): number {
  return 4 + Math.floor(3 * Math.log(Math.max(1, dimensions)));
}

/** @param d may be 0: then only the weights mean something. */
export function constantsOf(d: number, size: number, diagonal: boolean): Constants {
  const parents = Math.floor(size / 2);
  const raw = Float64Array.from({ length: size }, (_, i) => Math.log((size + 1) / 2) - Math.log(i + 1));
  const muEff = effectiveMass(raw.subarray(0, parents));
  const muEffNegative = effectiveMass(raw.subarray(parents));
  // sep-CMA-ES: fewer numbers to learn, so they may be learned faster.
  const speed = diagonal ? (d + 2) / 3 : 1;
  const c1 = Math.min(0.5, (speed * 2) / ((d + 1.3) ** 2 + muEff));
  const cMu = Math.min(1 - c1, (speed * 2 * (muEff - 2 + 1 / muEff)) / ((d + 2) ** 2 + muEff));
  const cSigma = (muEff + 2) / (d + muEff + 5);
  return {
    d,
    size,
    parents,
    muEff,
    weights: scaledWeights(raw, parents, Math.max(0, negativeMass(d, c1, cMu, muEffNegative))),
    c1,
    cMu,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((muEff - 1) / (d + 1)) - 1) + cSigma,
    cC: (4 + muEff / Math.max(1, d)) / (d + 4 + (2 * muEff) / Math.max(1, d)),
    chi: Math.sqrt(d) * (1 - 1 / (4 * Math.max(1, d)) + 1 / (21 * Math.max(1, d) ** 2)),
    longestStep: Math.sqrt(d) + (2 * d) / (d + 2),
  };
}

function effectiveMass(weights: Float64Array): number {
  let sum = 0;
  let squares = 0;
  for (const weight of weights) {
    sum += weight;
    squares += weight * weight;
  }
  return squares === 0 ? 0 : (sum * sum) / squares;
}

/** What the negative weights may sum to for the covariance to stay positive definite (tutorial, 49-53). */
function negativeMass(d: number, c1: number, cMu: number, muEffNegative: number): number {
  if (cMu === 0 || d === 0) return 0;
  return Math.min(1 + c1 / cMu, 1 + (2 * muEffNegative) / (muEffNegative + 2), (1 - c1 - cMu) / (d * cMu));
}

function scaledWeights(raw: Float64Array, parents: number, negative: number): Float64Array {
  const positiveSum = raw.subarray(0, parents).reduce((sum, w) => sum + w, 0);
  const negativeSum = raw.reduce((sum, w) => sum + (w < 0 ? -w : 0), 0);
  return raw.map((w, i) =>
    i < parents ? w / positiveSum : negativeSum === 0 ? 0 : (Math.min(0, w) * negative) / negativeSum,
  );
}
