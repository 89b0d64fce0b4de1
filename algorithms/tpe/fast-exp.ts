/**
 * exp(x) for x <= 0 in the hot loop, several times as fast as Math.exp and the same on every machine. Relative error
 * below 1e-9; 0 below -87.
 *
 * x = k ln2 / 64 + r with |r| <= ln2 / 128: 2^(k >> 6) and 2^((k & 63) / 64) from tables, exp(r) by three terms.
 */
export function fastExp(x: number): number {
  if (x < -87) return 0;
  const k = (x * STEPS_PER_UNIT - 0.5) | 0;
  const r = x - k * UNIT_PER_STEP;
  return WHOLE[-(k >> 6)]! * PART[k & 63]! * (1 + r * (1 + r * (0.5 + r * (1 / 6))));
}

const STEPS_PER_UNIT = 64 / Math.LN2;
const UNIT_PER_STEP = Math.LN2 / 64;
/** 2^-i */
const WHOLE = Float64Array.from({ length: 128 }, (_, i) => 2 ** -i);
/** 2^(i / 64) */
const PART = Float64Array.from({ length: 64 }, (_, i) => 2 ** (i / 64));
