import type { Problem, Search } from "../../core/algorithm.ts";
import { type Rng, uniformInt } from "../../core/rng.ts";
import type { Distinct } from "../common/distinct.ts";
import { createGuidedSearch, type Model, type Proposal } from "../common/guided-search.ts";
import { createGenerations, type Generations, type Individual, type Survival } from "./generations.ts";
import { type Child, makeChild, type VariationOptions } from "./variation.ts";

/** The search that NSGA-II and NSGA-III share: evenly spread points first, then children of the surviving. */

export interface GeneticOptions extends VariationOptions {
  name: string;
  /** Members that survive. */
  size: number;
  survive: Survival;
  /** Whether `a` wins a tournament against `b`. */
  beats(a: Individual, b: Individual): boolean;
}

/** Mutations of one child that is infeasible or exists already, and children, before an evenly spread point is taken. */
const MUTATIONS = 10;
const CHILDREN = 20;
/** Draws of a second parent that is not the first. */
const DRAWS = 10;

/** The usual 50, but no more than a quarter of the budget, so that there are generations at all; never below 10. */
export function populationSize(configured: number | null, maxTrials: number | null): number {
  if (configured !== null) return configured;
  return maxTrials === null ? 50 : Math.min(50, Math.max(10, Math.floor(maxTrials / 4)));
}

export function createGeneticSearch(problem: Problem, options: GeneticOptions): Search {
  const { name, size, survive } = options;
  return createGuidedSearch(problem, { name, initial: size, minResults: 2 }, (_, distinct): Model => {
    const generations = createGenerations(size, survive);
    return {
      observe: (event, record) => {
        if (event.type === "finished") generations.add(record);
      },
      propose: (rng) => propose(problem, options, generations, distinct, rng),
    };
  });
}

function propose(
  problem: Problem,
  options: GeneticOptions,
  generations: Generations,
  distinct: Distinct,
  rng: Rng,
): Proposal[] {
  const population = generations.population();
  const usable = ({ point }: Child) => problem.feasible(point) && !distinct.has(point);
  for (let attempt = 0; attempt < CHILDREN; attempt++) {
    const mother = tournament(population, options.beats, rng);
    const father = partner(population, mother, options.beats, rng);
    const made = makeChild(problem, [mother.point, father.point], options, rng);
    let child: Child = made;
    for (let again = 0; again < MUTATIONS && !usable(child); again++) child = made.again();
    if (usable(child)) return [describe(child, mother, father, options.name, generations)];
  }
  return [];
}

function tournament(population: readonly Individual[], beats: GeneticOptions["beats"], rng: Rng): Individual {
  const a = population[uniformInt(rng, population.length)]!;
  const b = population[uniformInt(rng, population.length)]!;
  return beats(b, a) ? b : a;
}

function partner(
  population: readonly Individual[],
  mother: Individual,
  beats: GeneticOptions["beats"],
  rng: Rng,
): Individual {
  let father = tournament(population, beats, rng);
  for (let draw = 1; draw < DRAWS && father.trial === mother.trial; draw++) {
    father = tournament(population, beats, rng);
  }
  return father;
}

function describe(
  { point, crossed, mutated }: Child,
  mother: Individual,
  father: Individual,
  name: string,
  generations: Generations,
): Proposal {
  const parents = crossed && father.trial !== mother.trial ? [mother, father] : [mother];
  const trials = parents.map(({ trial }) => trial);
  const inputs = {
    parents: trials,
    fronts: parents.map(({ rank }) => rank + 1),
    crossed: parents.length === 2,
    mutated,
    generation: generations.count() + 1,
    population: generations.population().length,
  };
  const changes = mutated.length === 0 ? "without mutation" : `with ${countOf(mutated.length)} mutated`;
  const origin =
    parents.length === 2
      ? `Exploits: a crossover of trials ${trials[0]} and ${trials[1]} (fronts ${inputs.fronts.join(" and ")}), ${changes}.`
      : `Explores around trial ${trials[0]} (front ${inputs.fronts[0]}): a copy ${changes}.`;
  return { point, why: { rule: name, inputs, text: origin } };
}

function countOf(count: number): string {
  return count === 1 ? "one parameter" : `${count} parameters`;
}
