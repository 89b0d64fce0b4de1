import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { minimizeInBox, type Objective } from "../../math/lbfgsb.ts";
import minima from "../fixtures/math/lbfgsb.json" with { type: "json" };

/** The functions of generate-gp.py, with their gradients. */
const FUNCTIONS: Record<string, Objective> = {
  rosenbrock(x, gradient) {
    let value = 0;
    gradient.fill(0);
    for (let i = 0; i + 1 < x.length; i++) {
      const [curve, line] = [x[i + 1]! - x[i]! ** 2, 1 - x[i]!];
      value += 100 * curve ** 2 + line ** 2;
      gradient[i]! += -400 * curve * x[i]! - 2 * line;
      gradient[i + 1]! += 200 * curve;
    }
    return value;
  },
  beale([a = 0, b = 0], gradient) {
    let value = 0;
    gradient.fill(0);
    for (const [k, c] of [[1, 1.5] as const, [2, 2.25] as const, [3, 2.625] as const]) {
      const rest = c - a * (1 - b ** k);
      value += rest ** 2;
      gradient[0]! -= 2 * rest * (1 - b ** k);
      gradient[1]! += 2 * rest * a * k * b ** (k - 1);
    }
    return value;
  },
  quadratic(x, gradient) {
    const sum = x.reduce((total, coordinate) => total + coordinate, 0);
    let value = 0.5 * sum ** 2;
    for (let i = 0; i < x.length; i++) {
      value += (i + 1) * (x[i]! - i) ** 2;
      gradient[i] = 2 * (i + 1) * (x[i]! - i) + sum;
    }
    return value;
  },
  styblinski(x, gradient) {
    for (let i = 0; i < x.length; i++) gradient[i] = 2 * x[i]! ** 3 - 16 * x[i]! + 2.5;
    return 0.5 * x.reduce((total, v) => total + v ** 4 - 16 * v ** 2 + 5 * v, 0);
  },
};

describe("L-BFGS-B", () => {
  test.each(minima.map((minimum) => [minimum.function, minimum.x.length, minimum] as const))(
    "finds SciPy's minimum of %s in %i dimensions",
    (name, _, { start, lower, upper, x, value }) => {
      const found = minimizeInBox(FUNCTIONS[name]!, ...vectors(start, lower, upper), {
        gradientTolerance: 1e-9,
        functionTolerance: 0,
      });
      expect(found.value).toBeLessThanOrEqual(value + 1e-9 * Math.max(1, Math.abs(value)));
      for (const [i, coordinate] of x.entries()) expect(found.x[i]).toBeCloseTo(coordinate, 5);
    },
  );

  const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
  const boxed = fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: 2, maxLength: 8 });

  test.each(Object.keys(FUNCTIONS))(
    "asks for no value of %s outside the box and never ends above the start",
    (name) => {
      fc.assert(
        fc.property(boxed, (sides) => {
          const lower = Float64Array.from(sides, ([a, b]) => Math.min(a, b));
          const upper = Float64Array.from(sides, ([a, b]) => Math.max(a, b));
          const start = Float64Array.from(sides, ([, , c], i) => Math.min(upper[i]!, Math.max(lower[i]!, c)));
          const inside = (x: Float64Array) => x.every((value, i) => value >= lower[i]! && value <= upper[i]!);
          const watched: Objective = (x, gradient) => {
            expect(inside(x)).toBe(true);
            return FUNCTIONS[name]!(x, gradient);
          };
          const found = minimizeInBox(watched, start, lower, upper);
          expect(inside(found.x)).toBe(true);
          expect(found.value).toBeLessThanOrEqual(FUNCTIONS[name]!(start, new Float64Array(start.length)));
          expect(found.value).toBe(FUNCTIONS[name]!(found.x, new Float64Array(start.length)));
        }),
      );
    },
  );

  test.each([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN])(
    "goes round a region where the value is %d",
    (hole) => {
      const holed: Objective = (x, gradient) => {
        const value = FUNCTIONS.quadratic!(x, gradient);
        return Math.abs(x[0]! - x[1]!) > 1.2 ? hole : value;
      };
      const found = minimizeInBox(holed, ...vectors([0, 0], [-10, -10], [10, 10]));
      expect(found.value).toBeLessThan(1);
      expect(Number.isFinite(found.value)).toBe(true);
    },
  );

  test("ends at once where the start has no finite value", () => {
    const found = minimizeInBox(() => Number.POSITIVE_INFINITY, ...vectors([0], [-1], [1]));
    expect(found).toMatchObject({ stop: "start", evaluations: 1 });
  });

  test("keeps to its budget of evaluations", () => {
    let evaluations = 0;
    const counted: Objective = (x, gradient) => {
      evaluations++;
      return FUNCTIONS.rosenbrock!(x, gradient);
    };
    const found = minimizeInBox(counted, ...vectors([-1.2, 1], [-2, -2], [2, 2]), { maxEvaluations: 7 });
    expect(found).toMatchObject({ stop: "evaluations", evaluations: 7 });
    expect(evaluations).toBe(7);
  });

  test("works without bounds, and in a box of one point", () => {
    const infinite = Number.POSITIVE_INFINITY;
    const free = minimizeInBox(
      FUNCTIONS.rosenbrock!,
      ...vectors([-1.2, 1], [-infinite, -infinite], [infinite, infinite]),
    );
    expect(free.x[0]).toBeCloseTo(1, 4);
    const fixed = minimizeInBox(FUNCTIONS.rosenbrock!, ...vectors([0, 0], [0.3, 0.4], [0.3, 0.4]));
    expect([...fixed.x]).toEqual([0.3, 0.4]);
    expect(fixed.stop).toBe("gradient");
  });

  test("takes about as many evaluations as SciPy on Rosenbrock's function", () => {
    // SciPy: 46, with the same tolerances.
    const found = minimizeInBox(FUNCTIONS.rosenbrock!, ...vectors([-1.2, 1], [-2, -2], [2, 2]));
    expect(found.value).toBeLessThan(1e-9);
    expect(found.evaluations).toBeLessThanOrEqual(50);
  });
});

function vectors(start: number[], lower: number[], upper: number[]) {
  return [Float64Array.from(start), Float64Array.from(lower), Float64Array.from(upper)] as const;
}
