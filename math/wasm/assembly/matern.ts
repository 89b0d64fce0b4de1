import { exponentials } from "./exponential";

/**
 * Matérn 5/2 between one point and many.
 *
 * Z: d × n, one row for each dimension, `lz` bytes apart, in whole groups of 8 columns; numeric dimensions first, already
 * multiplied by √w; then categorical ones as codes, with their weights in `w`. point: d values alike.
 * r² = Σ_numeric (z - p)² + Σ_categorical w 1[z ≠ p]. k = s (1 + t + t²/3) exp(-t), t = √5 r. slope = dk / d(r²).
 */

/** Points whose exponentials are taken at once; √5 r and exp(-√5 r) of these. */
const CHUNK: i32 = 64;
const steps: usize = memory.data(64 * 8, 64);
const decays: usize = memory.data(64 * 8, 64);

/** Fills `values`, and `slopes` unless it is 0, for points 0 … count - 1; up to 7 more are written. */
export function maternRow(
  values: usize,
  slopes: usize,
  count: i32,
  z: usize,
  lz: usize,
  point: usize,
  numeric: i32,
  d: i32,
  w: usize,
  signal: f64,
): void {
  for (let q = 0; q < count; q += CHUNK) {
    const size = min(CHUNK, count - q);
    const offset = (<usize>q) << 3;
    fillSteps(size, z + offset, lz, point, numeric, d, w);
    exponentials(decays, steps, size);
    fillValues(values + offset, size, signal);
    if (slopes !== 0) fillSlopes(slopes + offset, size, (-5 / 6.0) * signal);
  }
}

/** √5 r of `count` points, in groups of 8. */
function fillSteps(count: i32, z: usize, lz: usize, point: usize, numeric: i32, d: i32, w: usize): void {
  for (let q = 0; q < count; q += 8) {
    const offset = (<usize>q) << 3;
    let column = z + offset;
    let r0 = f64x2.splat(0);
    let r1 = f64x2.splat(0);
    let r2 = f64x2.splat(0);
    let r3 = f64x2.splat(0);
    for (let i = 0; i < numeric; i++) {
      const p = v128.load64_splat(point + ((<usize>i) << 3));
      let difference = f64x2.sub(v128.load(column), p);
      r0 = f64x2.add(r0, f64x2.mul(difference, difference));
      difference = f64x2.sub(v128.load(column, 16), p);
      r1 = f64x2.add(r1, f64x2.mul(difference, difference));
      difference = f64x2.sub(v128.load(column, 32), p);
      r2 = f64x2.add(r2, f64x2.mul(difference, difference));
      difference = f64x2.sub(v128.load(column, 48), p);
      r3 = f64x2.add(r3, f64x2.mul(difference, difference));
      column += lz;
    }
    for (let i = numeric; i < d; i++) {
      const p = v128.load64_splat(point + ((<usize>i) << 3));
      const weight = v128.load64_splat(w + ((<usize>(i - numeric)) << 3));
      r0 = f64x2.add(r0, v128.and(weight, f64x2.ne(v128.load(column), p)));
      r1 = f64x2.add(r1, v128.and(weight, f64x2.ne(v128.load(column, 16), p)));
      r2 = f64x2.add(r2, v128.and(weight, f64x2.ne(v128.load(column, 32), p)));
      r3 = f64x2.add(r3, v128.and(weight, f64x2.ne(v128.load(column, 48), p)));
      column += lz;
    }
    const five = f64x2.splat(5);
    v128.store(steps + offset, f64x2.sqrt(f64x2.mul(r0, five)));
    v128.store(steps + offset, f64x2.sqrt(f64x2.mul(r1, five)), 16);
    v128.store(steps + offset, f64x2.sqrt(f64x2.mul(r2, five)), 32);
    v128.store(steps + offset, f64x2.sqrt(f64x2.mul(r3, five)), 48);
  }
}

function fillValues(values: usize, count: i32, signal: f64): void {
  for (let q: usize = 0; q < (<usize>count) << 3; q += 16) {
    const t = v128.load(steps + q);
    const third = f64x2.mul(f64x2.mul(t, t), f64x2.splat(1 / 3.0));
    const polynomial = f64x2.add(f64x2.add(f64x2.splat(1), t), third);
    v128.store(values + q, f64x2.mul(f64x2.mul(f64x2.splat(signal), v128.load(decays + q)), polynomial));
  }
}

function fillSlopes(slopes: usize, count: i32, factor: f64): void {
  for (let q: usize = 0; q < (<usize>count) << 3; q += 16) {
    const line = f64x2.add(f64x2.splat(1), v128.load(steps + q));
    v128.store(slopes + q, f64x2.mul(f64x2.mul(f64x2.splat(factor), v128.load(decays + q)), line));
  }
}
