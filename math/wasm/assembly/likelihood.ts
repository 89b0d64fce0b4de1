import { cholesky, invertTransposed, logDeterminant, negatedInverse } from "./cholesky";
import { maternRow } from "./matern";
import { dot, sumOf } from "./product";
import { solveLower, solveLowerTransposed } from "./substitution";

/**
 * The log marginal likelihood of a Gaussian process and its gradient (Rasmussen & Williams 2006, 5.8 and 5.9).
 *
 * n: points, d: dimensions. ld, lz: distances of rows in bytes. z, w, numeric: as in matern.ts; points: n × d, the same
 * values by point. A, S, T: n × n, E: as in cholesky.ts. A holds K, then L, then -K⁻¹; S the slopes of K.
 * M = αα' - K⁻¹, α = K⁻¹ y.
 */

const LOG_TWO_PI: f64 = 1.8378770664093453;

/** A: the lower triangle of K, `diagonal` on its diagonal. S: its slopes, or 0. Both zero where a group of 8 passes it. */
export function fillCovariance(
  a: usize,
  s: usize,
  ld: usize,
  n: i32,
  z: usize,
  lz: usize,
  points: usize,
  numeric: i32,
  d: i32,
  w: usize,
  signal: f64,
  diagonal: f64,
): void {
  for (let p = 0; p < n; p++) {
    const row = <usize>p * ld;
    const slopes = s === 0 ? <usize>0 : s + row;
    maternRow(a + row, slopes, p, z, lz, points + ((<usize>(p * d)) << 3), numeric, d, w, signal);
    for (let q = p; q & 7; q++) {
      const place = row + ((<usize>q) << 3);
      store<f64>(a + place, 0);
      if (s !== 0) store<f64>(s + place, 0);
    }
    store<f64>(a + row + ((<usize>p) << 3), diagonal);
  }
}

/** Returns -Infinity where K is not positive definite. `gradient`: d + 2 values, filled, or 0; α is filled. */
export function logMarginalLikelihood(
  n: i32,
  ld: usize,
  z: usize,
  lz: usize,
  points: usize,
  numeric: i32,
  d: i32,
  w: usize,
  signal: f64,
  noise: f64,
  y: usize,
  alpha: usize,
  a: usize,
  e: usize,
  s: usize,
  t: usize,
  gradient: usize,
): f64 {
  const slopes = gradient === 0 ? <usize>0 : s;
  fillCovariance(a, slopes, ld, n, z, lz, points, numeric, d, w, signal, signal + noise);
  if (!cholesky(a, ld, n, e)) return -Infinity;
  // Zeros after the last value, because the gradient is summed in groups of 8.
  memory.fill(alpha + ((<usize>n) << 3), 0, 64);
  memory.copy(alpha, y, (<usize>n) << 3);
  solveLower(a, ld, n, alpha);
  const fit = dot(alpha, alpha, n);
  const value = -0.5 * (fit + logDeterminant(a, ld, n) + <f64>n * LOG_TWO_PI);
  if (gradient === 0) return value;
  solveLowerTransposed(a, ld, n, alpha);
  invertTransposed(a, ld, n, e, t);
  negatedInverse(t, ld, n, a);
  fillGradient(n, ld, z, lz, points, numeric, d, w, alpha, a, s, t, gradient);
  let trace = dot(alpha, alpha, n);
  for (let p = 0; p < n; p++) trace += load<f64>(a + <usize>p * (ld + 8));
  // tr(M (K - noise I)), where tr(M K) = y'α - n needs no pass over K, which is gone.
  const signalPart = 0.5 * (dot(y, alpha, n) - <f64>n - noise * trace);
  store<f64>(gradient + ((<usize>d) << 3), signalPart);
  store<f64>(gradient + ((<usize>(d + 1)) << 3), 0.5 * noise * trace);
  return value;
}

/** gradient_i = Σ_{p > q} M_pq S_pq w_i D_i(p, q), i < d; `sums`: d pairs of scratch. */
function fillGradient(
  n: i32,
  ld: usize,
  z: usize,
  lz: usize,
  points: usize,
  numeric: i32,
  d: i32,
  w: usize,
  alpha: usize,
  a: usize,
  s: usize,
  sums: usize,
  gradient: usize,
): void {
  memory.fill(sums, 0, (<usize>d) << 4);
  for (let p = 1; p < n; p++) {
    const point = points + ((<usize>(p * d)) << 3);
    const ap = v128.load64_splat(alpha + ((<usize>p) << 3));
    for (let q = 0; q < p; q += 8) {
      const offset = (<usize>q) << 3;
      addGroup(
        a + <usize>p * ld + offset,
        s + <usize>p * ld + offset,
        ap,
        alpha + offset,
        z + offset,
        lz,
        point,
        numeric,
        d,
        w,
        sums,
      );
    }
  }
  for (let i = 0; i < d; i++) {
    store<f64>(gradient + ((<usize>i) << 3), sumOf(v128.load(sums + ((<usize>i) << 4))));
  }
}

/** Adds the terms of one point and a group of 8 others to the sums of all dimensions. */
function addGroup(
  a: usize,
  s: usize,
  ap: v128,
  alpha: usize,
  z: usize,
  lz: usize,
  point: usize,
  numeric: i32,
  d: i32,
  w: usize,
  sums: usize,
): void {
  const g0 = f64x2.mul(v128.load(s), f64x2.add(f64x2.mul(ap, v128.load(alpha)), v128.load(a)));
  const g1 = f64x2.mul(v128.load(s, 16), f64x2.add(f64x2.mul(ap, v128.load(alpha, 16)), v128.load(a, 16)));
  const g2 = f64x2.mul(v128.load(s, 32), f64x2.add(f64x2.mul(ap, v128.load(alpha, 32)), v128.load(a, 32)));
  const g3 = f64x2.mul(v128.load(s, 48), f64x2.add(f64x2.mul(ap, v128.load(alpha, 48)), v128.load(a, 48)));
  for (let i = 0; i < numeric; i++) {
    const x = v128.load64_splat(point + ((<usize>i) << 3));
    const d0 = f64x2.sub(v128.load(z), x);
    const d1 = f64x2.sub(v128.load(z, 16), x);
    const d2 = f64x2.sub(v128.load(z, 32), x);
    const d3 = f64x2.sub(v128.load(z, 48), x);
    const s01 = f64x2.add(f64x2.mul(g0, f64x2.mul(d0, d0)), f64x2.mul(g1, f64x2.mul(d1, d1)));
    const s23 = f64x2.add(f64x2.mul(g2, f64x2.mul(d2, d2)), f64x2.mul(g3, f64x2.mul(d3, d3)));
    v128.store(sums, f64x2.add(v128.load(sums), f64x2.add(s01, s23)));
    sums += 16;
    z += lz;
  }
  for (let i = numeric; i < d; i++) {
    const x = v128.load64_splat(point + ((<usize>i) << 3));
    const weight = v128.load64_splat(w + ((<usize>(i - numeric)) << 3));
    const s01 = f64x2.add(
      v128.and(g0, f64x2.ne(v128.load(z), x)),
      v128.and(g1, f64x2.ne(v128.load(z, 16), x)),
    );
    const s23 = f64x2.add(
      v128.and(g2, f64x2.ne(v128.load(z, 32), x)),
      v128.and(g3, f64x2.ne(v128.load(z, 48), x)),
    );
    v128.store(sums, f64x2.add(v128.load(sums), f64x2.mul(weight, f64x2.add(s01, s23))));
    sums += 16;
    z += lz;
  }
}
