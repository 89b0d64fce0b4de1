import type { Problem } from "../../core/algorithm.ts";
import { cellOf, levelAt, type Ordered } from "../../core/dimension.ts";
import { logDiffNormalCdf } from "../../math/normal-tails.ts";
import type { Columns } from "./columns.ts";
import { type Density, logPriorOf } from "./density.ts";
import { type Block, logMixture, type Tables } from "./score.ts";
import type { Weights } from "./weights.ts";

/** Log densities of candidates: what the hot loop needs is looked up here, once a block. */

/** Values of one group's coordinates, in the order of its members. */
export type Values = readonly number[];

/** Candidates of one group, ready to be scored under several densities. */
export interface Candidates extends Block {
  /** Per stepped column, the distinct levels that `level` counts. */
  readonly levels: readonly (readonly number[])[];
  /** Log density of the group's prior at each. */
  readonly logPrior: Float64Array;
}

export function toCandidates(
  { dimensions }: Problem,
  { smooth, stepped, categorical }: Columns,
  members: readonly number[],
  values: readonly Values[],
): Candidates {
  const size = values.length;
  const placeOf = new Map(members.map((index, place) => [index, place]));
  const coordinate = (c: number, index: number) => values[c]![placeOf.get(index)!]!;
  const matrix = (columns: readonly number[]) =>
    values.flatMap((_, c) => columns.map((index) => coordinate(c, index)));
  const levels: number[][] = stepped.map(() => []);
  const level = Int32Array.from(
    values.flatMap((_, c) =>
      stepped.map((index, t) => {
        const wanted = levelAt(dimensions[index] as Ordered, coordinate(c, index));
        const known = levels[t]!.indexOf(wanted);
        return known >= 0 ? known : levels[t]!.push(wanted) - 1;
      }),
    ),
  );
  const logPrior = Float64Array.from(values, (_, c) => {
    const term = (asDensity: boolean) => (sum: number, index: number) =>
      sum + logPriorOf(dimensions[index]!, coordinate(c, index), asDensity);
    return [...stepped, ...categorical].reduce(term(false), smooth.reduce(term(true), 0));
  });
  return {
    size,
    smooth: Float64Array.from(matrix(smooth)),
    level,
    choice: Int32Array.from(matrix(categorical)),
    levels,
    logPrior,
  };
}

/** ln of the mixture's density at each candidate. */
export function logDensityAt(
  problem: Problem,
  columns: Columns,
  density: Density,
  weights: Weights,
  candidates: Candidates,
): Float64Array {
  let total = weights.prior;
  for (const weight of weights.observations) total += weight;
  const logTotal = Math.log(total);
  const logWeights = new Float64Array(density.size);
  for (let i = 0; i < logWeights.length; i++) logWeights[i] = Math.log(weights.observations[i]!) - logTotal;
  const logPriorWeight = Math.log(weights.prior) - logTotal;
  const logPrior = candidates.logPrior.map((value) => value + logPriorWeight);
  const tables = tablesOf(problem, columns, density, weights, candidates);
  return logMixture(density, candidates, tables, logWeights, logPrior);
}

function tablesOf(
  { dimensions }: Problem,
  { stepped, categorical }: Columns,
  density: Density,
  weights: Weights,
  { size, choice, levels }: Candidates,
): Tables {
  const own = new Float64Array(choice.length);
  const other = new Float64Array(choice.length);
  const T = categorical.length;
  categorical.forEach((index, t) => {
    const probabilities = choiceProbabilities(dimensions[index] as Categorical, weights.prior, density.size);
    for (let at = t; at < size * T; at += T) {
      own[at] = Math.log(probabilities.own(choice[at]!));
      other[at] = Math.log(probabilities.other(choice[at]!));
    }
  });
  return {
    own,
    other,
    levels: levels.map(({ length }) => length),
    masses: stepped.map((_, t) =>
      new Float64Array(density.distinct[t]!.size * levels[t]!.length).fill(Number.NaN),
    ),
    mass(column, kernel, level) {
      const { low, high } = cellOf(dimensions[stepped[column]!] as Ordered, levels[column]![level]!);
      const kernels = density.distinct[column]!;
      const mu = kernels.mu(kernel);
      const sigma = kernels.sigma(kernel);
      return logDiffNormalCdf((low - mu) / sigma, (high - mu) / sigma) - kernels.logInside(kernel);
    },
  };
}

type Categorical = Extract<Problem["dimensions"][number], { kind: "categorical" }>;

/**
 * A kernel over choices: one pseudo-observation of the own choice, and the prior's weight spread over all n + 1 kernels.
 * `own` and `other`: the probability of a choice under a kernel that observed it, and under one that did not.
 */
export function choiceProbabilities(
  { choices, weights }: Categorical,
  priorWeight: number,
  observations: number,
): { own(choice: number): number; other(choice: number): number } {
  const spread = (choices * priorWeight) / (observations + 1);
  const priorOf = (choice: number) => weights?.[choice] ?? 1 / choices;
  return {
    own: (choice) => (1 + spread * priorOf(choice)) / (1 + spread),
    other: (choice) => (spread * priorOf(choice)) / (1 + spread),
  };
}
