import { describe, expect, test } from "vitest";
import { randomParams } from "../../../benchmarks/problems/reference.ts";
import { definitions, loadSynthetic } from "../../../benchmarks/problems/synthetic/index.ts";
import { createEncoder } from "../../../core/encode.ts";
import { studyRng } from "../../../core/rng.ts";

const problems = new Map(loadSynthetic().map((problem) => [problem.name, problem]));

describe.each(definitions)("synthetic/$name", (definition) => {
  const { name, parameters, loss, optimum, noise = 0 } = definition;
  const problem = problems.get(`synthetic/${name}`)!;

  test("has its optimum inside the space, where it is said to be", () => {
    expect(createEncoder({ parameters, constraints: [] }).checkParams(optimum.params)).toEqual([]);
    expect(loss(optimum.params)).toBeCloseTo(optimum.loss, 9);
  });

  test("is nowhere lower, and lower near the optimum than random search gets", () => {
    const draw = randomParams(problem.space);
    const rng = studyRng(1, name);
    const losses = Array.from({ length: 2000 }, () => loss(draw(rng)));
    expect(Math.min(...losses)).toBeGreaterThan(optimum.loss);
  });

  test("is nowhere lower one step away from the optimum in any coordinate", () => {
    const { dimensions, encode, decode } = createEncoder(problem.space);
    const point = encode(optimum.params);
    for (const [index, dimension] of dimensions.entries()) {
      if (dimension.kind === "categorical" || point[index] === null) continue;
      for (const step of [-1e-3, 1e-3, -0.05, 0.05]) {
        const moved = [...point];
        moved[index] = Math.min(1, Math.max(0, point[index]! + step));
        expect(loss(decode(moved))).toBeGreaterThanOrEqual(optimum.loss - 1e-9);
      }
    }
  });

  test("adds its noise by repetition, and none to what regret is measured on", () => {
    const losses = Array.from({ length: 200 }, (_, repetition) => {
      return problem.evaluate(optimum.params, repetition).losses[0]!;
    });
    const mean = losses.reduce((sum, value) => sum + value, 0) / losses.length;
    const std = Math.sqrt(losses.reduce((sum, value) => sum + (value - mean) ** 2, 0) / losses.length);
    expect(Math.abs(std - noise)).toBeLessThanOrEqual(0.2 * noise + 1e-9);
    expect(Math.abs(mean - loss(optimum.params))).toBeLessThanOrEqual(0.3 * noise + 1e-9);
    expect(problem.noiseless?.(optimum.params)).toEqual(noise > 0 ? [loss(optimum.params)] : undefined);
  });
});
