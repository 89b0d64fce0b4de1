import type { Problem } from "../../../core/algorithm.ts";
import { cellOf, levelAt } from "../../../core/dimension.ts";
import { normalCdf } from "../../../math/normal.ts";

/**
 * The mixture of product kernels written down plainly from its definition, one group, for comparing with the fast one.
 * Bandwidths: the larger gap to a neighbour, the two ends inwards only; within [1 / min(limit, n + 2), 1].
 */

export interface Mixture {
  /** Kernels, one an observation, as rows of coordinates in the order of trials. */
  points: readonly (readonly number[])[];
  weights: readonly number[];
  priorWeight: number;
  bandwidthLimit: number;
}

/** ln of the density (of masses for levels) at a point, by brute force. */
export function referenceLogDensity(problem: Problem, mixture: Mixture, at: readonly number[]): number {
  const { points, weights, priorWeight } = mixture;
  const sigmas = problem.dimensions.map((_, k) => referenceBandwidths(mixture, k));
  const kernels = points.map((point, j) =>
    problem.dimensions.reduce(
      (product, _, k) => product * kernelAt(problem, mixture, k, point[k]!, sigmas[k]![j]!, at[k]!),
      1,
    ),
  );
  const prior = problem.dimensions.reduce((product, _, k) => product * priorAt(problem, k, at[k]!), 1);
  const total = weights.reduce((sum, weight) => sum + weight, priorWeight);
  const sum = kernels.reduce((partial, value, j) => partial + weights[j]! * value, priorWeight * prior);
  return Math.log(sum / total);
}

export function referenceBandwidths({ points, bandwidthLimit }: Mixture, k: number): number[] {
  const n = points.length;
  const order = points.map((_, j) => j).sort((a, b) => points[a]![k]! - points[b]![k]! || a - b);
  const floor = 1 / Math.min(bandwidthLimit, n + 2);
  const sigmas = new Array<number>(n);
  order.forEach((j, position) => {
    const here = points[j]![k]!;
    const left = here - (position === 0 ? 0 : points[order[position - 1]!]![k]!);
    const right = (position === n - 1 ? 1 : points[order[position + 1]!]![k]!) - here;
    const inner =
      n === 1
        ? Math.max(left, right)
        : position === 0
          ? right
          : position === n - 1
            ? left
            : Math.max(left, right);
    sigmas[j] = Math.min(1, Math.max(floor, inner));
  });
  return sigmas;
}

function kernelAt(
  problem: Problem,
  mixture: Mixture,
  k: number,
  mu: number,
  sigma: number,
  x: number,
): number {
  const dimension = problem.dimensions[k]!;
  if (dimension.kind !== "categorical") return truncatedNormalAt(problem, k, mu, sigma, x);
  const { choices, weights } = dimension;
  const pseudo = Array.from(
    { length: choices },
    (_, c) => (choices * (weights?.[c] ?? 1 / choices) * mixture.priorWeight) / (mixture.points.length + 1),
  );
  pseudo[mu]! += 1;
  return pseudo[x]! / pseudo.reduce((sum, value) => sum + value, 0);
}

function priorAt(problem: Problem, k: number, x: number): number {
  const dimension = problem.dimensions[k]!;
  if (dimension.kind === "categorical") return dimension.weights?.[x] ?? 1 / dimension.choices;
  const { mean, std } = dimension.prior ?? { mean: 0.5, std: 1 };
  return truncatedNormalAt(problem, k, mean, std, x);
}

function truncatedNormalAt(problem: Problem, k: number, mu: number, sigma: number, x: number): number {
  const dimension = problem.dimensions[k]!;
  const inside = normalCdf((1 - mu) / sigma) - normalCdf(-mu / sigma);
  if (dimension.kind === "ordered") {
    const { low, high } = cellOf(dimension, levelAt(dimension, x));
    return intervalMass((low - mu) / sigma, (high - mu) / sigma) / inside;
  }
  const z = (x - mu) / sigma;
  return Math.exp(-0.5 * z * z) / (sigma * Math.sqrt(2 * Math.PI) * inside);
}

/** Mirrored to the lower tail, where the difference of the two does not cancel. */
function intervalMass(a: number, b: number): number {
  return a > 0 ? normalCdf(-a) - normalCdf(-b) : normalCdf(b) - normalCdf(a);
}
