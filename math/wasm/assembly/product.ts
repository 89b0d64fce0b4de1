/**
 * C -= A B': the one routine that all cubic work goes through.
 *
 * Matrices are row-major doubles; la, lb, lc: distance of their rows in bytes. Rows of A and B are read along their length.
 * Tile: 4 × 4 results in eight vectors. Those, two vectors of B, four values of A and a product take the fifteen vector
 * registers that V8 allocates on x64; a larger tile spills, and costs a third of the speed.
 */

/** Columns of A and B taken at once, a multiple of 4. */
const DEPTH_CHUNK: i32 = 256;

/** Rows of B taken at once, a multiple of 4: packed, they stay in the second-level cache while all rows of A pass by. */
const COLUMN_CHUNK: i32 = 128;

/** A chunk of B, as `pack` leaves it. */
const packed: usize = memory.data(256 * 128 * 8, 64);

/**
 * C: rows × columns, A: rows × depth, B: columns × depth. `lower`: only tiles that touch i >= j. `triangular`: C = -A B'
 * with A upper triangular; row i of A is read from column i - i % 4 on, and the up to three values before i must be zero.
 */
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
  triangular: bool,
): void {
  for (let k = 0; k < depth; k += DEPTH_CHUNK) {
    const chunk = min(DEPTH_CHUNK, depth - k);
    const end = triangular ? min(rows, k + chunk) : rows;
    const right = lower ? min(columns, end) : columns;
    for (let j = 0; j < right; j += COLUMN_CHUNK) {
      const width = min(COLUMN_CHUNK, columns - j);
      pack(packed, b + <usize>j * lb + ((<usize>k) << 3), lb, width, chunk);
      for (let i = lower ? j : 0; i < end; i += 4) {
        const skip = triangular ? max(0, i - k) : 0;
        subtractTiles(
          c + <usize>i * lc + ((<usize>j) << 3),
          lc,
          a + <usize>i * la + ((<usize>(k + skip)) << 3),
          la,
          packed + ((<usize>skip) << 5),
          (<usize>chunk) << 5,
          rows - i,
          width,
          lower ? min(width, i + 4 - j) : width,
          chunk - skip,
          triangular && i >= k,
        );
      }
    }
  }
}

/** Rows of B in fours, one four after the other: of each column the four values. Where depth is odd, one more is written. */
export function pack(target: usize, b: usize, lb: usize, rows: i32, depth: i32): void {
  for (let i = 0; i < rows; i += 4) {
    packFour(target + ((<usize>(i * depth)) << 3), b + <usize>i * lb, lb, rows - i, depth);
  }
}

/** Where fewer rows are left, copies of the last, whose results are dropped. */
function packFour(target: usize, b0: usize, lb: usize, rows: i32, depth: i32): void {
  const b1 = rows > 1 ? b0 + lb : b0;
  const b2 = rows > 2 ? b1 + lb : b1;
  const b3 = rows > 3 ? b2 + lb : b2;
  for (let k: usize = 0; k < (<usize>depth) << 3; k += 16) {
    const v0 = v128.load(b0 + k);
    const v1 = v128.load(b1 + k);
    const v2 = v128.load(b2 + k);
    const v3 = v128.load(b3 + k);
    v128.store(target, v128.shuffle<f64>(v0, v1, 0, 2));
    v128.store(target, v128.shuffle<f64>(v2, v3, 0, 2), 16);
    v128.store(target, v128.shuffle<f64>(v0, v1, 1, 3), 32);
    v128.store(target, v128.shuffle<f64>(v2, v3, 1, 3), 48);
    target += 64;
  }
}

/**
 * Up to four rows of C, and its columns before `stop` in fours, `columns` being how many there are. B: packed, its fours
 * `lb` bytes apart. `fresh`: C counts as zero before.
 */
