import { type Kernel, matrixSize, NB, rowStride } from "../wasm/kernel.ts";
import { type Scaling, scalePoints, transposePoints } from "./scaling.ts";

/**
 * The Cholesky factor of a covariance matrix that grows by points.
 *
 * Its home are ordinary arrays, which the garbage collector frees; a copy in the kernel's memory is made when it is used
 * and dropped when others need the room. Rows are only ever appended, so posteriors of the first n points share it.
 */
export interface Factor {
  scaling: Scaling;
  jitter: number;
  /** Rows that are filled, and that there is room for. */
  rows: number;
  capacity: number;
  /** L: row i has i + 1 values and starts at i (i + 1) / 2. */
  l: Float64Array;
  /** E: NB values a row, minus the inverses of the diagonal blocks of L. */
  e: Float64Array;
  /** The points, capacity × d, in the kernel's scale and order. */
  points: Float64Array;
}

/** Addresses of a factor in the kernel's memory. */
export interface Resident {
  l: number;
  e: number;
  /** The points by dimension, rows `ld` bytes apart. */
  z: number;
  w: number;
  /** Bytes between rows. */
  ld: number;
}

interface Entry extends Resident {
  address: number;
  doubles: number;
  /** Rows that have been copied. */
  rows: number;
}

/** Most bytes of factors kept in the kernel's memory beside the one in use. */
const RESIDENT_BYTES = 64 * 2 ** 20;
/** Least recently used first. One thread has one kernel, hence one of these. */
const residents = new Map<Factor, Entry>();

export function createFactor(scaling: Scaling, x: Float64Array, n: number): Factor {
  const capacity = n + ROOM;
  const factor: Factor = { scaling, jitter: 0, rows: n, capacity, ...emptyArrays(capacity, scaling.d) };
  scalePoints(scaling, x, 0, n, factor.points);
  return factor;
}

/** Points that can be appended before the arrays are copied. */
const ROOM = 16;

function emptyArrays(capacity: number, d: number) {
  return {
    l: new Float64Array((capacity * (capacity + 1)) / 2),
    e: new Float64Array(capacity * NB),
    points: new Float64Array(capacity * d),
  };
}

/** Computes L and E; false where K + jitter I is not positive definite. */
export function decompose(kernel: Kernel, factor: Factor, jitter: number): boolean {
  const { scaling, rows: n } = factor;
  const { d, numeric, signal, noise } = scaling;
  factor.jitter = jitter;
  const { l, e, z, w, ld } = reside(kernel, factor, 0);
  const [points = 0] = kernel.scratch(n * d);
  kernel.view(points, n * d).set(factor.points.subarray(0, n * d));
  kernel.fillCovariance(l, 0, ld, n, z, ld, points, numeric, d, w, signal, signal + noise + jitter);
  if (!kernel.cholesky(l, ld, n, e)) {
    evict(kernel, factor);
    return false;
  }
  copyHome(kernel, factor, 0);
  return true;
}

/** Rows `from` on, from the kernel's memory into the arrays. */
function copyHome(kernel: Kernel, factor: Factor, from: number): void {
  const { l, e, ld } = residents.get(factor)!;
  const { rows } = factor;
  for (let i = from; i < rows; i++) factor.l.set(kernel.view(l + i * ld, i + 1), (i * (i + 1)) / 2);
  factor.e.set(kernel.view(e + from * NB * 8, (rows - from) * NB), from * NB);
}

/**
 * A factor of n + 1 rows, the first n of `factor` and one for x: `factor` itself where it has no more and there is room,
 * a copy otherwise. Null where the matrix with x is not positive definite.
 */
