import { createPosterior, type GpData } from "../../math/gp/model.ts";
import { fitHyperparameters } from "./fit.ts";
import type { HyperPrior } from "./prior.ts";
import { WARPS, type WarpName, warp } from "./warp.ts";

/**
 * Which output warp predicts best, by leave-one-out. Half-rank wins unless another is clearly better: it needs no
 * assumption about the losses and did best over all problems that were measured.
 */

/** By how much another warp's density must be larger than half-rank's: ln, in all and for each trial of the better half. */
const MARGIN = 2;
const MARGIN_EACH = 0.05;

/** The m observations that are fitted, with these n targets. */
type DataWith = (targets: Float64Array) => GpData;

/**
 * `values`: n losses. `indices`: those of the m that `data` holds. The density is that of the losses of the better half,
 * in the losses' own unit, so that warps can be compared: ln p(target | all others) + ln of the warp's slope.
 */
export function chooseWarp(
  data: DataWith,
  indices: readonly number[],
  values: Float64Array,
  prior: HyperPrior,
): WarpName {
  let chosen: WarpName = "half-rank";
  let best = Number.NaN;
  for (const name of WARPS) {
    const density = predictiveDensity(name, data, indices, values, prior);
    if (density === null) continue;
    if (name === "half-rank") best = density.value + MARGIN + MARGIN_EACH * density.count;
    else if (density.value > best) [chosen, best] = [name, density.value];
  }
  return chosen;
}

function predictiveDensity(
  name: WarpName,
  data: DataWith,
  indices: readonly number[],
  values: Float64Array,
  prior: HyperPrior,
): { value: number; count: number } | null {
  const warped = warp(name, values);
  if (warped === null) return null;
  const gp = data(warped.targets);
  const posterior = createPosterior(gp, fitHyperparameters(gp, prior).theta);
  const better = indices.flatMap((index, row) => (Number.isNaN(warped.logSlope[index]!) ? [] : [row]));
  const { n } = gp;
  const units = new Float64Array(better.length * n);
  for (const [i, row] of better.entries()) units[i * n + row] = 1;
  const inverse = posterior.solve(units);
  const alpha = posterior.solve(gp.y);
  let value = 0;
  for (const [i, row] of better.entries()) {
    const precision = inverse[i * n + row]!;
    value += 0.5 * (Math.log(precision) - alpha[row]! ** 2 / precision) + warped.logSlope[indices[row]!]!;
  }
  return { value, count: better.length };
}
