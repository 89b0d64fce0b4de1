import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { studyRng } from "../../../core/rng.ts";
import { logMarginalLikelihood } from "../../../math/gp/model.ts";
import { referenceLogMarginalLikelihood } from "../../../math/gp/reference.ts";
import { createHeap } from "../../../math/wasm/heap.ts";
import { kernel } from "../../../math/wasm/kernel.ts";
import { compileKernel, renderModule } from "../../../scripts/compile-wasm.ts";
import { randomProblem } from "../gp/problem.ts";

describe("the kernel", () => {
  test("is what its sources compile to", async () => {
    const committed = readFileSync(
      new URL("../../../math/wasm/kernel.generated.ts", import.meta.url),
      "utf8",
    );
    expect(renderModule(await compileKernel())).toBe(committed);
  }, 120_000);

  test("has an exponential within 2 units in the last place", () => {
    const t = Float64Array.from({ length: 100_000 }, (_, i) =>
      i < 50_000 ? i * 0.0141 : (i - 50_000) * 1e-5,
    );
    const result = exponentials(t);
    for (let i = 0; i < t.length; i++) {
      const expected = Math.exp(-t[i]!);
      // Math.exp itself may be one unit off.
      if (!(Math.abs(result[i]! - expected) <= 3 * 2 ** -53 * 2 ** Math.ceil(Math.log2(expected)))) {
        expect(result[i], `exp(-${t[i]})`).toBe(expected);
      }
    }
  });

  test("has an exponential that is 1 at 0 and 0 far out", () => {
    expect([...exponentials(Float64Array.of(0, 708, 1e10, Number.POSITIVE_INFINITY))]).toEqual([1, 0, 0, 0]);
    expect(exponentials(Float64Array.of(Math.LN2, 1e-300))[0]).toBeCloseTo(0.5, 15);
  });
});

