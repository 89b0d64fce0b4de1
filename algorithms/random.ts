import { z } from "zod";
import type { Algorithm, Problem, Search, Suggestion } from "../core/algorithm.ts";
import type { Rng } from "../core/rng.ts";
import { pointFromUniforms } from "./draw.ts";

const configSchema = z.strictObject({});
type Config = z.infer<typeof configSchema>;

/** With one feasible point in 10,000, the least that submission is likely to accept, all fail with probability e^-10. */
const MAX_DRAWS = 100_000;

/**
 * Independent draws from the prior: uniform in every scale, weighted choices, Normal priors. Points that break a
 * constraint are drawn again. Small spaces can give a point twice; use `grid` there.
 */
export const random: Algorithm<Config> = {
  name: "random",
  version: 1,
  summary: "Independent random points. The baseline, and never a bad first choice with many machines.",
  config: configSchema,
  supports: {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: true,
    outcomeConstraints: true,
    finiteOnly: false,
  },
  create: createRandom,
};

function createRandom(problem: Problem): Search {
  return {
    // Draws are independent of what was seen.
    observe: () => {},
    suggest: (rng) => drawFeasible(problem, rng),
  };
}

function drawFeasible(problem: Problem, rng: Rng): Suggestion {
  for (let draws = 1; draws <= MAX_DRAWS; draws++) {
    const point = pointFromUniforms(problem, problem.dimensions.map(rng));
    if (!problem.feasible(point)) continue;
    const text = draws === 1 ? "Drawn at random." : `Drawn at random; ${draws - 1} draws broke a constraint.`;
    return { type: "start", point, budget: null, why: { rule: "random", inputs: { draws }, text } };
  }
  const text = `None of ${MAX_DRAWS} random points satisfies the constraints.`;
  return { type: "exhausted", why: { rule: "random-no-feasible", inputs: { draws: MAX_DRAWS }, text } };
}
