import type { Rng } from "../../core/rng.ts";
import { normalQuantile } from "../../math/normal.ts";
import { paretoFront } from "../../math/pareto.ts";

/**
 * One number from the targets of all objectives, to be minimised, and what it is where targets are foretold.
 *
 * m: objectives. t: m targets. w: m weights, >= 0, of sum 1. low, width: of each target over the front.
 */
export interface Scalarisation {
  readonly weights: readonly number[];
  of(targets: ArrayLike<number>): number;
  /** Mean and standard deviation of `of` for independent normal targets; m of each. */
  moments(mean: ArrayLike<number>, std: ArrayLike<number>): { mean: number; std: number };
}

/** The target itself. */
export const SINGLE: Scalarisation = {
  weights: [1],
  of: (targets) => targets[0]!,
  moments: (mean, std) => ({ mean: mean[0]!, std: std[0]! }),
};

/** Share of the plain weighted sum, which tells points of equal largest target apart (Knowles 2006). */
const SUM_SHARE = 0.05;
/**
 * Share of suggestions that care about one objective alone. Weights of Knowles lie on a grid that has the ends of the
 * front among its points; uniform ones come close to an end too seldom to reach it.
 */
const END_SHARE = 0.1;
/** Draws behind the moments; each is used with its mirror image. */
const DRAWS = 16;

/**
 * ParEGO (Knowles 2006): the augmented Tchebycheff norm with random weights, so that another suggestion goes for another
 * part of the front. Each target is scaled to [0, 1] over the front of `known`, at least one list of m >= 2 targets:
 * over all of them a few poor trials would decide what an objective's share of the weights is worth.
 */
export function drawScalarisation(known: readonly (readonly number[])[], rng: Rng): Scalarisation {
  const front = paretoFront(known).map((index) => known[index]!);
  const ranges = known[0]!.map((_, k) => rangeOf(front, k) ?? rangeOf(known, k) ?? { low: 0, width: 1 });
  const weights = drawWeights(ranges.length, rng);
  const draws = Array.from({ length: DRAWS }, () => ranges.map(() => normalQuantile(rng())));
  const of = (targets: ArrayLike<number>): number => {
    let largest = Number.NEGATIVE_INFINITY;
    let total = 0;
    for (const [k, { low, width }] of ranges.entries()) {
      const weighted = weights[k]! * ((targets[k]! - low) / width);
      largest = Math.max(largest, weighted);
      total += weighted;
    }
    return largest + SUM_SHARE * total;
  };
  return { weights, of, moments: (mean, std) => momentsOf(of, draws, mean, std) };
}

function drawWeights(objectives: number, rng: Rng): number[] {
  const end = rng() < END_SHARE ? Math.floor(rng() * objectives) : null;
  // Exponential draws over their sum are uniform on the simplex.
  const draws = Array.from({ length: objectives }, (_, k) =>
    end === null ? -Math.log(1 - rng()) : Number(k === end),
  );
  const sum = draws.reduce((total, draw) => total + draw, 0) || 1;
  return draws.map((draw) => draw / sum);
}

/** Null where there is no range. */
function rangeOf(targets: readonly (readonly number[])[], k: number): { low: number; width: number } | null {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const target of targets) {
    low = Math.min(low, target[k]!);
    high = Math.max(high, target[k]!);
  }
  const width = high - low;
  return width > 0 && Number.isFinite(width) ? { low, width } : null;
}

function momentsOf(
  of: Scalarisation["of"],
  draws: readonly (readonly number[])[],
  mean: ArrayLike<number>,
  std: ArrayLike<number>,
): { mean: number; std: number } {
  const targets = new Float64Array(mean.length);
  const values = new Float64Array(2 * draws.length);
  for (const [i, draw] of draws.entries()) {
    for (const sign of [0, 1]) {
      for (let k = 0; k < targets.length; k++) {
        targets[k] = mean[k]! + (sign === 0 ? draw[k]! : -draw[k]!) * std[k]!;
      }
      values[2 * i + sign] = of(targets);
    }
  }
  let sum = 0;
  for (const value of values) sum += value / values.length;
  let squares = 0;
  for (const value of values) squares += (value - sum) ** 2 / values.length;
  return { mean: sum, std: Math.sqrt(squares) };
}