describe("the kernel's product", () => {
  /** Around the edges of its tiles and chunks. */
  const size = fc.oneof(fc.integer({ min: 1, max: 20 }), fc.constantFrom(127, 128, 129, 255, 256, 257, 270));

  test("subtracts A B' from C, and below the diagonal alone where asked to", () => {
    fc.assert(
      fc.property(size, size, size, fc.boolean(), fc.nat(), (m, columns, depth, lower, seed) => {
        const rows = lower ? columns : m;
        const [c, a, b] = [rows * columns, rows * depth, columns * depth].map((length) =>
          integers(length, seed),
        ) as [Float64Array, Float64Array, Float64Array];
        const result = multiplied(c, a, b, { rows, columns, depth, lower, triangular: false });
        expectProduct(result, { rows, columns, lower }, (i, j) => {
          let sum = c[i * columns + j]!;
          for (let k = 0; k < depth; k++) sum -= a[i * depth + k]! * b[j * depth + k]!;
          return sum;
        });
      }),
      { numRuns: 60 },
    );
  });

  test("of an upper triangle neither reads what is left of it nor what C held", () => {
    fc.assert(
      fc.property(size, size, size, fc.boolean(), fc.nat(), (m, n, depth, lower, seed) => {
        const rows = Math.min(m, depth);
        const columns = lower ? rows : n;
        const a = integers(rows * depth, seed).map((value, at) => {
          const [i, k] = [Math.floor(at / depth), at % depth];
          if (k >= i) return value;
          return k >= i - (i % 4) ? 0 : Number.NaN;
        });
        const b = integers(columns * depth, seed + 1);
        const c = new Float64Array(rows * columns).fill(Number.NaN);
        const result = multiplied(c, a, b, { rows, columns, depth, lower, triangular: true });
        expectProduct(result, { rows, columns, lower }, (i, j) => {
          let sum = 0;
          for (let k = i; k < depth; k++) sum -= a[i * depth + k]! * b[j * depth + k]!;
          return sum;
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe("the likelihood in the kernel", () => {
  test.each([70, 131, 300])("of %i points is the same bits whatever its memory held before", (n) => {
    const { data, theta } = randomProblem(n, 4, 2, studyRng(n, "kernel"));
    const run = () => {
      const gradient = new Float64Array(theta.length);
      return [logMarginalLikelihood(data, theta, gradient), ...gradient];
    };
    const first = run();
    const doubles = 4 * n * n;
    const [address = 0] = kernel().scratch(doubles);
    kernel().view(address, doubles).fill(Number.NaN);
    expect(run()).toEqual(first);
    expect(first.every(Number.isFinite)).toBe(true);
  });

  test("of more points than a chunk holds equals the reference to nine digits", () => {
    const { data, theta } = randomProblem(290, 3, 1, studyRng(11, "kernel"));
    const [gradient, expected] = [new Float64Array(data.d + 2), new Float64Array(data.d + 2)];
    const value = logMarginalLikelihood(data, theta, gradient);
    expect(value / referenceLogMarginalLikelihood(data, theta, expected)).toBeCloseTo(1, 9);
    const scale = Math.max(...expected.map(Math.abs));
    for (let i = 0; i < gradient.length; i++) {
      expect(gradient[i]! / scale).toBeCloseTo(expected[i]! / scale, 9);
    }
  });
});

describe("the heap", () => {
  test("never gives out overlapping blocks, and is empty again when all are freed", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5000), fc.nat(7))), (steps) => {
        const heap = createHeap(100);
        const empty = heap.top;
        const blocks: { address: number; size: number }[] = [];
        for (const [size, choice] of steps) {
          const freed = choice < 3 ? blocks.splice(choice, 1)[0] : undefined;
          if (freed) heap.free(freed.address);
          else {
            const address = heap.allocate(size);
            expect(address).toBeGreaterThanOrEqual(100);
            expect(address + size).toBeLessThanOrEqual(heap.top);
            for (const other of blocks) {
              expect(address + size <= other.address || other.address + other.size <= address).toBe(true);
            }
            blocks.push({ address, size: Math.max(1, size) });
          }
        }
        for (const { address } of blocks) heap.free(address);
        expect(heap.top).toBe(empty);
      }),
    );
  });

  test("uses a freed block again", () => {
    const heap = createHeap(0);
    const [first] = [heap.allocate(1000), heap.allocate(10)];
    heap.free(first);
    expect(heap.allocate(900)).toBe(first);
    expect(() => heap.free(7)).toThrow(RangeError);
  });
});

function exponentials(t: Float64Array): Float64Array {
  const [address = 0] = kernel().scratch(t.length + 1);
  kernel().view(address, t.length).set(t);
  kernel().exponentials(address, address, t.length);
  return kernel().view(address, t.length).slice();
}

interface Product {
  rows: number;
  columns: number;
  depth: number;
  lower: boolean;
  triangular: boolean;
}

/** C after the kernel's product of A and B. */
function multiplied(c: Float64Array, a: Float64Array, b: Float64Array, product: Product): Float64Array {
  const { rows, columns, depth, lower, triangular } = product;
  // In pairs, the kernel reads one value past the end of B.
  const addresses = kernel().scratch(c.length, a.length, b.length + 1) as [number, number, number];
  for (const [at, values] of [c, a, b].entries()) kernel().view(addresses[at]!, values.length).set(values);
  const [atC, atA, atB] = addresses;
  kernel().subtractProduct(
    ...([atC, 8 * columns, atA, 8 * depth, atB, 8 * depth] as const),
    ...([rows, columns, depth, Number(lower), Number(triangular)] as const),
  );
  return kernel().view(atC, c.length).slice();
}

function expectProduct(
  result: Float64Array,
  { rows, columns, lower }: { rows: number; columns: number; lower: boolean },
  expected: (i: number, j: number) => number,
) {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < (lower ? i + 1 : columns); j++) {
      const value = expected(i, j);
      // A hundred thousand assertions would take seconds.
      if (result[i * columns + j] !== value) expect(result[i * columns + j], `${i}, ${j}`).toBe(value);
    }
  }
}

/** Small enough for sums of their products to be exact in any order. */
function integers(length: number, seed: number): Float64Array {
  const rng = studyRng(seed, "product");
  return Float64Array.from({ length }, () => Math.floor(9 * rng()) - 4);
}
