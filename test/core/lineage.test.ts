import { describe, expect, test } from "vitest";
import { drawFamilies, drawLineage, lineageOf } from "../../core/lineage.ts";

const TRIALS = [
  { number: 0 },
  { number: 2, parent: null },
  { number: 7, parent: 2 },
  { number: 9, parent: 2 },
  { number: 12, parent: 7 },
  { number: 13, parent: 9 },
];

describe("lineage", () => {
  test("goes from a trial to the one that began without a checkpoint", () => {
    expect(lineageOf(TRIALS, 12)).toEqual([12, 7, 2]);
    expect(lineageOf(TRIALS, 0)).toEqual([0]);
    expect(drawLineage(lineageOf(TRIALS, 12))).toBe("12 <- 7 <- 2");
  });

  test("ends at a parent that is not there, and takes no trial for its own ancestor", () => {
    expect(lineageOf([{ number: 5, parent: 3 }], 5)).toEqual([5]);
    const circle = [
      { number: 1, parent: 2 },
      { number: 2, parent: 1 },
      { number: 3, parent: 3 },
    ];
    expect(lineageOf(circle, 2)).toEqual([2, 1]);
    expect(drawFamilies(circle)).toBe("1\n└─ 2\n3");
  });

  test("is drawn as a tree, with what is to be said of each trial", () => {
    const label = (number: number) => (number === 9 ? "" : `0.${number}`);
    expect(drawFamilies(TRIALS.toReversed(), label)).toBe(
      ["0  0.0", "2  0.2", "├─ 7  0.7", "│  └─ 12  0.12", "└─ 9", "   └─ 13  0.13"].join("\n"),
    );
    expect(drawFamilies([])).toBe("");
  });

  test("is drawn for a chain as long as a study", () => {
    const chain = Array.from({ length: 1000 }, (_, number) => ({ number, parent: number - 1 }));
    expect(lineageOf(chain, 999)).toHaveLength(1000);
    expect(drawFamilies(chain).split("\n")).toHaveLength(1000);
  });
});
