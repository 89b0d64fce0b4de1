import fc from "fast-check";
import { expect, test } from "vitest";
import { placeLabel } from "../../web/charts/bar-label.ts";

const plain = (x: number, width: number) => ({ x, width, patterned: false });
const patterned = (x: number, width: number) => ({ x, width, patterned: true });

test("a label lies at the left end of its bar, or of what is in view of it", () => {
  expect(placeLabel(plain(200, 60), 14, 130)).toEqual({ x: 200, width: 22, textX: 204 });
  expect(placeLabel(plain(50, 200), 14, 130)).toEqual({ x: 130, width: 22, textX: 134 });
});

test("a bar too narrow for its label, or nearly out of view, has none", () => {
  expect(placeLabel(plain(200, 21), 14, 130)).toBeNull();
  expect(placeLabel(plain(50, 100), 14, 130)).toBeNull();
});

test("a label never covers the whole pattern of its bar", () => {
  expect(placeLabel(plain(200, 30), 14, 130)).not.toBeNull();
  expect(placeLabel(patterned(200, 30), 14, 130)).toBeNull();
});

test("a label lies within its bar and within view, with room around its text", () => {
  const pixels = fc.integer({ min: -500, max: 1500 });
  fc.assert(
    fc.property(pixels, fc.nat(400), fc.nat(60), fc.boolean(), (x, width, textWidth, isPatterned) => {
      const label = placeLabel({ x, width, patterned: isPatterned }, textWidth, 130);
      if (label === null) return;
      expect(label.x).toBeGreaterThanOrEqual(Math.max(x, 130));
      expect(label.x + label.width).toBeLessThanOrEqual(x + width);
      expect(label.textX).toBeGreaterThan(label.x);
      expect(label.textX + textWidth).toBeLessThan(label.x + label.width);
    }),
  );
});
