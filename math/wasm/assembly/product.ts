/**
 * C -= A B': the one routine that all cubic work goes through.
 *
 * Matrices are row-major doubles; la, lb, lc: distance of their rows in bytes. Rows of A and B are read along their length.
 * Tile: 2 × 4 results, each the sum of a vector of two partial sums. That is the largest tile whose operands V8 keeps in
 * the fifteen vector registers it allocates on x64; 3 × 3 spills, and costs a third of the speed.
 */

/** Columns of A and B taken at once, even. */
const DEPTH_CHUNK: i32 = 192;
/** Rows of B taken at once, a multiple of 4: they stay in the first-level cache while the rows of A pass by. */
const COLUMN_CHUNK: i32 = 16;

/** Rows of A taken at once, even: they stay in the second-level cache while the chunks of B pass by. */
const ROW_CHUNK: i32 = 128;

/** A chunk of B: for each four rows and each pair of columns, the four pairs one after the other. */
const packed: usize = memory.data(192 * 16 * 8, 64);

/** C: rows × columns, A: rows × depth, B: columns × depth; depth is even. `lower`: only tiles that touch i >= j. */
export function subtractProduct(
  c: usize,
  lc: usize,
  a: usize,
  la: usize,
  b: usize,
  lb: usize,
  rows: i32,
  columns: i32,
  depth: i32,
  lower: bool,
): void {
  for (let k = 0; k < depth; k += DEPTH_CHUNK) {
    const chunk = min(DEPTH_CHUNK, depth - k);
    const offset = (<usize>k) << 3;
    for (let first = 0; first < rows; first += ROW_CHUNK) {
      const end = min(first + ROW_CHUNK, rows);
      const width = lower ? min(columns, end) : columns;
      for (let j = 0; j < width; j += COLUMN_CHUNK) {
        const from = lower ? max(first, j & ~1) : first;
        subtractStrip(
          c,
          lc,
          a + offset,
          la,
          b + offset,
          lb,
          from,
          end,
          j,
          min(COLUMN_CHUNK, columns - j),
          chunk,
          lower,
        );
      }
    }
  }
}

/** Rows from … end - 1 and `width` columns from j on, `depth` products each. */
function subtractStrip(
  c: usize,
  lc: usize,
  a: usize,
  la: usize,
  b: usize,
  lb: usize,
  from: i32,
  end: i32,
  j: i32,
  width: i32,
  depth: i32,
  lower: bool,
): void {
  for (let t = 0; t < width; t += 4) {
    pack(packed + ((<usize>(t * depth)) << 3), b + <usize>(j + t) * lb, lb, width - t, depth);
  }
  for (let i = from; i < end; i += 2) {
    const stop = lower ? min(width, i + 2 - j) : width;
    const ai = a + <usize>i * la;
    const ci = c + <usize>i * lc + ((<usize>j) << 3);
    for (let t = 0; t < stop; t += 4) {
      const bt = packed + ((<usize>(t * depth)) << 3);
      subtractTile(ci + ((<usize>t) << 3), lc, ai, la, bt, end - i, width - t, depth);
    }
  }
}

/** Four rows of B; where it has fewer, copies of the last, whose results are dropped. */
function pack(target: usize, b0: usize, lb: usize, rows: i32, depth: i32): void {
  const b1 = rows > 1 ? b0 + lb : b0;
  const b2 = rows > 2 ? b1 + lb : b1;
  const b3 = rows > 3 ? b2 + lb : b2;
  for (let k: usize = 0; k < (<usize>depth) << 3; k += 16) {
    v128.store(target, v128.load(b0 + k));
    v128.store(target, v128.load(b1 + k), 16);
    v128.store(target, v128.load(b2 + k), 32);
    v128.store(target, v128.load(b3 + k), 48);
    target += 64;
  }
}

