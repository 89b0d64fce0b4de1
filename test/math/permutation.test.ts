import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { studyRng } from "../../core/rng.ts";
import { createPermutation } from "../../math/permutation.ts";

describe("a permutation in constant memory", () => {
  test("meets every number exactly once, at any size", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer(), (size, seed) => {
        const permute = createPermutation(size, studyRng(seed, "test"));
        const images = new Set(Array.from({ length: size }, (_, index) => permute(index)));
        expect(images.size).toBe(size);
        expect(Math.max(...images)).toBe(size - 1);
      }),
      { numRuns: 50 },
    );
  });

  test("works up to 2^53 - 1", () => {
    const size = Number.MAX_SAFE_INTEGER;
    const permute = createPermutation(size, studyRng(1, "test"));
    const images = Array.from({ length: 1000 }, (_, index) => permute(size - 1 - index));
    expect(new Set(images).size).toBe(1000);
    for (const image of images) expect(Number.isSafeInteger(image) && image >= 0 && image < size).toBe(true);
  });

  test("places numbers evenly: over many seeds each image is about as frequent", () => {
    const counts = new Array<number>(6).fill(0);
    for (let seed = 0; seed < 6000; seed++) counts[createPermutation(6, studyRng(seed, "test"))(0)]! += 1;
    // 1000 expected, standard deviation 29.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });

  test.each([0, -1, 1.5, Number.POSITIVE_INFINITY])("a size of %d is refused", (size) => {
    expect(() => createPermutation(size, Math.random)).toThrow(RangeError);
  });
});
