import { z } from "zod";
import type { Algorithm } from "../core/algorithm.ts";
import { createGeneticSearch, populationSize } from "./evolution/genetic-search.ts";
import { surviveByNiches } from "./evolution/niching.ts";
import { referenceDirections } from "./evolution/reference-directions.ts";

const configSchema = z.strictObject({
  population: z
    .int()
    .min(2)
    .max(10_000)
    .nullable()
    .default(null)
    .describe("Members that survive; null: 50, or a quarter of the trials where that is less, at least 10."),
  crossover: z.number().min(0).max(1).default(1).describe("Probability that two parents are crossed."),
  crossoverEta: z
    .number()
    .min(0)
    .max(1000)
    .default(30)
    .describe("How near a crossover stays to its parents."),
  mutation: z
    .number()
    .min(0)
    .max(1)
    .nullable()
    .default(null)
    .describe("Probability that a parameter mutates; null: one parameter of each point on average."),
  mutationEta: z.number().min(0).max(1000).default(20).describe("How near a mutation stays to its origin."),
});
type Config = z.infer<typeof configSchema>;

/**
 * NSGA-III (Deb & Jain 2014; constraints as in its part II), asynchronous: survivors spread along reference directions,
 * which still tells points apart where with many objectives nearly all of them are on the first front.
 */
export const nsga3: Algorithm<Config> = {
  name: "nsga3",
  version: 1,
  summary:
    "Genetic search along reference directions: for three objectives and more, some 250 trials or more.",
  config: configSchema,
  supports: {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: true,
    outcomeConstraints: true,
    finiteOnly: false,
  },
  create: (problem, config) => {
    const size = populationSize(config.population, problem.maxTrials);
    const directions = referenceDirections(problem.objectives, size);
    return createGeneticSearch(problem, {
      ...config,
      name: "nsga3",
      size,
      survive: surviveByNiches(directions, problem.seed),
      // With several objectives niching decides who survives, and any two survivors are as good as parents unless they
      // break a constraint. With one objective, every niche is the same.
      beats: (a, b) =>
        a.violation < b.violation ||
        (problem.objectives === 1 && a.violation === b.violation && a.rank < b.rank),
    });
  },
};
