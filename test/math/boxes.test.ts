import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { trialRng } from "../../core/rng.ts";
import { type Boxes, nonDominatedBoxes } from "../../math/boxes.ts";
import { hypervolume } from "../../math/hypervolume.ts";

const points = (m: number, maxLength: number) =>
  fc.array(fc.array(fc.integer({ min: 0, max: 6 }), { minLength: m, maxLength: m }), { maxLength });
const at = (m: number, value: number) => Array.from({ length: m }, () => value);

/** Total volume above `floor` in every loss. */
function volumeAbove(boxes: Boxes, floor: number): number {
  let sum = 0;
  for (let box = 0; box < boxes.count; box++) {
    let product = 1;
    for (let k = 0; k < boxes.m; k++) {
      const [low, high] = [boxes.lower[box * boxes.m + k]!, boxes.upper[box * boxes.m + k]!];
      product *= Math.max(0, high - Math.max(floor, low));
    }
    sum += product;
  }
  return sum;
}

function holding(boxes: Boxes, y: number[]): number {
  let count = 0;
  for (let box = 0; box < boxes.count; box++) {
    const inside = y.every(
      (value, k) => value > boxes.lower[box * boxes.m + k]! && value < boxes.upper[box * boxes.m + k]!,
    );
    if (inside) count++;
  }
  return count;
}

describe("boxes of the non-dominated region", () => {
  test.each([1, 2, 3, 4, 5])("of %i losses fill exactly what the hypervolume leaves", (m) => {
    fc.assert(
      fc.property(points(m, m > 3 ? 8 : 15), (losses) => {
        const boxes = nonDominatedBoxes(losses, at(m, 5));
        expect(volumeAbove(boxes, -2)).toBe(7 ** m - hypervolume(losses, at(m, 5)));
      }),
      { numRuns: 150 },
    );
  });

  test.each([2, 3, 4])("of %i losses are disjoint: a point lies in one unless it is dominated", (m) => {
    fc.assert(
      fc.property(points(m, 10), fc.infiniteStream(fc.integer({ min: -3, max: 4 })), (losses, stream) => {
        const boxes = nonDominatedBoxes(losses, at(m, 5));
        for (let i = 0; i < 30; i++) {
          const y = Array.from({ length: m }, () => stream.next().value! + 0.5);
          const dominated = losses.some((loss) => loss.every((x, k) => x <= y[k]!));
          expect(holding(boxes, y)).toBe(dominated ? 0 : 1);
        }
      }),
      { numRuns: 100 },
    );
  });

  test.each([
    [2, 51],
    [3, 101],
  ])("of %i losses are at most %i for a front of 50", (m, most) => {
    const rng = trialRng(1, m, "front");
    const losses = Array.from({ length: 50 }, () => {
      const x = Array.from({ length: m }, rng);
      const norm = Math.hypot(...x);
      return x.map((value) => 1 - value / norm);
    });
    expect(nonDominatedBoxes(losses, at(m, 1.1)).count).toBeLessThanOrEqual(most);
  });

  test("without points are one box below the reference", () => {
    const boxes = nonDominatedBoxes([[9, 0]], [1, 2]);
    expect([boxes.count, ...boxes.upper]).toEqual([1, 1, 2]);
    expect([...boxes.lower]).toEqual(at(2, Number.NEGATIVE_INFINITY));
  });
});
