import type { Point } from "../../core/algorithm.ts";
import { cellOf, levelAt } from "../../core/dimension.ts";
import type { Rng } from "../../core/rng.ts";
import { choleskyInPlace } from "../../math/linear-algebra.ts";
import { normalCdf, normalQuantile } from "../../math/normal.ts";
import { type Gaussian, standardNormal } from "./gaussian.ts";
import { type Layout, orderedAt } from "./layout.ts";

/**
 * The step that a point of the log stands for. CMA-ES with margin updates with the unsnapped sample, but a log holds the
 * level alone, and an inactive coordinate holds nothing. So they are drawn again, given the coordinates that are known:
 * continuous ones fix their part of z = L⁻¹ y; an ordered one is drawn within its cell; an inactive one freely, so
 * that it is neutral to the update. Coordinate after coordinate this is exact for continuous and inactive ones, and
 * importance sampling without its weights for several ordered ones (Geweke 1991).
 */

/** `mean`, `stretch`: with margin (see margin.ts). `rng`: of the trial, the same at each replay. Returns d values. */
export function recoverStep(
  state: Gaussian,
  layout: Layout,
  { mean, stretch }: { mean: Float64Array; stretch: Float64Array },
  point: Point,
  rng: Rng,
): Float64Array {
  const { d, sigma } = state;
  const known = layout.normal.map((dimension) => point[dimension]!);
  const { order, l } = conditioningOrder(state, known);
  const z = new Float64Array(d);
  const y = new Float64Array(d);
  for (let row = 0; row < d; row++) {
    const i = order === null ? row : order[row]!;
    let given = 0;
    if (!state.diagonal) for (let k = 0; k < row; k++) given += l[row * d + k]! * z[k]!;
    const root = l[row * d + row]!;
    const coordinate = known[i] ?? null;
    const ordered = orderedAt(layout, i);
    if (coordinate === null) z[row] = standardNormal(rng);
    else if (ordered === null) z[row] = ((coordinate - mean[i]!) / sigma - given) / root;
    else {
      const level = levelAt(ordered, coordinate);
      const cell = cellOf(ordered, level);
      const unit = sigma * stretch[i]!;
      // Border cells take everything beyond them: samples are snapped to the nearest level.
      const low = level === 0 ? Number.NEGATIVE_INFINITY : (cell.low - mean[i]!) / unit;
      const high = level === ordered.levels - 1 ? Number.POSITIVE_INFINITY : (cell.high - mean[i]!) / unit;
      z[row] = drawBetween((low - given) / root, (high - given) / root, rng);
    }
    y[i] = given + root * z[row]!;
  }
  return y;
}

/** Active coordinates first, and the Cholesky factor of C in that order; null: the order is that of the layout. */
function conditioningOrder(
  { d, c, l, diagonal }: Gaussian,
  known: readonly (number | null)[],
): { order: readonly number[] | null; l: Float64Array } {
  if (diagonal || known.every((coordinate) => coordinate !== null)) return { order: null, l };
  const all = known.map((_, i) => i);
  const order = [...all.filter((i) => known[i] !== null), ...all.filter((i) => known[i] === null)];
  const permuted = new Float64Array(d * d);
  for (let row = 0; row < d; row++) {
    for (let column = 0; column <= row; column++)
      permuted[row * d + column] = c[order[row]! * d + order[column]!]!;
  }
  return choleskyInPlace(permuted, d) ? { order, l: permuted } : { order: null, l };
}

/** A standard normal number between two bounds; in the far tails the bound that is nearer to 0. */
function drawBetween(low: number, high: number, rng: Rng): number {
  const u = rng();
  // Upper tails are mirrored, because probabilities near 1 have no digits left.
  if (low > 0) return -drawBelow(-high, -low, u);
  return drawBelow(low, high, u);
}

function drawBelow(low: number, high: number, u: number): number {
  const from = normalCdf(low);
  const to = normalCdf(high);
  const p = from + u * (to - from);
  if (!(to > from) || p <= 0 || p >= 1) return Math.abs(low) < Math.abs(high) ? low : high;
  return Math.min(high, Math.max(low, normalQuantile(p)));
}
