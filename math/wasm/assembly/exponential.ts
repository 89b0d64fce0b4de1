/**
 * exp(-t) of t >= 0, two at once, within two units in the last place; 0 past t = 708, where doubles turn subnormal.
 *
 * -t = k ln 2 + r with |r| <= ln 2 / 2 (Cody & Waite 1980), exp(r) by its Taylor series, 2^k by the exponent's bits.
 */

const LIMIT: f64 = 708;

/**
 * log2(e); the leading 32 bits of ln 2, so that k times it is exact, and the rest of ln 2; 1.5 · 2^52; 1/2! … 1/13!.
 * In memory, because V8 takes three instructions to make a vector of a constant and one to load it.
 */
const constants = memory.data<f64>([
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: only literals can be laid out in memory.
  1.4426950408889634, 0.6931471803691238, 1.9082149292705877e-10, 6755399441055744, 0.5, 0.16666666666666666,
  0.041666666666666664, 0.008333333333333333, 0.001388888888888889, 0.0001984126984126984,
  0.0000248015873015873, 0.0000027557319223985893, 2.755731922398589e-7, 2.505210838544172e-8,
  2.08767569878681e-9, 1.6059043836821613e-10,
]);

/** Writes exp(-t) of n values t >= 0, in pairs: one more where n is odd. */
export function exponentials(target: usize, t: usize, n: i32): void {
  for (let i: usize = 0; i < (<usize>n) << 3; i += 16) {
    v128.store(target + i, exponentialOfNegative(v128.load(t + i)));
  }
}

export function exponentialOfNegative(t: v128): v128 {
  const limit = f64x2.splat(LIMIT);
  const x = f64x2.neg(f64x2.pmin(t, limit));
  const k = f64x2.nearest(f64x2.mul(x, v128.load64_splat(constants)));
  const r = f64x2.sub(
    f64x2.sub(x, f64x2.mul(k, v128.load64_splat(constants, 8))),
    f64x2.mul(k, v128.load64_splat(constants, 16)),
  );
  // Estrin's scheme for 1/2! + r/3! + … + r^11/13!: short chains, the small terms first.
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const low = join(line(32, r), line(48, r), r2);
  const middle = join(line(64, r), line(80, r), r2);
  const high = join(line(96, r), line(112, r), r2);
  const tail = join(join(low, middle, r4), high, f64x2.mul(r4, r4));
  const power = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.mul(r2, tail)));
  // Adding 1.5 · 2^52 leaves the whole number k in the low bits, from where it moves into the exponent.
  const bits = i64x2.shl(f64x2.add(k, v128.load64_splat(constants, 24)), 52);
  return v128.and(i64x2.add(power, bits), f64x2.lt(t, limit));
}

/** The constant at `offset` plus r times the next. */
function line(offset: usize, r: v128): v128 {
  const a = v128.load64_splat(constants + offset);
  return f64x2.add(a, f64x2.mul(v128.load64_splat(constants + offset, 8), r));
}

/** a + b r. */
function join(a: v128, b: v128, r: v128): v128 {
  return f64x2.add(a, f64x2.mul(b, r));
}