export function subtractTiles(
  c: usize,
  lc: usize,
  a: usize,
  la: usize,
  b: usize,
  lb: usize,
  rows: i32,
  columns: i32,
  stop: i32,
  depth: i32,
  fresh: bool,
): void {
  const second = rows > 1 ? la : 0;
  const third = rows > 2 ? second + la : second;
  const fourth = rows > 3 ? third + la : third;
  for (let t = 0; t < stop; t += 4) {
    let a0 = a;
    let a1 = a + second;
    let a2 = a + third;
    let a3 = a + fourth;
    let bt = b + <usize>(t >> 2) * lb;
    let x = f64x2.splat(0);
    let y0 = f64x2.splat(0);
    let y1 = f64x2.splat(0);
    let s00 = f64x2.splat(0);
    let s01 = f64x2.splat(0);
    let s10 = f64x2.splat(0);
    let s11 = f64x2.splat(0);
    let s20 = f64x2.splat(0);
    let s21 = f64x2.splat(0);
    let s30 = f64x2.splat(0);
    let s31 = f64x2.splat(0);
    let left = depth;
    while (left > 0) {
      y0 = v128.load(bt);
      y1 = v128.load(bt, 16);
      x = v128.load64_splat(a0);
      s00 = f64x2.add(s00, f64x2.mul(x, y0));
      s01 = f64x2.add(s01, f64x2.mul(x, y1));
      x = v128.load64_splat(a1);
      s10 = f64x2.add(s10, f64x2.mul(x, y0));
      s11 = f64x2.add(s11, f64x2.mul(x, y1));
      x = v128.load64_splat(a2);
      s20 = f64x2.add(s20, f64x2.mul(x, y0));
      s21 = f64x2.add(s21, f64x2.mul(x, y1));
      x = v128.load64_splat(a3);
      s30 = f64x2.add(s30, f64x2.mul(x, y0));
      s31 = f64x2.add(s31, f64x2.mul(x, y1));
      // Four steps a turn. The ways out between them also keep the compiler from hoisting the loads of the later steps,
      // which would spill.
      if (left === 1) break;
      y0 = v128.load(bt, 32);
      y1 = v128.load(bt, 48);
      x = v128.load64_splat(a0, 8);
      s00 = f64x2.add(s00, f64x2.mul(x, y0));
      s01 = f64x2.add(s01, f64x2.mul(x, y1));
      x = v128.load64_splat(a1, 8);
      s10 = f64x2.add(s10, f64x2.mul(x, y0));
      s11 = f64x2.add(s11, f64x2.mul(x, y1));
      x = v128.load64_splat(a2, 8);
      s20 = f64x2.add(s20, f64x2.mul(x, y0));
      s21 = f64x2.add(s21, f64x2.mul(x, y1));
      x = v128.load64_splat(a3, 8);
      s30 = f64x2.add(s30, f64x2.mul(x, y0));
      s31 = f64x2.add(s31, f64x2.mul(x, y1));
      if (left === 2) break;
      y0 = v128.load(bt, 64);
      y1 = v128.load(bt, 80);
      x = v128.load64_splat(a0, 16);
      s00 = f64x2.add(s00, f64x2.mul(x, y0));
      s01 = f64x2.add(s01, f64x2.mul(x, y1));
      x = v128.load64_splat(a1, 16);
      s10 = f64x2.add(s10, f64x2.mul(x, y0));
      s11 = f64x2.add(s11, f64x2.mul(x, y1));
      x = v128.load64_splat(a2, 16);
      s20 = f64x2.add(s20, f64x2.mul(x, y0));
      s21 = f64x2.add(s21, f64x2.mul(x, y1));
      x = v128.load64_splat(a3, 16);
      s30 = f64x2.add(s30, f64x2.mul(x, y0));
      s31 = f64x2.add(s31, f64x2.mul(x, y1));
      if (left === 3) break;
      y0 = v128.load(bt, 96);
      y1 = v128.load(bt, 112);
      x = v128.load64_splat(a0, 24);
      s00 = f64x2.add(s00, f64x2.mul(x, y0));
      s01 = f64x2.add(s01, f64x2.mul(x, y1));
      x = v128.load64_splat(a1, 24);
      s10 = f64x2.add(s10, f64x2.mul(x, y0));
      s11 = f64x2.add(s11, f64x2.mul(x, y1));
      x = v128.load64_splat(a2, 24);
      s20 = f64x2.add(s20, f64x2.mul(x, y0));
      s21 = f64x2.add(s21, f64x2.mul(x, y1));
      x = v128.load64_splat(a3, 24);
      s30 = f64x2.add(s30, f64x2.mul(x, y0));
      s31 = f64x2.add(s31, f64x2.mul(x, y1));
      a0 += 32;
      a1 += 32;
      a2 += 32;
      a3 += 32;
      bt += 128;
      left -= 4;
    }
    const target = c + ((<usize>t) << 3);
    subtractRow(target, s00, s01, columns - t, fresh);
    if (rows > 1) subtractRow(target + lc, s10, s11, columns - t, fresh);
    if (rows > 2) subtractRow(target + 2 * lc, s20, s21, columns - t, fresh);
    if (rows > 3) subtractRow(target + 3 * lc, s30, s31, columns - t, fresh);
  }
}

function subtractRow(c: usize, low: v128, high: v128, columns: i32, fresh: bool): void {
  if (columns > 3) {
    const zero = f64x2.splat(0);
    v128.store(c, f64x2.sub(fresh ? zero : v128.load(c), low));
    v128.store(c, f64x2.sub(fresh ? zero : v128.load(c, 16), high), 16);
    return;
  }
  store<f64>(c, (fresh ? 0 : load<f64>(c)) - f64x2.extract_lane(low, 0));
  if (columns > 1) store<f64>(c, (fresh ? 0 : load<f64>(c, 8)) - f64x2.extract_lane(low, 1), 8);
  if (columns > 2) store<f64>(c, (fresh ? 0 : load<f64>(c, 16)) - f64x2.extract_lane(high, 0), 16);
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
