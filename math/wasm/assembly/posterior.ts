import { invertTransposed, solveRows } from "./cholesky";
import { maternRow } from "./matern";
import { dot, subtractProduct, sumOf } from "./product";
import { solveLower, solveLowerTransposed } from "./substitution";

/**
 * Predictions from a Cholesky factor.
 *
 * n, d, ld, lz, z, w, numeric, L, E: as in matern.ts and cholesky.ts. points: m × d, scaled like z.
 * V: m rows, lv bytes apart: first k(points, z), then V L'⁻¹. α = K⁻¹ y.
 */

/** V: the covariance of each of m points with the n of Z. */
export function crossCovariance(
  v: usize,
  lv: usize,
  points: usize,
  m: i32,
  z: usize,
  lz: usize,
  n: i32,
  numeric: i32,
  d: i32,
  w: usize,
  signal: f64,
): void {
  for (let p = 0; p < m; p++) {
    maternRow(v + <usize>p * lv, 0, n, z, lz, points + ((<usize>(p * d)) << 3), numeric, d, w, signal);
  }
}

/** From V = k(points, z): fills mean and variance, V becomes V L'⁻¹. */
export function predict(
  v: usize,
  lv: usize,
  m: i32,
  l: usize,
  ld: usize,
  e: usize,
  n: i32,
  alpha: usize,
  signal: f64,
  mean: usize,
  variance: usize,
): void {
  for (let p = 0; p < m; p++) store<f64>(mean + ((<usize>p) << 3), dot(v + <usize>p * lv, alpha, n));
  solveRows(v, lv, m, l, ld, e, n);
  for (let p = 0; p < m; p++) {
    const row = v + <usize>p * lv;
    store<f64>(variance + ((<usize>p) << 3), signal - dot(row, row, n));
  }
}

/** From V = V L'⁻¹: fills C (m × m) with the prior covariance of the points less V V'. `y`: the points as Z. */
export function posteriorCovariance(
  c: usize,
  lc: usize,
  v: usize,
  lv: usize,
  points: usize,
  m: i32,
  y: usize,
  ly: usize,
  n: i32,
  numeric: i32,
  d: i32,
  w: usize,
  signal: f64,
): void {
  for (let p = 0; p < m; p++) {
    maternRow(c + <usize>p * lc, 0, m, y, ly, points + ((<usize>(p * d)) << 3), numeric, d, w, signal);
  }
  subtractProduct(c, lc, v, lv, v, lv, m, m, n, false, false);
}

/** Overwrites each of t vectors of n (lb bytes apart) with K⁻¹ times it. */
export function solve(l: usize, ld: usize, n: i32, b: usize, lb: usize, t: i32): void {
  for (let i = 0; i < t; i++) {
    solveLower(l, ld, n, b);
    solveLowerTransposed(l, ld, n, b);
    b += lb;
  }
}

/**
 * At one point: k, slopes, u: n values of scratch each. gradients: d of the mean, then d of the variance, with respect to
 * the scaled coordinates. Returns the mean; `variance`: one value.
 */
export function predictWithGradient(
  point: usize,
  z: usize,
  lz: usize,
  n: i32,
  numeric: i32,
  d: i32,
  w: usize,
  signal: f64,
  l: usize,
  ld: usize,
  alpha: usize,
  k: usize,
  slopes: usize,
  u: usize,
  variance: usize,
  gradients: usize,
): f64 {
  maternRow(k, slopes, n, z, lz, point, numeric, d, w, signal);
  const mean = dot(k, alpha, n);
  memory.copy(u, k, (<usize>n) << 3);
  solveLower(l, ld, n, u);
  store<f64>(variance, signal - dot(u, u, n));
  solveLowerTransposed(l, ld, n, u);
  for (let q: usize = 0; q < (<usize>n) << 3; q += 8) {
    const slope = 2 * load<f64>(slopes + q);
    store<f64>(u + q, -2 * slope * load<f64>(u + q));
    store<f64>(slopes + q, slope * load<f64>(alpha + q));
  }
  for (let q = n; q & 3; q++) {
    store<f64>(u + ((<usize>q) << 3), 0);
    store<f64>(slopes + ((<usize>q) << 3), 0);
  }
  memory.fill(gradients, 0, (<usize>d) << 4);
  for (let i = 0; i < numeric; i++) {
    const offset = (<usize>i) << 3;
    const at = gradients + offset;
    sumDifferences(at, at + ((<usize>d) << 3), slopes, u, z + <usize>i * lz, load<f64>(point + offset), n);
  }
  return mean;
}

/** first = Σ s (x - z), second = Σ u (x - z), over n values in groups of 4. */
function sumDifferences(first: usize, second: usize, s: usize, u: usize, z: usize, x: f64, n: i32): void {
  const splat = f64x2.splat(x);
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let u0 = f64x2.splat(0);
  let u1 = f64x2.splat(0);
  for (let q: usize = 0; q < (<usize>n) << 3; q += 32) {
    const d0 = f64x2.sub(splat, v128.load(z + q));
    const d1 = f64x2.sub(splat, v128.load(z + q, 16));
    s0 = f64x2.add(s0, f64x2.mul(v128.load(s + q), d0));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(s + q, 16), d1));
    u0 = f64x2.add(u0, f64x2.mul(v128.load(u + q), d0));
    u1 = f64x2.add(u1, f64x2.mul(v128.load(u + q, 16), d1));
  }
  store<f64>(first, sumOf(f64x2.add(s0, s1)));
  store<f64>(second, sumOf(f64x2.add(u0, u1)));
}

/** The diagonal of K⁻¹; T: n × n of scratch. */
export function inverseDiagonal(l: usize, ld: usize, n: i32, e: usize, t: usize, diagonal: usize): void {
  invertTransposed(l, ld, n, e, t);
  for (let i = 0; i < n; i++) {
    const from = t + <usize>i * (ld + 8);
    store<f64>(diagonal + ((<usize>i) << 3), dot(from, from, n - i));
  }
}
