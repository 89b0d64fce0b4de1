import { createHeap } from "./heap.ts";
import { KERNEL } from "./kernel.generated.ts";

/**
 * The WASM kernel of this thread: its functions (documented in math/wasm/assembly) and its memory.
 *
 * Addresses and strides (`ld`, `lz`, `lv`, …) are in bytes. Vectors in the kernel have a fixed order of operations, so
 * that results are the same bits on every machine.
 */
export interface KernelFunctions {
  exponentials(target: number, t: number, n: number): void;
  fillCovariance(
    ...args: [
      ...[a: number, s: number, ld: number, n: number, z: number, lz: number, points: number],
      ...[numeric: number, d: number, w: number, signal: number, diagonal: number],
    ]
  ): void;
  cholesky(a: number, ld: number, n: number, e: number): number;
  invertRow(corner: number, ld: number, inverse: number, i: number): void;
  solveRows(v: number, lv: number, rows: number, l: number, ld: number, e: number, n: number): void;
  solveLower(l: number, ld: number, n: number, b: number): void;
  solve(l: number, ld: number, n: number, b: number, lb: number, t: number): void;
  crossCovariance(
    ...args: [
      ...[v: number, lv: number, points: number, m: number, z: number, lz: number, n: number],
      ...[numeric: number, d: number, w: number, signal: number],
    ]
  ): void;
  predict(
    ...args: [
      ...[v: number, lv: number, m: number, l: number, ld: number, e: number, n: number],
      ...[alpha: number, signal: number, mean: number, variance: number],
    ]
  ): void;
  predictWithGradient(
    ...args: [
      ...[point: number, z: number, lz: number, n: number, numeric: number, d: number, w: number],
      ...[signal: number, l: number, ld: number, alpha: number, k: number, slopes: number, u: number],
      ...[variance: number, gradients: number],
    ]
  ): number;
  posteriorCovariance(
    ...args: [
      ...[c: number, lc: number, v: number, lv: number, points: number, m: number, y: number, ly: number],
      ...[n: number, numeric: number, d: number, w: number, signal: number],
    ]
  ): void;
  subtractProduct(
    ...args: [
      ...[c: number, lc: number, a: number, la: number, b: number, lb: number],
      ...[rows: number, columns: number, depth: number, lower: number, triangular: number],
    ]
  ): void;
  inverseDiagonal(l: number, ld: number, n: number, e: number, t: number, diagonal: number): void;
  logMarginalLikelihood(
    ...args: [
      ...[
        n: number,
        ld: number,
        z: number,
        lz: number,
        points: number,
        numeric: number,
        d: number,
        w: number,
      ],
      ...[
        signal: number,
        noise: number,
        y: number,
        alpha: number,
        a: number,
        e: number,
        s: number,
        t: number,
      ],
      ...[gradient: number],
    ]
  ): number;
  normalTerms(
    ...args: [
      ...[a: number, kernels: number, m: number, start: number, shape: number, x: number, columns: number],
    ]
  ): void;
  choiceTerms(
    ...args: [
      ...[a: number, kernels: number, m: number, choice: number, at: number, own: number, other: number],
      columns: number,
    ]
  ): void;
  addToLogSum(a: number, kernels: number, m: number, peak: number, sum: number): void;
}

export interface Kernel extends KernelFunctions {
  /** Address of so many doubles. Any earlier view of the memory may be dead afterwards. */
  allocate(doubles: number): number;
  free(address: number): void;
  /**
   * Addresses of areas of the given sizes in doubles, valid until the next call, with what the last user left in them.
   * Any earlier view of the memory may be dead afterwards.
   */
  scratch(...doubles: number[]): number[];
  /** A view of `length` doubles. It dies when the memory grows, so it is never kept. */
  view(address: number, length: number): Float64Array;
}

/** Doubles of a block of the factor's diagonal are NB × NB; the kernel's constant. */
export const NB = 32;

/** Bytes between the rows of an n × n matrix: room for whole groups of 8 and an odd number of cache lines, lest rows
 * share the same few places of the cache. */
export function rowStride(n: number): number {
  const lines = Math.ceil((n + 1) / 8);
  return 64 * (lines % 2 === 0 ? lines + 1 : lines);
}

/** Doubles of a matrix of `rows` such rows; a group of 8 may pass the last one's end. */
export function matrixSize(rows: number, stride: number): number {
  return (rows * stride) / 8 + 8;
}

/** What is used of the standard's interface; Node's types leave it out. */
interface LinearMemory {
  readonly buffer: ArrayBuffer;
  grow(pages: number): void;
}
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { exports: KernelFunctions & { memory: LinearMemory } };
  };
};

const PAGE = 65536;
let instance: Kernel | undefined;

/** Compiled on first use: a millisecond or two. */
export function kernel(): Kernel {
  instance ??= instantiate();
  return instance;
}

function instantiate(): Kernel {
  const bytes = Uint8Array.from(atob(KERNEL), (character) => character.charCodeAt(0));
  const { memory, ...functions } = new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  // The kernel's own constants and buffers lie in the pages it starts with.
  const heap = createHeap(memory.buffer.byteLength);
  let scratchAddress = heap.allocate(8);
  let scratchSize = 8;

  function allocateBytes(size: number): number {
    const address = heap.allocate(size);
    const missing = heap.top - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return address;
  }

  return {
    ...functions,
    allocate: (doubles) => allocateBytes(8 * doubles),
    free: heap.free,
    scratch(...doubles) {
      const sizes = doubles.map((count) => Math.ceil(count / 8) * 64);
      const needed = sizes.reduce((sum, size) => sum + size, 0);
      if (needed > scratchSize) {
        heap.free(scratchAddress);
        scratchAddress = allocateBytes(needed);
        scratchSize = needed;
      }
      let next = scratchAddress;
      return sizes.map((size) => {
        next += size;
        return next - size;
      });
    },
    view: (address, length) => new Float64Array(memory.buffer, address, length),
  };
}
