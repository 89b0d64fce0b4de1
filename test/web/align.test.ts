import fc from "fast-check";
import { expect, test } from "vitest";
import { align } from "../../web/charts/align.ts";

const line = fc.uniqueArray(fc.tuple(fc.nat(30), fc.option(fc.double({ noNaN: true }), { nil: null })), {
  selector: ([step]) => step,
  maxLength: 12,
});

test("every point stands at its step, and nothing stands where a line has none", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      const [steps, ...columns] = align(lines);
      expect(columns).toHaveLength(lines.length);
      for (const [index, points] of lines.entries()) {
        const values = new Map(points);
        expect(columns[index]).toEqual([...steps].map((step) => values.get(step)));
      }
    }),
  );
});

test("steps are ascending, each once, and all that occur", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      const [steps] = align(lines);
      const occurring = new Set(lines.flatMap((points) => points.map(([step]) => step)));
      expect([...steps]).toEqual([...occurring].sort((a, b) => a - b));
    }),
  );
});

test("a point without a value breaks its line, a step without a point does not", () => {
  expect(
    align([
      [
        [0, 1],
        [2, null],
      ],
      [[1, 5]],
    ]),
  ).toEqual([
    [0, 1, 2],
    [1, undefined, null],
    [undefined, 5, undefined],
  ]);
});
