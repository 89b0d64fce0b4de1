/**
 * The normal distribution in the log domain, stable however far out.
 *
 * phi, Phi: density and distribution function of the standard normal. Q(x) = 1 - Phi(x).
 * E(x) = erfcx(x) = exp(x²) erfc(x), so that Q(x) = exp(-x²/2) E(x/√2) / 2 loses nothing where Q underflows.
 * M(x) = Q(x) / phi(x) = √(π/2) E(x/√2): the Mills ratio.
 */

const LOG_SQRT_2PI = 0.9189385332046727;
const SQRT_HALF_PI = 1.2533141373155003;
const INVERSE_SQRT_PI = 0.5641895835477563;

/** ln of the standard normal density. */
export function logNormalPdf(x: number): number {
  return -0.5 * x * x - LOG_SQRT_2PI;
}

/** ln P(Z <= x), -Infinity only where x² overflows. Relative error below 1e-13, also at x = -1e8. */
export function logNormalCdf(x: number): number {
  if (x > 0) return Math.log1p(-0.5 * Math.exp(-0.5 * x * x) * erfcx(x * Math.SQRT1_2));
  if (x === Number.NEGATIVE_INFINITY) return x;
  return -0.5 * x * x + Math.log(0.5 * erfcx(-x * Math.SQRT1_2));
}

/** (1 - Phi(x)) / phi(x): 1 / x for large x, Infinity from x = -38 down. */
export function millsRatio(x: number): number {
  return SQRT_HALF_PI * erfcx(x * Math.SQRT1_2);
}

/**
 * ln(Phi(b) - Phi(a)) for a <= b, which may be infinite: -Infinity where a = b, NaN where a > b. Absolute error below
 * 1e-13 plus the rounding of a² / 2, in either tail and for intervals down to the spacing of doubles.
 */
export function logDiffNormalCdf(a: number, b: number): number {
  if (!(a <= b)) return Number.NaN;
  if (a === b) return Number.NEGATIVE_INFINITY;
  const half = 0.5 * (b - a);
  const middle = a + half;
  if (half * (Math.abs(middle) + 1) < NARROW) return logNarrowMass(middle, b - a);
  if (a < 0 && b > 0) return Math.log1p(-(lowerTail(a) + lowerTail(-b)));
  const near = a >= 0 ? a : -b;
  const far = a >= 0 ? b : -a;
  const ratio = Math.exp(-half * (near + far));
  const rest = ratio === 0 ? 0 : erfcx(far * Math.SQRT1_2) * ratio;
  return -0.5 * near * near + Math.log(0.5 * (erfcx(near * Math.SQRT1_2) - rest));
}

/** ln(Σ exp(values)); -Infinity for none. */
export function logSumExp(values: ArrayLike<number>): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = 0; i < values.length; i++) if (!(values[i]! <= largest)) largest = values[i]!;
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(values[i]! - largest);
  return largest + Math.log(sum);
}

/** ln(1 - exp(x)) for x <= 0; -Infinity at 0, NaN above (Mächler 2012, "Accurately computing log(1 - exp(-|a|))"). */
export function log1mexp(x: number): number {
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

/**
 * exp(x²) erfc(x): 1 / (x √π) for large x, Infinity from x = -26.7 down. Rational minimax approximations of Cody
 * (1969), "Rational Chebyshev approximations for the error function"; relative error below 1e-15 for x >= 0.
 */
export function erfcx(x: number): number {
  if (x < -0.46875) return 2 * Math.exp(x * x) - erfcx(-x);
  if (x <= 0.46875) return Math.exp(x * x) * (1 - erfNearZero(x));
  if (x <= 4) return ratioOf(MIDDLE_NUMERATOR, MIDDLE_DENOMINATOR, x);
  if (x === Number.POSITIVE_INFINITY) return 0;
  if (x > 1e8) return INVERSE_SQRT_PI / x;
  const z = 1 / (x * x);
  return (INVERSE_SQRT_PI - z * ratioOf(FAR_NUMERATOR, FAR_DENOMINATOR, z)) / x;
}

/** Largest half-width, in units of 1 / (1 + |middle|), that the series covers to double precision. */
const NARROW = 0.5;
const NARROW_TERMS = 9;

/**
 * Taylor around the middle: ∫ phi over [m - h, m + h] = 2h phi(m) Σ He_2k(m) h^2k / (2k + 1)!, with He the Hermite
 * polynomials, He_{j+1} = m He_j - j He_{j-1}. A difference of two functions would cancel.
 */
function logNarrowMass(middle: number, width: number): number {
  const half = 0.5 * width;
  // scaled = He_j(m) h^j, so that neither factor overflows.
  const mh = middle * half;
  const hh = half * half;
  let previous = 1;
  let scaled = mh;
  let factorial = 1;
  let sum = 0;
  for (let k = 1; k < NARROW_TERMS; k++) {
    const even = mh * scaled - (2 * k - 1) * hh * previous;
    const odd = mh * even - 2 * k * hh * scaled;
    factorial *= 2 * k * (2 * k + 1);
    sum += even / factorial;
    previous = even;
    scaled = odd;
  }
  return logNormalPdf(middle) + Math.log(width) + Math.log1p(sum);
}

function lowerTail(x: number): number {
  return x === Number.NEGATIVE_INFINITY ? 0 : 0.5 * Math.exp(-0.5 * x * x) * erfcx(-x * Math.SQRT1_2);
}

function erfNearZero(x: number): number {
  return x * ratioOf(NEAR_NUMERATOR, NEAR_DENOMINATOR, x * x);
}

/** Quotient of two polynomials; coefficients in descending powers. */
function ratioOf(numerator: Float64Array, denominator: Float64Array, x: number): number {
  let top = numerator[0]!;
  for (let i = 1; i < numerator.length; i++) top = top * x + numerator[i]!;
  let bottom = denominator[0]!;
  for (let i = 1; i < denominator.length; i++) bottom = bottom * x + denominator[i]!;
  return top / bottom;
}

const NEAR_NUMERATOR = Float64Array.of(
  0.18577770618460315,
  3.1611237438705655,
  113.86415415105016,
  377.485237685302,
  3209.3775891384694,
);
const NEAR_DENOMINATOR = Float64Array.of(
  1,
  23.601290952344122,
  244.02463793444417,
  1282.6165260773723,
  2844.236833439171,
);
const MIDDLE_NUMERATOR = Float64Array.of(
  2.1531153547440383e-8,
  0.5641884969886701,
  8.883149794388377,
  66.11919063714163,
  298.6351381974001,
  881.952221241769,
  1712.0476126340707,
  2051.0783778260716,
  1230.3393547979972,
);
const MIDDLE_DENOMINATOR = Float64Array.of(
  1,
  15.744926110709835,
  117.6939508913125,
  537.1811018620099,
  1621.3895745666903,
  3290.7992357334597,
  4362.619090143247,
  3439.3676741437216,
  1230.3393548037495,
);
const FAR_NUMERATOR = Float64Array.of(
  0.016315387137302097,
  0.30532663496123236,
  0.36034489994980445,
  0.12578172611122926,
  0.016083785148742275,
  0.0006587491615298378,
);
const FAR_DENOMINATOR = Float64Array.of(
  1,
  2.568520192289822,
  1.8729528499234673,
  0.5279051029514285,
  0.06051834131244132,
  0.0023352049762686918,
);
