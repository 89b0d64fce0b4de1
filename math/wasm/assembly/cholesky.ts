import { dot, subtractProduct, subtractScaled } from "./product";

/**
 * The Cholesky factor in blocks, what is solved with it, and the inverse.
 *
 * n: size. ld: distance of rows in bytes. L: n × n, lower triangle. NB: block size; DB = NB × NB doubles.
 * E: n rows of NB doubles; its rows of one block are the inverse of that diagonal block of L, zero above the diagonal.
 * Multiplying with E stands in for a triangular solve, so that panels go through the same product as everything else.
 */

/** Also the block size of the host's layout. */
export const NB: i32 = 32;
const LE: usize = (<usize>NB) << 3;

/** Rows of T done at once: the more, the less often the other operand is packed. */
const WIDE: i32 = 2 * NB;

/** Columns of a panel done at once. */
const GROUP: i32 = 16;

/** Rows of a panel on their way through `multiplyByInverse`. */
const strip: usize = memory.data(32 * 32 * 8, 64);

/** Overwrites the lower triangle of A with L and fills E; false where A is not positive definite. */
export function cholesky(a: usize, ld: usize, n: i32, e: usize): bool {
  for (let j = 0; j < n; j += NB) {
    const size = min(NB, n - j);
    const row = a + <usize>j * ld;
    const corner = row + ((<usize>j) << 3);
    subtractProduct(corner, ld, row, ld, row, ld, n - j, size, j, true);
    if (!factorBlock(corner, ld, size)) return false;
    const inverse = e + <usize>j * LE;
    for (let i = 0; i < size; i++) invertRow(corner, ld, inverse, i);
    multiplyByInverse(corner + <usize>size * ld, ld, n - j - size, inverse, size);
  }
  return true;
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

/** Row i of the inverse of a diagonal block, from the rows above it and row i of the block. */
export function invertRow(corner: usize, ld: usize, inverse: usize, i: i32): void {
  const row = inverse + <usize>i * LE;
  const l = corner + <usize>i * ld;
  memory.fill(row, 0, LE);
  const reciprocal = 1 / load<f64>(l + ((<usize>i) << 3));
  for (let k = 0; k < i; k++) {
    const factor = load<f64>(l + ((<usize>k) << 3)) * reciprocal;
    subtractScaled(row, inverse + <usize>k * LE, factor, k + 1);
  }
  store<f64>(row + ((<usize>i) << 3), reciprocal);
}

/** Overwrites each row p of a panel (rows × size) with L⁻¹ p, given the inverse of the diagonal block. */
export function multiplyByInverse(panel: usize, ld: usize, rows: i32, inverse: usize, size: i32): void {
  for (let i = 0; i < rows; i += NB) {
    const height = min(NB, rows - i);
    const target = panel + <usize>i * ld;
    for (let r = 0; r < height; r++) moveNegated(strip + <usize>r * LE, target + <usize>r * ld, size);
    for (let j = 0; j < size; j += GROUP) {
      const width = min(GROUP, size - j);
      const to = target + ((<usize>j) << 3);
      // The inverse is triangular: what lies right of these columns is zero.
      const depth = (j + width + 1) & ~1;
      subtractProduct(to, ld, strip, LE, inverse + <usize>j * LE, LE, height, width, depth, false);
    }
  }
}

/** target = -source, source = 0; a zero more where the size is odd. */
function moveNegated(target: usize, source: usize, size: i32): void {
  let k = 0;
  for (; k + 2 <= size; k += 2) {
    const at = (<usize>k) << 3;
    v128.store(target + at, f64x2.neg(v128.load(source + at)));
    v128.store(source + at, f64x2.splat(0));
  }
  if (k < size) {
    const at = (<usize>k) << 3;
    store<f64>(target + at, -load<f64>(source + at));
    store<f64>(target + at, 0, 8);
    store<f64>(source + at, 0);
  }
}

/** Overwrites each row v of V (rows × n, row-major) with L⁻¹ v. A column of padding after an odd n is zero. */
export function solveRows(v: usize, lv: usize, rows: i32, l: usize, ld: usize, e: usize, n: i32): void {
  for (let j = 0; j < n; j += NB) {
    const size = min(NB, n - j);
    const target = v + ((<usize>j) << 3);
    subtractProduct(target, lv, v, lv, l + <usize>j * ld, ld, rows, size, j, false);
    multiplyByInverse(target, lv, rows, e + <usize>j * LE, size);
  }
}

/** Overwrites b with L⁻¹ b. */
export function solveLower(l: usize, ld: usize, n: i32, b: usize): void {
  for (let i = 0; i < n; i++) {
    const at = b + ((<usize>i) << 3);
    store<f64>(at, (load<f64>(at) - dot(l, b, i)) / load<f64>(l + ((<usize>i) << 3)));
    l += ld;
  }
}

/** Overwrites b with L'⁻¹ b. */
export function solveLowerTransposed(l: usize, ld: usize, n: i32, b: usize): void {
  for (let i = n - 1; i >= 0; i--) {
    const row = l + <usize>i * ld;
    const at = b + ((<usize>i) << 3);
    const x = load<f64>(at) / load<f64>(row + ((<usize>i) << 3));
    store<f64>(at, x);
    subtractScaled(b, row, x, i);
  }
}

/** ln det(L L'). */
export function logDeterminant(l: usize, ld: usize, n: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < n; i++) sum += Math.log(load<f64>(l + <usize>i * (ld + 8)));
  return 2 * sum;
}

