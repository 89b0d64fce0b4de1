import { dot, pack, subtractProduct, subtractScaled, subtractTiles } from "./product";

/**
 * The Cholesky factor, what is solved with it, and the inverse, by halves, so that most work is done by large products.
 *
 * n: size. ld: distance of rows in bytes. L: n × n, lower triangle. NB: block size.
 * E: n rows of NB doubles; its rows of one block are minus the inverse of that diagonal block of L, zero above the
 * diagonal. Multiplying with E stands in for a triangular solve; minus, because products are subtracted.
 */

/** Also the block size of the host's layout. */
export const NB: i32 = 32;
const LE: usize = (<usize>NB) << 3;

/** A block of E, packed. */
const packedInverse: usize = memory.data(32 * 32 * 8, 64);

/** Overwrites the lower triangle of A with L and fills E; false where A is not positive definite. */
export function cholesky(a: usize, ld: usize, n: i32, e: usize): bool {
  if (n <= NB) {
    if (!factorBlock(a, ld, n)) return false;
    for (let i = 0; i < n; i++) invertRow(a, ld, e, i);
    return true;
  }
  const half = halfOf(n);
  const rest = n - half;
  const below = a + <usize>half * ld;
  const corner = below + ((<usize>half) << 3);
  if (!cholesky(a, ld, half, e)) return false;
  solveRows(below, ld, rest, a, ld, e, half);
  subtractProduct(corner, ld, below, ld, below, ld, rest, rest, half, true, false);
  return cholesky(corner, ld, rest, e + <usize>half * LE);
}

/** About half of n > NB, in whole blocks. */
function halfOf(n: i32): i32 {
  return ((n + 2 * NB - 1) / (2 * NB)) * NB;
}

function factorBlock(a: usize, ld: usize, n: i32): bool {
  for (let i = 0; i < n; i++) {
    const ai = a + <usize>i * ld;
    for (let j = 0; j < i; j++) {
      const aj = a + <usize>j * ld;
      const at = ai + ((<usize>j) << 3);
      store<f64>(at, (load<f64>(at) - dot(ai, aj, j)) / load<f64>(aj + ((<usize>j) << 3)));
    }
    const pivot = load<f64>(ai + ((<usize>i) << 3)) - dot(ai, ai, i);
    if (!(pivot > 0 && pivot < Infinity)) return false;
    store<f64>(ai + ((<usize>i) << 3), sqrt(pivot));
  }
  return true;
}

/** Row i of minus the inverse of a diagonal block, from the rows above it and row i of the block. */
export function invertRow(corner: usize, ld: usize, inverse: usize, i: i32): void {
  const row = inverse + <usize>i * LE;
  const l = corner + <usize>i * ld;
  memory.fill(row, 0, LE);
  const reciprocal = 1 / load<f64>(l + ((<usize>i) << 3));
  for (let k = 0; k < i; k++) {
    const factor = load<f64>(l + ((<usize>k) << 3)) * reciprocal;
    subtractScaled(row, inverse + <usize>k * LE, factor, k + 1);
  }
  store<f64>(row + ((<usize>i) << 3), -reciprocal);
}

/** Overwrites each row v of V (rows × n, row-major) with L⁻¹ v. */
export function solveRows(v: usize, lv: usize, rows: i32, l: usize, ld: usize, e: usize, n: i32): void {
  if (n <= NB) {
    solveBlock(v, lv, rows, e, n);
    return;
  }
  const half = halfOf(n);
  const right = v + ((<usize>half) << 3);
  const below = l + <usize>half * ld;
  solveRows(v, lv, rows, l, ld, e, half);
  subtractProduct(right, lv, v, lv, below, ld, rows, n - half, half, false, false);
  solveRows(right, lv, rows, below + ((<usize>half) << 3), ld, e + <usize>half * LE, n - half);
}

function solveBlock(v: usize, lv: usize, rows: i32, e: usize, n: i32): void {
  pack(packedInverse, e, LE, n, n);
  for (let i = 0; i < rows; i += 4) {
    const row = v + <usize>i * lv;
    // From the right, so that nothing is overwritten that is still needed; right of its diagonal the inverse is zero.
    for (let j = (n - 1) & ~3; j >= 0; j -= 4) {
      const b = packedInverse + ((<usize>(j * n)) << 3);
      const depth = min(j + 4, n);
      subtractTiles(row + ((<usize>j) << 3), lv, row, lv, b, 0, rows - i, n - j, 4, depth, true);
    }
  }
}

/** ln det(L L'). */
export function logDeterminant(l: usize, ld: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += Math.log(load<f64>(l + <usize>i * (ld + 8)));
  return 2 * sum;
}

/** Fills the upper triangle of T (n × n, row-major like L) with the transpose of L⁻¹, its diagonal blocks with zeros below. */
export function invertTransposed(l: usize, ld: usize, n: i32, e: usize, t: usize): void {
  if (n <= NB) {
    transposeBlock(e, t, ld, n);
    return;
  }
  const half = halfOf(n);
  const rest = n - half;
  const right = t + ((<usize>half) << 3);
  const below = l + <usize>half * ld;
  const corner = below + ((<usize>half) << 3);
  invertTransposed(l, ld, half, e, t);
  subtractProduct(right, ld, t, ld, below, ld, half, rest, half, false, true);
  solveRows(right, ld, half, corner, ld, e + <usize>half * LE, rest);
  invertTransposed(corner, ld, rest, e + <usize>half * LE, right + <usize>half * ld);
}

function transposeBlock(e: usize, target: usize, ld: usize, size: i32): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = load<f64>(e + <usize>j * LE + ((<usize>i) << 3));
      store<f64>(target + <usize>i * ld + ((<usize>j) << 3), -value);
    }
  }
}

/** Fills the lower triangle of A with -(L L')⁻¹ from T, and up to three values right of the diagonal. */
export function negatedInverse(t: usize, ld: usize, n: i32, a: usize): void {
  subtractProduct(a, ld, t, ld, t, ld, n, n, n, true, true);
}