function subtractTile(
  c: usize,
  lc: usize,
  a0: usize,
  la: usize,
  b: usize,
  rows: i32,
  columns: i32,
  depth: i32,
): void {
  let a1 = rows > 1 ? a0 + la : a0;
  let s00 = f64x2.splat(0);
  let s01 = f64x2.splat(0);
  let s02 = f64x2.splat(0);
  let s03 = f64x2.splat(0);
  let s10 = f64x2.splat(0);
  let s11 = f64x2.splat(0);
  let s12 = f64x2.splat(0);
  let s13 = f64x2.splat(0);
  const end = a0 + ((<usize>depth) << 3);
  const last = end - 16;
  while (a0 < end) {
    let x0 = v128.load(a0);
    let x1 = v128.load(a1);
    let y0 = v128.load(b);
    let y1 = v128.load(b, 16);
    let y2 = v128.load(b, 32);
    let y3 = v128.load(b, 48);
    s00 = f64x2.add(s00, f64x2.mul(x0, y0));
    s01 = f64x2.add(s01, f64x2.mul(x0, y1));
    s02 = f64x2.add(s02, f64x2.mul(x0, y2));
    s03 = f64x2.add(s03, f64x2.mul(x0, y3));
    s10 = f64x2.add(s10, f64x2.mul(x1, y0));
    s11 = f64x2.add(s11, f64x2.mul(x1, y1));
    s12 = f64x2.add(s12, f64x2.mul(x1, y2));
    s13 = f64x2.add(s13, f64x2.mul(x1, y3));
    // Two steps a turn. The way out between them also keeps the compiler from hoisting the loads of the second, which
    // would spill.
    if (a0 === last) break;
    x0 = v128.load(a0, 16);
    x1 = v128.load(a1, 16);
    y0 = v128.load(b, 64);
    y1 = v128.load(b, 80);
    y2 = v128.load(b, 96);
    y3 = v128.load(b, 112);
    s00 = f64x2.add(s00, f64x2.mul(x0, y0));
    s01 = f64x2.add(s01, f64x2.mul(x0, y1));
    s02 = f64x2.add(s02, f64x2.mul(x0, y2));
    s03 = f64x2.add(s03, f64x2.mul(x0, y3));
    s10 = f64x2.add(s10, f64x2.mul(x1, y0));
    s11 = f64x2.add(s11, f64x2.mul(x1, y1));
    s12 = f64x2.add(s12, f64x2.mul(x1, y2));
    s13 = f64x2.add(s13, f64x2.mul(x1, y3));
    a0 += 32;
    a1 += 32;
    b += 128;
  }
  subtractRow(c, sumsOf(s00, s01), sumsOf(s02, s03), columns);
  if (rows > 1) subtractRow(c + lc, sumsOf(s10, s11), sumsOf(s12, s13), columns);
}

function sumsOf(u: v128, v: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(u, v, 0, 2), v128.shuffle<f64>(u, v, 1, 3));
}

function subtractRow(c: usize, low: v128, high: v128, columns: i32): void {
  if (columns > 3) {
    v128.store(c, f64x2.sub(v128.load(c), low));
    v128.store(c, f64x2.sub(v128.load(c, 16), high), 16);
    return;
  }
  store<f64>(c, load<f64>(c) - f64x2.extract_lane(low, 0));
  if (columns > 1) store<f64>(c, load<f64>(c, 8) - f64x2.extract_lane(low, 1), 8);
  if (columns > 2) store<f64>(c, load<f64>(c, 16) - f64x2.extract_lane(high, 0), 16);
}

export function sumOf(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** Inner product of two vectors of any length. */
export function dot(a: usize, b: usize, length: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let s2 = f64x2.splat(0);
  let s3 = f64x2.splat(0);
  let k = 0;
  for (; k + 8 <= length; k += 8) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a), v128.load(b)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    s2 = f64x2.add(s2, f64x2.mul(v128.load(a, 32), v128.load(b, 32)));
    s3 = f64x2.add(s3, f64x2.mul(v128.load(a, 48), v128.load(b, 48)));
    a += 64;
    b += 64;
  }
  let sum = sumOf(f64x2.add(f64x2.add(s0, s1), f64x2.add(s2, s3)));
  for (; k < length; k++) {
    sum += load<f64>(a) * load<f64>(b);
    a += 8;
    b += 8;
  }
  return sum;
}

/** y -= factor x, over any length. */
export function subtractScaled(y: usize, x: usize, factor: f64, length: i32): void {
  const f = f64x2.splat(factor);
  let k = 0;
  for (; k + 2 <= length; k += 2) {
    v128.store(y, f64x2.sub(v128.load(y), f64x2.mul(f, v128.load(x))));
    y += 16;
    x += 16;
  }
  if (k < length) store<f64>(y, load<f64>(y) - factor * load<f64>(x));
}
