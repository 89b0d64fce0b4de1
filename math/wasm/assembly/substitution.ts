import { dot, subtractScaled, sumOf } from "./product";

/**
 * Triangular solves of one vector. n: size. ld: distance of rows in bytes. L: n × n, lower triangle.
 *
 * Four rows at once, so that a value of the vector is loaded once for four of L, and their sums do not wait for each other.
 */

/** Overwrites b with L⁻¹ b. */
export function solveLower(l: usize, ld: usize, n: i32, b: usize): void {
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const rows = l + <usize>i * ld;
    const at = b + ((<usize>i) << 3);
    subtractFourDots(at, rows, ld, b, i);
    for (let r = 0; r < 4; r++) divideRow(at, rows + <usize>r * ld + ((<usize>i) << 3), r);
  }
  for (; i < n; i++) divideRow(b, l + <usize>i * ld, i);
}

/** b_i = (b_i - Σ_{j < i} l_j b_j) / l_i. */
function divideRow(b: usize, l: usize, i: i32): void {
  const offset = (<usize>i) << 3;
  store<f64>(b + offset, (load<f64>(b + offset) - dot(l, b, i)) / load<f64>(l + offset));
}

/** Subtracts from four values the inner products of four rows with b; length: a multiple of 4. */
function subtractFourDots(target: usize, rows: usize, ld: usize, b: usize, length: i32): void {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let t0 = f64x2.splat(0);
  let t1 = f64x2.splat(0);
  let t2 = f64x2.splat(0);
  let t3 = f64x2.splat(0);
  let l1 = rows + ld;
  let l2 = l1 + ld;
  let l3 = l2 + ld;
  for (let k = 0; k < length; k += 4) {
    const x = v128.load(b);
    s0 = f64x2.add(s0, f64x2.mul(x, v128.load(rows)));
    s1 = f64x2.add(s1, f64x2.mul(x, v128.load(l1)));
    s2 = f64x2.add(s2, f64x2.mul(x, v128.load(l2)));
    s3 = f64x2.add(s3, f64x2.mul(x, v128.load(l3)));
    const y = v128.load(b, 16);
    t0 = f64x2.add(t0, f64x2.mul(y, v128.load(rows, 16)));
    t1 = f64x2.add(t1, f64x2.mul(y, v128.load(l1, 16)));
    t2 = f64x2.add(t2, f64x2.mul(y, v128.load(l2, 16)));
    t3 = f64x2.add(t3, f64x2.mul(y, v128.load(l3, 16)));
    rows += 32;
    l1 += 32;
    l2 += 32;
    l3 += 32;
    b += 32;
  }
  store<f64>(target, load<f64>(target) - sumOf(f64x2.add(s0, t0)));
  store<f64>(target, load<f64>(target, 8) - sumOf(f64x2.add(s1, t1)), 8);
  store<f64>(target, load<f64>(target, 16) - sumOf(f64x2.add(s2, t2)), 16);
  store<f64>(target, load<f64>(target, 24) - sumOf(f64x2.add(s3, t3)), 24);
}

/** Overwrites b with L'⁻¹ b. */
export function solveLowerTransposed(l: usize, ld: usize, n: i32, b: usize): void {
  let i = n - 1;
  for (; (i & 3) !== 3; i--) {
    subtractScaled(b, l + <usize>i * ld, divide(b, l + <usize>i * ld, i), i);
  }
  for (i -= 3; i >= 0; i -= 4) {
    const rows = l + <usize>i * ld;
    const offset = (<usize>i) << 3;
    for (let r = 3; r >= 0; r--) {
      const row = rows + <usize>r * ld + offset;
      subtractScaled(b + offset, row, divide(b + offset, row, r), r);
    }
    subtractFourScaled(b, rows, ld, b + offset, i);
  }
}

/** b_i = b_i / l_i. */
function divide(b: usize, l: usize, i: i32): f64 {
  const offset = (<usize>i) << 3;
  const x = load<f64>(b + offset) / load<f64>(l + offset);
  store<f64>(b + offset, x);
  return x;
}

/** Subtracts from y four rows, each times its factor; length: a multiple of 4. */
function subtractFourScaled(y: usize, rows: usize, ld: usize, factors: usize, length: i32): void {
  const f0 = v128.load64_splat(factors);
  const f1 = v128.load64_splat(factors, 8);
  const f2 = v128.load64_splat(factors, 16);
  const f3 = v128.load64_splat(factors, 24);
  let l1 = rows + ld;
  let l2 = l1 + ld;
  let l3 = l2 + ld;
  for (let k = 0; k < length; k += 4) {
    const s0 = f64x2.add(f64x2.mul(f0, v128.load(rows)), f64x2.mul(f1, v128.load(l1)));
    const s1 = f64x2.add(f64x2.mul(f2, v128.load(l2)), f64x2.mul(f3, v128.load(l3)));
    v128.store(y, f64x2.sub(v128.load(y), f64x2.add(s0, s1)));
    const t0 = f64x2.add(f64x2.mul(f0, v128.load(rows, 16)), f64x2.mul(f1, v128.load(l1, 16)));
    const t1 = f64x2.add(f64x2.mul(f2, v128.load(l2, 16)), f64x2.mul(f3, v128.load(l3, 16)));
    v128.store(y, f64x2.sub(v128.load(y, 16), f64x2.add(t0, t1)), 16);
    rows += 32;
    l1 += 32;
    l2 += 32;
    l3 += 32;
    y += 32;
  }
}
