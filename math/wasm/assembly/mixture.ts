import { exponentialOfNegative } from "./exponential";

/**
 * The log density of a mixture of product kernels at a block of points, for some of the kernels at a time.
 *
 * Points come in pairs, one a lane: m of them, m even. A: kernels × m, the log of each kernel's weighted value at each
 * point. X: columns × m, the points' coordinates, whole cache lines apart. start: by kernel, the log of its weight and norm.
 */

/**
 * Terms that have fallen to e^-DEEP of the largest are left out: a million of them are lost in the rounding of a sum that is
 * at least as large as that one.
 */
const DEEP: f64 = 51;

/** Points whose terms are summed at once, in registers. */
const GROUP: i32 = 8;

/**
 * A_ij = start_i - Σ_k ((x_kj - mu_ik) s_ik)². shape: kernels × 2 columns: mu, s.
 */
export function normalTerms(
  a: usize,
  kernels: i32,
  m: i32,
  start: usize,
  shape: usize,
  x: usize,
  columns: i32,
): void {
  const row = (<usize>m) << 3;
  for (let i = 0; i < kernels; i++) {
    let j = 0;
    for (; j + GROUP <= m; j += GROUP) {
      const at = (<usize>j) << 3;
      groupOfTerms(a + at, v128.load64_splat(start), shape, x + at, row, columns);
    }
    for (; j < m; j += 2) {
      const at = (<usize>j) << 3;
      pairOfTerms(a + at, v128.load64_splat(start), shape, x + at, row, columns);
    }
    a += row;
    start += 8;
    shape += (<usize>columns) << 4;
  }
}

function groupOfTerms(a: usize, start: v128, shape: usize, x: usize, row: usize, columns: i32): void {
  let a0 = start;
  let a1 = start;
  let a2 = start;
  let a3 = start;
  for (let k = 0; k < columns; k++) {
    const mu = v128.load64_splat(shape);
    const s = v128.load64_splat(shape, 8);
    a0 = f64x2.sub(a0, squared(f64x2.mul(f64x2.sub(v128.load(x), mu), s)));
    a1 = f64x2.sub(a1, squared(f64x2.mul(f64x2.sub(v128.load(x, 16), mu), s)));
    a2 = f64x2.sub(a2, squared(f64x2.mul(f64x2.sub(v128.load(x, 32), mu), s)));
    a3 = f64x2.sub(a3, squared(f64x2.mul(f64x2.sub(v128.load(x, 48), mu), s)));
    shape += 16;
    x += row;
  }
  v128.store(a, a0);
  v128.store(a, a1, 16);
  v128.store(a, a2, 32);
  v128.store(a, a3, 48);
}

function pairOfTerms(a: usize, start: v128, shape: usize, x: usize, row: usize, columns: i32): void {
  let sum = start;
  for (let k = 0; k < columns; k++) {
    const mu = v128.load64_splat(shape);
    sum = f64x2.sub(sum, squared(f64x2.mul(f64x2.sub(v128.load(x), mu), v128.load64_splat(shape, 8))));
    shape += 16;
    x += row;
  }
  v128.store(a, sum);
}

/**
 * A_ij += own_kj where kernel and point have the same choice in column k, else other_kj. choice: kernels × columns; at: columns ×
 * m, the points' choices; own, other: columns × m.
 */
export function choiceTerms(
  a: usize,
  kernels: i32,
  m: i32,
  choice: usize,
  at: usize,
  own: usize,
  other: usize,
  columns: i32,
): void {
  const row = (<usize>m) << 3;
  for (let i = 0; i < kernels; i++) {
    for (let k = 0; k < columns; k++) {
      const mine = v128.load64_splat(choice);
      const column = <usize>k * row;
      for (let j: usize = 0; j < row; j += 16) {
        const same = f64x2.eq(v128.load(at + column + j), mine);
        const term = v128.bitselect(v128.load(own + column + j), v128.load(other + column + j), same);
        v128.store(a + j, f64x2.add(v128.load(a + j), term));
      }
      choice += 8;
    }
    a += row;
  }
}

/** Adds exp(A_ij) of every kernel to sum_j exp(peak_j), with the largest A_ij so far as the new peak_j. */
export function addToLogSum(a: usize, kernels: i32, m: i32, peak: usize, sum: usize): void {
  const row = (<usize>m) << 3;
  const end = a + <usize>kernels * row;
  const deep = f64x2.splat(DEEP);
  for (let j: usize = 0; j < row; j += 16) {
    const before = v128.load(peak + j);
    let top = before;
    for (let at = a + j; at < end; at += row) top = f64x2.pmax(top, v128.load(at));
    let total = f64x2.mul(v128.load(sum + j), exponentialOfNegative(f64x2.sub(top, before)));
    for (let at = a + j; at < end; at += row) {
      const gap = f64x2.sub(top, v128.load(at));
      if (v128.any_true(f64x2.lt(gap, deep))) total = f64x2.add(total, exponentialOfNegative(gap));
    }
    v128.store(peak + j, top);
    v128.store(sum + j, total);
  }
}

function squared(z: v128): v128 {
  return f64x2.mul(z, z);
}
