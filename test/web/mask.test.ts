import { describe, expect, test } from "vitest";
import { addedTo, inMask } from "../../web/charts/mask.ts";

const mask = (...bytes: number[]) => Uint8Array.from(bytes);
const order = Int32Array.from([3, 1, 0, 2]);

describe("a mask that changes", () => {
  test("tells what has come, in the order of drawing", () => {
    expect(addedTo(mask(0, 1, 0, 0), mask(1, 1, 0, 1), order)).toEqual([3, 0]);
    expect(addedTo(mask(0, 1, 0, 0), mask(0, 1, 0, 0), order)).toEqual([]);
  });

  test("cannot be added to when something has left it", () => {
    expect(addedTo(mask(1, 1, 0, 0), mask(0, 1, 1, 1), order)).toBeNull();
  });

  test("cannot be added to when there was none, or one of other trials", () => {
    expect(addedTo(null, mask(1, 1, 1, 1), order)).toBeNull();
    expect(addedTo(mask(1, 1), mask(1, 1, 1, 1), order)).toBeNull();
  });

  test("lists its trials in the order of drawing", () => {
    expect(inMask(mask(1, 0, 1, 1), order)).toEqual([3, 0, 2]);
  });
});
