import fc from "fast-check";
import { expect, test } from "vitest";
import { fastExp } from "../../../algorithms/tpe/fast-exp.ts";

test("fastExp is exp within 1e-9, at 0, at the seams of its table and everywhere down to -87", () => {
  const seams = Array.from({ length: 8000 }, (_, i) => (-i * Math.LN2) / 128).filter((x) => x >= -87);
  for (const x of [0, -Number.MIN_VALUE, -1e-300, ...seams]) expectClose(x);
  fc.assert(fc.property(fc.double({ min: -87, max: 0, noNaN: true }), expectClose), { numRuns: 2000 });
});

test("fastExp is 0 where exp no longer counts", () => {
  expect(fastExp(-87.5)).toBe(0);
  expect(fastExp(Number.NEGATIVE_INFINITY)).toBe(0);
});

function expectClose(x: number): void {
  expect(Math.abs(fastExp(x) / Math.exp(x) - 1)).toBeLessThan(1e-9);
}
