import type { Dimension, Problem } from "../../core/algorithm.ts";
import { levelAt, positionOf } from "../../core/dimension.ts";
import type { Rng } from "../../core/rng.ts";
import { truncatedUnitNormalQuantile } from "../../math/normal.ts";
import { fromUniform } from "../draw.ts";
import type { Columns } from "./columns.ts";
import { type Density, WIDE_PRIOR } from "./density.ts";
import { choiceProbabilities, type Values } from "./evaluate.ts";
import type { TrialTable } from "./table.ts";
import type { Weights } from "./weights.ts";

export interface Drawn {
  values: Values;
  /** The observation whose kernel it was drawn from; null: the prior. */
  row: number | null;
}

/** One draw from the mixture: a kernel by weight, then each coordinate from it. Takes 1 + |members| uniforms. */
export function drawFrom(
  problem: Problem,
  columns: Columns,
  members: readonly number[],
  table: TrialTable,
  density: Density,
  weights: Weights,
  rng: Rng,
): Drawn {
  const row = pickKernel(density, weights, rng());
  const columnOf = new Map([...columns.smooth, ...columns.stepped].map((index, column) => [index, column]));
  const values = members.map((index) => {
    const dimension = problem.dimensions[index]!;
    const u = rng();
    if (row === null) return drawFromPrior(dimension, u);
    const centre = table.coordinates[row * table.dimensions + index]!;
    if (dimension.kind === "categorical") {
      return drawChoice(dimension, centre, weights.prior, density.size, u);
    }
    return drawAround(dimension, centre, density.sigma(row, columnOf.get(index)!), u);
  });
  return { values, row };
}

function pickKernel({ rows, size }: Density, { observations, prior }: Weights, u: number): number | null {
  let rest = u * observations.reduce((sum, weight) => sum + weight, prior);
  for (let i = 0; i < size; i++) {
    rest -= observations[i]!;
    if (rest < 0) return rows[i]!;
  }
  return null;
}

function drawFromPrior(dimension: Dimension, u: number): number {
  if (dimension.kind === "categorical") return fromUniform(dimension, u);
  const { mean, std } = dimension.prior ?? WIDE_PRIOR;
  return drawAround(dimension, mean, std, u);
}

function drawAround(
  dimension: Exclude<Dimension, { kind: "categorical" }>,
  centre: number,
  sigma: number,
  u: number,
): number {
  const x = truncatedUnitNormalQuantile(u, centre, sigma);
  return dimension.kind === "continuous" ? x : positionOf(dimension, levelAt(dimension, x));
}

function drawChoice(
  dimension: Extract<Dimension, { kind: "categorical" }>,
  centre: number,
  priorWeight: number,
  observations: number,
  u: number,
): number {
  const { own, other } = choiceProbabilities(dimension, priorWeight, observations);
  let rest = u;
  for (let choice = 0; choice < dimension.choices; choice++) {
    rest -= choice === centre ? own(choice) : other(choice);
    if (rest < 0) return choice;
  }
  return centre;
}