export function append(kernel: Kernel, factor: Factor, n: number, x: Float64Array): Factor | null {
  const grown = factor.rows === n && n < factor.capacity ? factor : copyOf(factor, n);
  const { scaling, jitter } = grown;
  const { d, numeric, signal, noise } = scaling;
  const { l, e, z, w, ld } = resident(kernel, grown);
  const [point = 0, row = 0] = kernel.scratch(d, ld / 8);
  scalePoints(scaling, x, 0, 1, kernel.view(point, d));
  kernel.crossCovariance(row, ld, point, 1, z, ld, n, numeric, d, w, signal);
  kernel.solveLower(l, ld, n, row);
  const values = kernel.view(row, n + 1);
  let pivot = signal + noise + jitter;
  for (let i = 0; i < n; i++) pivot -= values[i]! * values[i]!;
  if (!(pivot > 0)) return null;
  values[n] = Math.sqrt(pivot);
  kernel.view(l + n * ld, n + 1).set(values);
  const block = n - (n % NB);
  kernel.invertRow(l + block * ld + block * 8, ld, e + block * NB * 8, n - block);
  grown.points.set(kernel.view(point, d), n * d);
  transposePoints(d, grown.points, n, n + 1, kernel.view(z, (d * ld) / 8), ld / 8);
  grown.rows = n + 1;
  residents.get(grown)!.rows = n + 1;
  copyHome(kernel, grown, n);
  return grown;
}

function copyOf(factor: Factor, n: number): Factor {
  const { scaling, jitter } = factor;
  const capacity = n + Math.max(ROOM, n >>> 3);
  const copy: Factor = { scaling, jitter, rows: n, capacity, ...emptyArrays(capacity, scaling.d) };
  copy.l.set(factor.l.subarray(0, (n * (n + 1)) / 2));
  copy.e.set(factor.e.subarray(0, n * NB));
  copy.points.set(factor.points.subarray(0, n * scaling.d));
  return copy;
}

/** The factor in the kernel's memory, all its rows copied. Any earlier view of the memory may be dead afterwards. */
export function resident(kernel: Kernel, factor: Factor): Resident {
  return reside(kernel, factor, factor.rows);
}

/** With the first `rows` rows of L and E, and all points. */
function reside(kernel: Kernel, factor: Factor, rows: number): Resident {
  const entry = residents.get(factor) ?? admit(kernel, factor);
  residents.delete(factor);
  residents.set(factor, entry);
  for (let i = entry.rows; i < rows; i++) {
    const start = (i * (i + 1)) / 2;
    kernel.view(entry.l + i * entry.ld, i + 1).set(factor.l.subarray(start, start + i + 1));
  }
  if (entry.rows < rows) {
    const missing = factor.e.subarray(entry.rows * NB, rows * NB);
    kernel.view(entry.e + entry.rows * NB * 8, missing.length).set(missing);
  }
  entry.rows = Math.max(entry.rows, factor.rows);
  return entry;
}

function admit(kernel: Kernel, factor: Factor): Entry {
  const { capacity, rows, points } = factor;
  const { d, weights } = factor.scaling;
  const ld = rowStride(capacity);
  const sizes = [matrixSize(capacity, ld), (capacity + NB) * NB, matrixSize(d, ld)];
  const doubles = sizes.reduce((sum, size) => sum + size, d);
  makeRoom(kernel, 8 * doubles);
  const l = kernel.allocate(doubles);
  const e = l + 8 * sizes[0]!;
  const z = e + 8 * sizes[1]!;
  const w = z + 8 * sizes[2]!;
  const coordinates = kernel.view(z, sizes[2]!);
  coordinates.fill(0);
  transposePoints(d, points, 0, rows, coordinates, ld / 8);
  kernel.view(w, weights.length).set(weights);
  return { address: l, doubles, l, e, z, w, ld, rows: 0 };
}

function makeRoom(kernel: Kernel, bytes: number): void {
  let held = 0;
  for (const { doubles } of residents.values()) held += 8 * doubles;
  for (const [factor, { doubles }] of residents) {
    if (held + bytes <= RESIDENT_BYTES) return;
    held -= 8 * doubles;
    evict(kernel, factor);
  }
}

function evict(kernel: Kernel, factor: Factor): void {
  const entry = residents.get(factor);
  if (entry === undefined) return;
  kernel.free(entry.address);
  residents.delete(factor);
}
