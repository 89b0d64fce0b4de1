import fc from "fast-check";
import { expect, test } from "vitest";
import type { Parameter } from "../../core/space.ts";
import { difference } from "../../web/pages/trial/difference.ts";

const parameter = (scale: "linear" | "log"): Parameter => ({
  name: "x",
  type: "float",
  low: 1e-6,
  high: 1e6,
  scale,
});

test.each([
  [72, 64, "+8"],
  [64, 72, "−8"],
  [0.3, 0.1, "+0.2"],
  ["adam", "adam", "="],
  ["adam", "sgd", "≠"],
  [1, "1", "≠"],
  [true, false, "≠"],
  [[1, 2], [1, 2], "="],
  [null, 0, "≠"],
  [undefined, undefined, ""],
  [undefined, 3, "only one has it"],
  [3, undefined, "only one has it"],
] as const)("%j beside %j is %j", (value, other, text) => {
  expect(difference(value as never, other as never)).toBe(text);
});

test("on a log scale numbers differ by a factor, and elsewhere by an amount", () => {
  expect(difference(0.023, 0.01, parameter("log"))).toBe("×2.3");
  expect(difference(0.01, 0.02, parameter("log"))).toBe("÷2");
  expect(difference(0.023, 0.01, parameter("linear"))).toBe("+0.013");
});

test("turned around, the sign turns and the size stays", () => {
  const turned: Record<string, string> = { "+": "−", "−": "+", "×": "÷", "÷": "×", "=": "=" };
  const positive = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(positive, positive, fc.constantFrom("linear", "log"), (a, b, scale) => {
      const there = difference(a, b, parameter(scale));
      const back = difference(b, a, parameter(scale));
      expect(back).toBe(`${turned[there[0]!]}${there.slice(1)}`);
    }),
  );
});
