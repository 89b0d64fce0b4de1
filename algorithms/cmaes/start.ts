import type { Dimension } from "../../core/algorithm.ts";
import type { TrialRecord } from "../common/history.ts";
import { type Categories, createCategories } from "./categories.ts";
import { createGaussian, type Gaussian, identity } from "./gaussian.ts";
import type { Layout } from "./layout.ts";

/**
 * Where a run starts. From the prior, from the best of an initial design, or from a history of results: then from the
 * normal distribution that fits its best tenth (Nomura et al. 2021, "Warm Starting CMA-ES for Hyperparameter
 * Optimization"): Σ = α² I + covariance, σ = det(Σ)^(1 / 2d), C = Σ / σ².
 */

export interface Start {
  normal: Gaussian;
  categories: Categories;
}

/** α of the paper, in units of the unit cube, and the part of the results that is fitted. */
const SPREAD = 0.1;
const BEST_PART = 0.1;

/** @param sigma step size in units of the unit cube. `mean`: coordinates of the normal distribution. */
export function startAt(layout: Layout, mean: Float64Array, sigma: number, diagonal: boolean): Start {
  const d = layout.normal.length;
  const c = identity(d);
  for (const [i, index] of layout.normal.entries()) {
    // A prior narrower than the step size says how far to look in this coordinate.
    const std = priorOf(layout.dimensions[index]!)?.std ?? sigma;
    c[i * d + i] = (Math.min(std, sigma) / sigma) ** 2;
  }
  return { normal: createGaussian(mean, sigma, c, diagonal), categories: priorCategories(layout) };
}

/** The centre of the prior. */
export function priorMean(layout: Layout): Float64Array {
  return Float64Array.from(layout.normal, (index) => priorOf(layout.dimensions[index]!)?.mean ?? 0.5);
}

/** A trial's coordinates in the normal distribution, those of `otherwise` where it has none. */
export function coordinatesOf(layout: Layout, { point }: TrialRecord, otherwise: Float64Array): Float64Array {
  return Float64Array.from(layout.normal, (index, i) => point[index] ?? otherwise[i]!);
}

/** `sorted`: results, best first, enough of them for `enoughToFit`. */
export function startFrom(layout: Layout, sorted: readonly TrialRecord[], diagonal: boolean): Start {
  const best = sorted.slice(0, Math.ceil(sorted.length * BEST_PART));
  const d = layout.normal.length;
  const mean = meanOf(layout, best);
  const c = identity(d).map((v) => v * SPREAD ** 2);
  for (const record of best) {
    const x = coordinatesOf(layout, record, mean);
    for (let i = 0; i < d; i++)
      for (let j = diagonal ? i : 0; j <= i; j++) {
        const product = ((x[i]! - mean[i]!) * (x[j]! - mean[j]!)) / best.length;
        c[i * d + j]! += product;
        if (j < i) c[j * d + i]! += product;
      }
  }
  const fitted = createGaussian(mean, 1, c, diagonal);
  let logDeterminant = 0;
  for (let i = 0; i < d; i++) logDeterminant += 2 * Math.log(fitted.l[i * d + i]!);
  const sigma = d === 0 ? 1 : Math.exp(logDeterminant / (2 * d));
  const normal = createGaussian(
    mean,
    sigma,
    c.map((v) => v / sigma ** 2),
    diagonal,
  );
  return { normal, categories: fittedCategories(layout, best) };
}

/** Whether the best tenth of so many results says something about a spread. */
export function enoughToFit(results: number): boolean {
  return results * BEST_PART >= 3;
}

function meanOf(layout: Layout, records: readonly TrialRecord[]): Float64Array {
  const fallback = priorMean(layout);
  return Float64Array.from(layout.normal, (index, i) => {
    const active = records.flatMap(({ point }) => point[index] ?? []);
    return active.length === 0 ? fallback[i]! : active.reduce((sum, x) => sum + x, 0) / active.length;
  });
}

function priorOf(dimension: Dimension) {
  return dimension.kind === "categorical" ? undefined : dimension.prior;
}

function priorCategories(layout: Layout): Categories {
  return createCategories(layout.categorical.map((index) => priorWeights(layout.dimensions[index]!)));
}

/** Frequencies among the best, with the prior counted as one more trial a choice in all. */
function fittedCategories(layout: Layout, best: readonly TrialRecord[]): Categories {
  const q = layout.categorical.map((index) => {
    const prior = priorWeights(layout.dimensions[index]!);
    const counts = prior.map((p) => p * prior.length);
    for (const { point } of best) if (point[index] !== null) counts[point[index]!]!++;
    const sum = counts.reduce((total, v) => total + v, 0);
    return counts.map((v) => v / sum);
  });
  return createCategories(q);
}

function priorWeights(dimension: Dimension): Float64Array {
  if (dimension.kind !== "categorical") return new Float64Array();
  const { choices, weights } = dimension;
  return Float64Array.from({ length: choices }, (_, k) => weights?.[k] ?? 1 / choices);
}
