/**
 * A pseudo-random bijection of {0, …, size - 1} in constant memory, for sizes up to 2^53: a Feistel network over the
 * next power of four, walked until it lands inside (Black & Rogaway 2002). About two steps a value on average, four at most.
 *
 * b: bits of a half. (left, right): the halves of a value. keys: one 32-bit number a round, from `random`.
 */
export function createPermutation(size: number, random: () => number): (index: number) => number {
  if (!(Number.isSafeInteger(size) && size >= 1))
    throw new RangeError(`A permutation needs a size >= 1, not ${size}.`);
  const half = 2 ** Math.max(1, Math.ceil(Math.log2(size) / 2));
  const keys = Array.from({ length: ROUNDS }, () => Math.floor(random() * 2 ** 32));
  return (index) => {
    let value = index;
    do value = feistel(value, half, keys);
    while (value >= size);
    return value;
  };
}

/** Four make a strong permutation of large halves (Luby & Rackoff 1988); small halves need more. */
const ROUNDS = 8;

function feistel(value: number, half: number, keys: readonly number[]): number {
  let left = Math.floor(value / half);
  let right = value % half;
  for (const key of keys) {
    // Addition modulo `half` in place of xor: halves can have 27 bits, and both are bijections.
    [left, right] = [right, (left + (mix(right ^ key) % half)) % half];
  }
  return left * half + right;
}

/** The 32-bit finaliser of MurmurHash3 (Appleby). */
function mix(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
