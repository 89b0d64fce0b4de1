/**
 * The random numbers that BBOB's instances are defined by (Hansen et al. 2009, "Real-parameter black-box optimization
 * benchmarking 2009: noiseless functions definitions", RR-6829): functions of a seed, the same in every implementation.
 */

/** Park & Miller's generator 16807 s mod (2^31 - 1), by Schrage's method. */
function advance(state: number): number {
  const high = Math.floor(state / 127773);
  const next = 16807 * (state - high * 127773) - 2836 * high;
  return next < 0 ? next + 2147483647 : next;
}

/** n uniform numbers in (0, 1), shuffled through a table of 32 (Bays & Durham). */
export function uniforms(n: number, seed: number): Float64Array {
  const table = new Float64Array(32);
  let state = Math.max(1, Math.abs(seed));
  for (let i = 39; i >= 0; i--) {
    state = advance(state);
    if (i < 32) table[i] = state;
  }
  let drawn = table[0]!;
  const numbers = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    state = advance(state);
    const slot = Math.floor(drawn / 67108865);
    drawn = table[slot]!;
    table[slot] = state;
    numbers[i] = drawn / 2147483647 || 1e-99;
  }
  return numbers;
}

/** n standard normal numbers (Box & Muller). */
export function normals(n: number, seed: number): Float64Array {
  const uniform = uniforms(2 * n, seed);
  return Float64Array.from({ length: n }, (_, i) => {
    const normal = Math.sqrt(-2 * Math.log(uniform[i]!)) * Math.cos(2 * Math.PI * uniform[n + i]!);
    return normal || 1e-99;
  });
}

/** The usual place of an optimum: d coordinates in [-4, 4], of four digits, none of them 0. */
export function usualOptimum(seed: number, d: number): Float64Array {
  return uniforms(d, seed).map((u) => (8 * Math.floor(1e4 * u)) / 1e4 - 4 || -1e-5);
}

/** The optimal value of an instance, in [-1000, 1000], of two digits. */
export function optimalValue(seed: number): number {
  const ratio = normals(1, seed)[0]! / normals(1, seed + 1)[0]!;
  return Math.min(1000, Math.max(-1000, Math.round(100 * 100 * ratio) / 100));
}

/** An orthogonal d×d matrix, row-major: Gram-Schmidt over normal rows. */
export function rotation(seed: number, d: number): Float64Array {
  const matrix = normals(d * d, seed);
  for (let i = 0; i < d; i++) {
    const row = matrix.subarray(i * d, (i + 1) * d);
    for (let j = 0; j < i; j++) {
      const other = matrix.subarray(j * d, (j + 1) * d);
      const overlap = dot(row, other);
      for (let k = 0; k < d; k++) row[k] = row[k]! - overlap * other[k]!;
    }
    const length = Math.sqrt(dot(row, row));
    for (let k = 0; k < d; k++) row[k] = row[k]! / length;
  }
  return matrix;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
