import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createHeap } from "../../../math/wasm/heap.ts";
import { kernel } from "../../../math/wasm/kernel.ts";
import { compileKernel, renderModule } from "../../../scripts/compile-wasm.ts";

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
