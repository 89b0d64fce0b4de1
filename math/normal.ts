/** The standard normal distribution. */

/**
 * P(Z <= x). Marsaglia's series (2004) where |x| < 3, the continued fraction of the tail beyond; relative error below
 * 1e-13 down to x = -37.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (Math.abs(x) >= SERIES_LIMIT) return x < 0 ? upperTail(-x) : 1 - upperTail(x);
  let term = x;
  let sum = x;
  for (let k = 3; Math.abs(term) > Math.abs(sum) * Number.EPSILON; k += 2) {
    term *= (x * x) / k;
    sum += term;
  }
  return 0.5 + sum * density(x);
}

/**
 * The x with P(Z <= x) = p; ±Infinity at p = 0 and 1, NaN outside. Algorithm AS 241, PPND16 (Wichura 1988): relative
 * error about 1e-16.
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) return Number.NaN;
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(A, r)) / polynomial(B, r);
  }
  const tail = q < 0 ? p : 1 - p;
  if (tail === 0) return q < 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const r = Math.sqrt(-Math.log(tail));
  const x =
    r <= 5 ? polynomial(C, r - 1.6) / polynomial(D, r - 1.6) : polynomial(E, r - 5) / polynomial(F, r - 5);
  return q < 0 ? -x : x;
}

/**
 * Quantile of a Normal(mean, std) cut off at 0 and 1. `u`, `mean` in [0, 1], `std` > 0; the result is in [0, 1].
 */
export function truncatedUnitNormalQuantile(u: number, mean: number, std: number): number {
  // Flat to eight digits over [0, 1], and the difference of the two probabilities would lose as many.
  if (std > FLAT) return u;
  const low = normalCdf(-mean / std);
  const high = normalCdf((1 - mean) / std);
  const x = mean + std * normalQuantile(low + u * (high - low));
  return Math.min(1, Math.max(0, x));
}

const SERIES_LIMIT = 3;
const FLAT = 1e4;
/** Terms of the continued fraction; 60 reach double precision at x = 3, where it converges slowest. */
const FRACTION_TERMS = 60;

function density(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** P(Z > x) for x >= 3: density(x) / (x + 1 / (x + 2 / (x + 3 / …))). */
function upperTail(x: number): number {
  let fraction = x;
  for (let k = FRACTION_TERMS; k >= 1; k--) fraction = x + k / fraction;
  return density(x) / fraction;
}

/** Coefficients in ascending powers. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

const A = [
  3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.69376550946, 45921.95393154987,
  67265.7709270087, 33430.57558358813, 2509.0809287301227,
];
const B = [
  1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597, 39307.89580009271,
  28729.085735721943, 5226.495278852854,
];
const C = [
  1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045, 1.2704582524523684,
  0.2417807251774506, 0.022723844989269184, 0.0007745450142783414,
];
const D = [
  1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008, 0.015198666563616457,
  0.0005475938084995345, 1.0507500716444169e-9,
];
const E = [
  6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487, 0.026532189526576124,
  0.0012426609473880784, 0.000027115555687434876, 2.0103343992922881e-7,
];
const F = [
  1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 0.0007868691311456133,
  0.000018463183175100548, 1.421511758316446e-7, 2.0442631033899397e-15,
];
