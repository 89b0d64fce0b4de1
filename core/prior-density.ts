import type { PriorPlot } from "./charts.ts";
import { createCodec, type SearchedParameter } from "./codec.ts";
import { type Ordered, positionOf } from "./dimension.ts";

/** Points of a numeric parameter's prior, and choices of another's. */
const POINTS = 60;
const MOST_CHOICES = 200;

/**
 * A parameter's prior to be plotted. Numbers: the density over the parameter's own scale, 1 on average, so that a prior
 * that is even on a log scale is flat on a log axis. Categorical and ordinal: the probability of each value.
 *
 * u: coordinate in [0, 1]. z: (u - mean) / std of a Normal prior.
 */
export function priorPlot(parameter: SearchedParameter): PriorPlot {
  const { name } = parameter;
  const { dimension, decode } = createCodec(parameter);
  if (parameter.type === "categorical" || parameter.type === "ordinal") {
    const values = parameter.type === "categorical" ? parameter.choices : parameter.values;
    const weights = dimension.kind === "categorical" ? dimension.weights : undefined;
    const points = values.map(
      (value, index) => [value, weights?.[index] ?? 1 / values.length] as PriorPlot["points"][number],
    );
    return { name, points: points.slice(0, MOST_CHOICES) };
  }
  const coordinates = dimension.kind === "ordered" ? levelsOf(dimension) : evenly();
  const prior = dimension.kind === "categorical" ? undefined : dimension.prior;
  const weights = coordinates.map((u) => (prior ? Math.exp(-0.5 * ((u - prior.mean) / prior.std) ** 2) : 1));
  const average = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return { name, points: coordinates.map((u, index) => [decode(u), weights[index]! / average]) };
}

function evenly(): number[] {
  return Array.from({ length: POINTS }, (_, index) => index / (POINTS - 1));
}

function levelsOf(dimension: Ordered): number[] {
  const count = Math.min(POINTS, dimension.levels);
  const stride = count > 1 ? (dimension.levels - 1) / (count - 1) : 0;
  return Array.from({ length: count }, (_, index) => positionOf(dimension, Math.round(index * stride)));
}
