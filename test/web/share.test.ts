import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shared, sharedBy } from "../../web/app/share.ts";

describe("what is read again", () => {
  test("is what was read before when it says the same", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (data) => {
        const before = structuredClone(data);
        expect(shared(before, structuredClone(data))).toBe(before);
      }),
    );
  });

  test("says what is new, whatever was there before", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
        expect(shared(before, structuredClone(after))).toEqual(after);
      }),
    );
  });

  test("keeps the parts that did not change", () => {
    const before = { spec: { name: "digits" }, counts: { running: 1 }, gone: 1 };
    const after = shared(before, { spec: { name: "digits" }, counts: { running: 2 } });
    expect(after).toEqual({ spec: { name: "digits" }, counts: { running: 2 } });
    expect(after.spec).toBe(before.spec);
  });

  test("keeps the items of a list that have moved", () => {
    const before = [{ number: 1 }, { number: 2 }, { number: 3 }];
    const after = sharedBy(before, [{ number: 4 }, { number: 1 }, { number: 2 }], ({ number }) => number);
    expect(after.map(({ number }) => number)).toEqual([4, 1, 2]);
    expect(after[1]).toBe(before[0]);
    expect(after[2]).toBe(before[1]);
    expect(sharedBy(before, structuredClone(before), ({ number }) => number)).toBe(before);
  });
});
