import { normalCdf, normalQuantile } from "./normal.ts";
import { erfcx, logDiffNormalCdf, logNormalPdf, millsRatio } from "./normal-tails.ts";

/**
 * The standard normal cut off to [a, b], stable however far out the interval lies and however narrow it is.
 *
 * p <= t <= q: the interval and the quantile mirrored to the right of 0 where a and b are on one side of it.
 * s = t - p, w = q - p. Q(x) = P(Z > x), M(x) = Q / phi, E: see math/normal-tails.ts.
 * R(s) = ln Q(p + s) - ln Q(p) = -(p s + s²/2) + ln(E((p + s)/√2) / E(p/√2)); concave, decreasing, R' = -1 / M(p + s).
 */

/** ln of the density at x; -Infinity outside [a, b]. a < b, either may be infinite. */
export function logTruncatedNormalPdf(x: number, a: number, b: number): number {
  if (x < a || x > b) return Number.NEGATIVE_INFINITY;
  return logNormalPdf(x) - logDiffNormalCdf(a, b);
}

/** ln P(low <= X <= high), of which what lies outside [a, b] counts for nothing. low <= high. */
export function logTruncatedNormalMass(low: number, high: number, a: number, b: number): number {
  const from = Math.max(low, a);
  const to = Math.min(high, b);
  if (from >= to) return Number.NEGATIVE_INFINITY;
  return Math.min(0, logDiffNormalCdf(from, to) - logDiffNormalCdf(a, b));
}

/** Up to this width the density is exponential to 1e-11: its exponent differs from linear by w² / 8 at most. */
const NARROW = 1e-5;
/** Newton needs 4 to 8 steps; the limit only guards against what cannot be foreseen. */
const MAX_STEPS = 60;

/**
 * The x in [a, b] with P(X <= x) = u, for u in [0, 1]; NaN outside or where a > b. Newton's method on ln Q where the
 * interval does not contain 0: from any start the steps approach from one side, since ln Q is concave.
 */
export function truncatedNormalQuantile(u: number, a: number, b: number): number {
  if (!(u >= 0 && u <= 1 && a <= b)) return Number.NaN;
  if (u === 0 || a === b) return a;
  if (u === 1) return b;
  return Math.min(b, Math.max(a, inside(u, a, b)));
}

/**
 * The sample of a Normal(mean, std²) cut off to [low, high] that a uniform u in [0, 1) stands for. std > 0,
 * low <= high; `mean` may lie far outside.
 */
export function sampleTruncatedNormal(
  u: number,
  mean: number,
  std: number,
  low: number,
  high: number,
): number {
  const a = (low - mean) / std;
  const b = (high - mean) / std;
  // Measured from the end that is nearer to the mean, so that a far mean costs no digits.
  const z = truncatedNormalQuantile(u, a, b);
  const x = a > 0 ? low + (z - a) * std : b < 0 ? high - (b - z) * std : mean + std * z;
  return Math.min(high, Math.max(low, x));
}

function inside(u: number, a: number, b: number): number {
  const width = b - a;
  if (width < NARROW) return a + width * exponentialQuantile(u, 0.5 * (a + b) * width);
  if (a >= 0) return a + tailQuantile(a, width, u, 1 - u);
  if (b <= 0) return b - tailQuantile(-b, width, 1 - u, u);
  const mass = 1 - normalCdf(a) - normalCdf(-b);
  const below = normalCdf(a) + u * mass;
  return below <= 0.5 ? normalQuantile(below) : -normalQuantile(normalCdf(-b) + (1 - u) * mass);
}

/** Quantile of the density exp(-z s) on [0, 1]. */
function exponentialQuantile(u: number, z: number): number {
  return z === 0 ? u : -Math.log1p(u * Math.expm1(-z)) / z;
}

/** The s in [0, w] at which the share v of the mass of [p, p + w] lies below p + s. p >= 0, rest = 1 - v. */
function tailQuantile(p: number, w: number, v: number, rest: number): number {
  const scale = erfcx(p * Math.SQRT1_2);
  const logSurvival = (s: number): number =>
    s === Number.POSITIVE_INFINITY
      ? Number.NEGATIVE_INFINITY
      : -s * (p + 0.5 * s) + Math.log(erfcx((p + s) * Math.SQRT1_2) / scale);
  const whole = logSurvival(w);
  const target = v < 0.5 ? Math.log1p(v * Math.expm1(whole)) : Math.log(rest + v * Math.exp(whole));
  // Where the Mills ratio hardly changes, which is exact far out.
  let s = (-2 * target) / (p + Math.sqrt(p * p - 2 * target));
  for (let step = 0; step < MAX_STEPS; step++) {
    const change = (logSurvival(s) - target) * millsRatio(p + s);
    s += change;
    if (!(Math.abs(change) > 1e-15 * s)) break;
  }
  return Math.min(w, s);
}
