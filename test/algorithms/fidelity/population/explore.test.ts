import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { perturb } from "../../../../algorithms/fidelity/population/explore.ts";
import { maskInactive } from "../../../../core/activity.ts";
import type { Point } from "../../../../core/algorithm.ts";
import { levelAt, type Ordered } from "../../../../core/dimension.ts";
import { createEncoder } from "../../../../core/encode.ts";
import { type Rng, studyRng } from "../../../../core/rng.ts";
import { SPACES, spaceOf } from "../../../support/spaces.ts";
import { problemIn } from "./play.ts";

const WORLD = { maxTrials: 10, parallelism: 1, seed: 1, max: 10 };
const KEEP = { resampleProbability: 0, factors: [0.8, 1.2] as [number, number] };

/** Points that a hundred copies of one get. */
function copies(space: keyof typeof SPACES, winner: Point, options = KEEP): Point[] {
  const problem = problemIn(SPACES[space], WORLD);
  const rng = studyRng(1, "copies");
  return Array.from({ length: 100 }, () => perturb(problem, winner, options, rng).point);
}

describe("a copy's parameters", () => {
  test("on a log scale over a decade are multiplied by one of the factors", () => {
    const decade = spaceOf([{ name: "lr", type: "float", low: 0.01, high: 0.1, scale: "log" }]);
    const { encode, decode } = createEncoder(decade);
    const winner = encode({ lr: 0.03 });
    const values = [0.1, 0.9].map((u) => {
      const rng: Rng = () => u;
      return decode(perturb(problemIn(decade, WORLD), winner, KEEP, rng).point).lr;
    });
    expect(values[0]).toBeCloseTo(0.024, 6);
    expect(values[1]).toBeCloseTo(0.036, 6);
  });

  test("stay at the end of the range instead of leaving it", () => {
    expect(new Set(copies("single", [0.99]).map(([u]) => u!.toFixed(4)))).toEqual(
      new Set(["1.0000", "0.8931"]),
    );
  });

  test("with few levels move to a neighbouring one", () => {
    const { dimensions } = problemIn(SPACES.constrained, WORLD);
    const levels = copies("constrained", [0.625, 1 / 32, 0.1, 0.9]).map((point) =>
      levelAt(dimensions[0] as Ordered, point[0]!),
    );
    expect(new Set(levels)).toEqual(new Set([1, 3]));
  });

  test("that are categories are kept, and drawn anew with the resample probability", () => {
    const winner = [0, 0.5, 0.25, 0.5, 0.5];
    expect(new Set(copies("mixed", winner).map(([choice]) => choice))).toEqual(new Set([0]));
    const drawn = copies("mixed", winner, { ...KEEP, resampleProbability: 1 });
    expect(new Set(drawn.map(([choice]) => choice))).toEqual(new Set([0, 1, 2]));
  });

  test("that become active by another's change are drawn, and others are left out", () => {
    const problem = problemIn(SPACES.conditional, WORLD);
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const rng = studyRng(seed, "copy");
        const { point } = perturb(
          problem,
          [0, null, null, null, null],
          { ...KEEP, resampleProbability: 0.5 },
          rng,
        );
        const full = point.map((u) => u ?? 0.5);
        expect(point).toEqual(maskInactive(problem, full));
        expect(point[1] === null).toBe(point[0] !== 1);
      }),
    );
  });

  test("are the winner's own where no other satisfies the constraints", () => {
    const problem = { ...problemIn(SPACES.single, WORLD), constrained: true, feasible: () => false };
    expect(perturb(problem, [0.5], KEEP, studyRng(1, "none"))).toMatchObject({
      point: [0.5],
      text: "with the same parameters, since 100 changed ones broke a constraint",
    });
  });
});
