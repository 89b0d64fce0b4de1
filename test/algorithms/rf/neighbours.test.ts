import { describe, expect, test } from "vitest";
import { random } from "../../../algorithms/random.ts";
import { createNeighbourhood } from "../../../algorithms/rf/neighbours.ts";
import type { Point, Problem } from "../../../core/algorithm.ts";
import { createEncoder } from "../../../core/encode.ts";
import { createProblem } from "../../../core/problem.ts";
import { studyRng } from "../../../core/rng.ts";
import type { SearchSpace } from "../../../core/space.ts";
import { SPACES, spaceOf } from "../../support/spaces.ts";

const options = { objectives: 1, constraints: 0, maxTrials: null, parallelism: 1, seed: 1, fidelity: null };

function around(space: SearchSpace, point: Point) {
  const neighbours = createNeighbourhood(createProblem(space, options), [0.2, 0.2, 0.2, 0.2]);
  return neighbours(point, studyRng(1, "neighbours"));
}

function draw(problem: Problem, index: number): Point {
  const suggestion = random.create(problem, { repeats: true }).suggest(studyRng(2, `draw ${index}`));
  if (suggestion.type !== "start") throw new Error("exhausted");
  return suggestion.point;
}

describe.each(Object.entries(SPACES))("neighbours in the space %s", (_, space) => {
  test("are points of the space, and none is the point itself", () => {
    const problem = createProblem(space, options);
    const encoder = createEncoder(space);
    for (let index = 0; index < 20; index++) {
      const point = draw(problem, index);
      for (const neighbour of around(space, point)) {
        expect(() => encoder.decode(neighbour)).not.toThrow();
        expect(neighbour).not.toEqual(point);
      }
    }
  });
});

test("every other choice is a neighbour, and a number has a few", () => {
  const space = spaceOf([
    { name: "c", type: "categorical", choices: ["a", "b", "c", "d"] },
    { name: "x", type: "float", low: 0, high: 1 },
  ]);
  const neighbours = around(space, [1, 0.5]);
  const choices = neighbours.filter(([, x]) => x === 0.5).map(([c]) => c);
  expect(choices.sort()).toEqual([0, 2, 3]);
  expect(neighbours.filter(([c]) => c === 1)).toHaveLength(4);
});

test("a number with few levels always has its next ones as neighbours", () => {
  const space = spaceOf([{ name: "n", type: "int", low: 1, high: 2 }]);
  expect(around(space, [0.25])).toEqual([[0.75]]);
});

test("another choice of a parent draws what it activates and drops what it does not", () => {
  const space = spaceOf([
    { name: "on", type: "categorical", choices: [false, true] },
    { name: "x", type: "float", low: 0, high: 1, when: { parameter: "on", in: [true] } },
    { name: "y", type: "float", low: 0, high: 1, when: { parameter: "on", in: [false] } },
  ]);
  const flipped = around(space, [0, null, 0.4]).filter(([on]) => on === 1);
  expect(new Set(flipped.map(([, x]) => x)).size).toBe(3);
  expect(flipped.every(([, x, y]) => x !== null && y === null)).toBe(true);
});
