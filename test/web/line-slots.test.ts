import fc from "fast-check";
import { expect, test } from "vitest";
import { lineDash, lineStroke } from "../../web/charts/colors.ts";
import { assignSlots, type LineSlots } from "../../web/charts/line-slots.ts";

const NONE: LineSlots = new Map();
const look = (slot: number) => `${lineStroke(slot)} ${lineDash(slot).join()}`;
const shown = (most: number) => fc.uniqueArray(fc.nat(200), { maxLength: most });

test("trials shown first take colours in their order", () => {
  expect([...assignSlots(NONE, [17, 9, 1])]).toEqual([
    [17, 0],
    [9, 1],
    [1, 2],
  ]);
});

test("a trial that stays shown keeps its slot, and one that comes takes what was left", () => {
  const before = assignSlots(NONE, [17, 9, 1]);
  expect(assignSlots(before, [4, 1, 17])).toEqual(
    new Map([
      [17, 0],
      [4, 1],
      [1, 2],
    ]),
  );
});

test("eight at a time all differ in colour, whatever was shown before", () => {
  fc.assert(
    fc.property(shown(20), shown(8), (earlier, now) => {
      const slots = [...assignSlots(assignSlots(NONE, earlier), now).values()];
      expect(new Set(slots.map(lineStroke)).size).toBe(now.length);
    }),
  );
});

test("up to 24 at a time differ in colour or in pattern", () => {
  fc.assert(
    fc.property(shown(24), shown(24), (earlier, now) => {
      const slots = [...assignSlots(assignSlots(NONE, earlier), now).values()];
      expect(new Set(slots.map(look)).size).toBe(now.length);
    }),
  );
});
