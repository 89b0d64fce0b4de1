import { z } from "zod";
import type { Algorithm } from "../core/algorithm.ts";
import { surviveByCrowding } from "./evolution/generations.ts";
import { createGeneticSearch, populationSize } from "./evolution/genetic-search.ts";

const configSchema = z.strictObject({
  population: z
    .int()
    .min(2)
    .max(10_000)
    .nullable()
    .default(null)
    .describe("Members that survive; null: 50, or a quarter of the trials where that is less, at least 10."),
  crossover: z.number().min(0).max(1).default(0.9).describe("Probability that two parents are crossed."),
  crossoverEta: z
    .number()
    .min(0)
    .max(1000)
    .default(20)
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
 * NSGA-II (Deb et al. 2002), asynchronous: a child of the best of what is known whenever a trial may start. Feasible
 * members come before others, those by how much they break. Failed and pruned trials are no parents.
 */
export const nsga2: Algorithm<Config> = {
  name: "nsga2",
  version: 1,
  summary: "Genetic search by Pareto fronts: for two or three objectives and some 250 trials or more.",
  config: configSchema,
  supports: {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: true,
    outcomeConstraints: true,
    finiteOnly: false,
  },
  create: (problem, config) =>
    createGeneticSearch(problem, {
      ...config,
      name: "nsga2",
      size: populationSize(config.population, problem.maxTrials),
      survive: surviveByCrowding,
      beats: (a, b) => a.rank < b.rank || (a.rank === b.rank && a.crowding > b.crowding),
    }),
};
