import { SOBOL_DIRECTIONS } from "./sobol-directions.ts";

/**
 * Sobol sequences (Sobol 1967), in Gray-code order (Antonov & Saleev 1979), optionally scrambled by random lower
 * triangular matrices and a digital shift (Matoušek 1998), which keeps every block of 2^k points a net.
 *
 * d: dimensions. V: d × 32 direction numbers, 32-bit, row-major. x: 32 bits of one coordinate.
 */

const BITS = 32;

/** Points 0 … 2^32 - 1 of d coordinates in (0, 1). */
export type Sobol = (index: number) => Float64Array;

const LINES = SOBOL_DIRECTIONS.trim().split("\n");

/** The most dimensions there are direction numbers for. */
export const MAX_SOBOL_DIMENSIONS = LINES.length + 1;

/**
 * `random`: uniform in [0, 1), drawn from while scrambling; null: unscrambled. Coordinates are the centres of their
 * cells of width 2^-32 (unscrambled: the lower ends, as published), so none is 0 or 1 when scrambled.
 * @throws RangeError past MAX_SOBOL_DIMENSIONS.
 */
export function createSobol(dimensions: number, random: (() => number) | null): Sobol {
  if (dimensions > MAX_SOBOL_DIMENSIONS) {
    throw new RangeError(
      `Sobol sequences have at most ${MAX_SOBOL_DIMENSIONS} dimensions, not ${dimensions}.`,
    );
  }
  const directions = new Uint32Array(dimensions * BITS);
  const shifts = new Uint32Array(dimensions);
  for (let dimension = 0; dimension < dimensions; dimension++) {
    const numbers = directionNumbers(dimension);
    directions.set(random ? scramble(numbers, random) : numbers, dimension * BITS);
    if (random) shifts[dimension] = random32(random);
  }
  const centre = random ? 0.5 : 0;
  return (index) => {
    const gray = (index ^ (index >>> 1)) >>> 0;
    return Float64Array.from(shifts, (shift, dimension) => {
      let x = shift;
      for (let bit = 0; bit < BITS; bit++) if ((gray >>> bit) & 1) x ^= directions[dimension * BITS + bit]!;
      return ((x >>> 0) + centre) / 2 ** BITS;
    });
  };
}

/** Bratley & Fox (1988), section 2. Dimension 0 is the van der Corput sequence. */
function directionNumbers(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS);
  if (dimension === 0) return v.map((_, k) => 2 ** (BITS - 1 - k));
  const [a = 0, ...m] = LINES[dimension - 1]!.split(" ").map(Number);
  const s = m.length;
  for (let k = 0; k < BITS; k++) {
    if (k < s) {
      v[k] = m[k]! * 2 ** (BITS - 1 - k);
      continue;
    }
    let value = v[k - s]! ^ (v[k - s]! >>> s);
    for (let i = 1; i < s; i++) if ((a >> (s - 1 - i)) & 1) value ^= v[k - i]!;
    v[k] = value;
  }
  return v;
}

/** Multiplies each number by one random lower triangular matrix over GF(2) with a unit diagonal; row 0 is the top bit. */
function scramble(numbers: Uint32Array, random: () => number): Uint32Array {
  const rows = Uint32Array.from({ length: BITS }, (_, row) => {
    const diagonal = 2 ** (BITS - 1 - row);
    const above = row === 0 ? 0 : (random32(random) >>> (BITS - row)) << (BITS - row);
    return (above | diagonal) >>> 0;
  });
  return numbers.map((number) => {
    let result = 0;
    for (let row = 0; row < BITS; row++) result |= parity(number & rows[row]!) << (BITS - 1 - row);
    return result >>> 0;
  });
}

function random32(random: () => number): number {
  return Math.floor(random() * 2 ** 32);
}

function parity(x: number): number {
  let p = x ^ (x >>> 16);
  p ^= p >>> 8;
  p ^= p >>> 4;
  return (0x6996 >>> (p & 15)) & 1;
}
