import { z } from "zod";
import type { Algorithm, Problem, Search, Suggestion } from "../core/algorithm.ts";
import type { Rng } from "../core/rng.ts";
import { createDistinct, sizeOfSpace } from "./common/distinct.ts";
import { pointFromUniforms } from "./draw.ts";

const configSchema = z.strictObject({
  repeats: z
    .boolean()
    .default(false)
    .describe(
      "Whether a space without floats may give a point twice. Without, the study ends when all are tried.",
    ),
});
type Config = z.infer<typeof configSchema>;

/** With one feasible point in 10,000, the least that submission is likely to accept, all fail with probability e^-10. */
const MAX_DRAWS = 100_000;

/**
 * Independent draws from the prior: uniform in every scale, weighted choices, Normal priors. Points that break a
 * constraint are drawn again, and so are points of a finite space that were tried before, unless `repeats` is set.
 */
export const random: Algorithm<Config> = {
  name: "random",
  version: 2,
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
  create: (problem, { repeats }) =>
    repeats || !Number.isFinite(sizeOfSpace(problem))
      ? createIndependent(problem)
      : createWithoutRepeats(problem),
};

function createIndependent(problem: Problem): Search {
  return {
    // Draws are independent of what was seen.
    observe: () => {},
    suggest: (rng) => drawFeasible(problem, rng),
  };
}

function createWithoutRepeats(problem: Problem): Search {
  const distinct = createDistinct(problem);
  return {
    observe: (event) => {
      if (event.type === "scheduled") distinct.add(event.point);
    },
    suggest: (rng) => {
      const point = distinct.draw(rng);
      if (point === null)
        return exhausted(
          "random-exhausted",
          "Every feasible point was tried; `repeats: true` would try them again.",
        );
      const text = "Drawn at random from the points not tried before.";
      return { type: "start", point, budget: null, why: { rule: "random", inputs: {}, text } };
    },
  };
}

/** A draw from the prior that satisfies the constraints; "exhausted" when none of very many does. */
export function drawFeasible(problem: Problem, rng: Rng): Suggestion {
  for (let draws = 1; draws <= MAX_DRAWS; draws++) {
    const point = pointFromUniforms(problem, problem.dimensions.map(rng));
    if (!problem.feasible(point)) continue;
    const text = draws === 1 ? "Drawn at random." : `Drawn at random; ${draws - 1} draws broke a constraint.`;
    return { type: "start", point, budget: null, why: { rule: "random", inputs: { draws }, text } };
  }
  return exhausted("random-no-feasible", `None of ${MAX_DRAWS} random points satisfies the constraints.`);
}

function exhausted(rule: string, text: string): Suggestion {
  return { type: "exhausted", why: { rule, inputs: {}, text } };
}