/** T: n × n, row-major like L: the transpose of L⁻¹, zero below its diagonal within diagonal blocks. */
export function invertTransposed(l: usize, ld: usize, n: i32, e: usize, t: usize): void {
  for (let k = 0; k < n; k += NB) {
    const size = min(NB, n - k);
    const inverse = e + <usize>k * LE;
    const row = l + <usize>k * ld;
    const column = t + ((<usize>k) << 3);
    for (let r = 0; r < k; r++) memory.fill(column + <usize>r * ld, 0, (<usize>size) << 3);
    for (let i = 0; i < k; i += WIDE) {
      const corner = t + <usize>i * (ld + 8);
      subtractTriangular(
        column + <usize>i * ld,
        ld,
        corner,
        row + ((<usize>i) << 3),
        min(WIDE, k - i),
        size,
        k - i,
      );
    }
    multiplyByInverse(column, ld, k, inverse, size);
    transposeBlock(inverse, column + <usize>k * ld, ld, size);
  }
  if (n & 1) for (let i = 0; i < n; i++) store<f64>(t + <usize>i * ld + ((<usize>n) << 3), 0);
}

function transposeBlock(inverse: usize, target: usize, ld: usize, size: i32): void {
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      const value = load<f64>(inverse + <usize>j * LE + ((<usize>i) << 3));
      store<f64>(target + <usize>i * ld + ((<usize>j) << 3), value);
    }
  }
}

/**
 * C -= T B' for at most WIDE rows of T from a diagonal block on, `corner` being its first entry, and `depth` columns. What
 * lies left of a row's own diagonal block counts as zero and is not read.
 */
function subtractTriangular(
  c: usize,
  ld: usize,
  corner: usize,
  b: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  const triangle = min(depth, ((rows + NB - 1) / NB) * NB);
  for (let i = 0; i < rows; i += NB) {
    const from = (<usize>i) << 3;
    const diagonal = corner + <usize>i * ld + from;
    subtractProduct(
      c + <usize>i * ld,
      ld,
      diagonal,
      ld,
      b + from,
      ld,
      min(NB, rows - i),
      columns,
      triangle - i,
      false,
    );
  }
  const rest = (<usize>triangle) << 3;
  subtractProduct(c, ld, corner + rest, ld, b + rest, ld, rows, columns, depth - triangle, false);
}

/** Fills the lower triangle of A with -(L L')⁻¹ from T. */
export function negatedInverse(t: usize, ld: usize, n: i32, a: usize): void {
  for (let i = 0; i < n; i += WIDE) {
    const rows = min(WIDE, n - i);
    const target = a + <usize>i * ld;
    for (let r = 0; r < rows; r++) memory.fill(target + <usize>r * ld, 0, (<usize>(i + rows)) << 3);
    const corner = t + <usize>i * (ld + 8);
    subtractTriangular(target, ld, corner, t + ((<usize>i) << 3), rows, i, (n - i + 1) & ~1);
    for (let s = 0; s < rows; s += NB) subtractDiagonal(a, ld, t, i, i + s, min(NB, rows - s), n);
  }
}

/** Rows `row` on of T T', from column `first` to the diagonal. */
function subtractDiagonal(a: usize, ld: usize, t: usize, first: i32, row: i32, rows: i32, n: i32): void {
  const depth = (n - row + 1) & ~1;
  const left = t + <usize>row * (ld + 8);
  const target = a + <usize>row * ld;
  const above = t + <usize>first * ld + ((<usize>row) << 3);
  subtractProduct(target + ((<usize>first) << 3), ld, left, ld, above, ld, rows, row - first, depth, false);
  subtractProduct(target + ((<usize>row) << 3), ld, left, ld, left, ld, rows, rows, depth, true);
}
