import { expect, test } from "vitest";
import { createDistinct, sizeOfSpace } from "../../../algorithms/common/distinct.ts";
import { createProblem } from "../../../core/problem.ts";
import { studyRng } from "../../../core/rng.ts";
import { SPACES } from "../../support/spaces.ts";

const FINITE = createProblem(SPACES.finite, {
  objectives: 1,
  constraints: 0,
  maxTrials: null,
  parallelism: 1,
  seed: 1,
  fidelity: null,
});
const PINNED = {
  ...FINITE,
  dimensions: [...FINITE.dimensions, { kind: "continuous", pinned: 0.75 } as const],
};

test("a pinned dimension does not make a space larger", () => {
  expect(sizeOfSpace(PINNED)).toBe(sizeOfSpace(FINITE));
});

test("points that differ in a pinned dimension alone are the same", () => {
  const distinct = createDistinct(PINNED);
  const [a, b] = FINITE.dimensions.map((dimension) => (dimension.kind === "categorical" ? 0 : 0.1));
  distinct.add([a!, b!, 0]);
  distinct.add([a!, b!, 0.5]);
  expect(distinct.size).toBe(1);
  expect(distinct.has([a!, b!, 0.75])).toBe(true);
});

test("draws go through every point of a finite space at the pinned value, and then end", () => {
  const distinct = createDistinct(PINNED);
  const rng = studyRng(1, "draws");
  for (let count = 0; count < sizeOfSpace(FINITE); count++) {
    const point = distinct.draw(rng)!;
    expect(point.at(-1)).toBe(0.75);
    expect(distinct.has(point)).toBe(false);
    distinct.add(point);
  }
  expect(distinct.draw(rng)).toBeNull();
});
