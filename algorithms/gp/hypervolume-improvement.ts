import { type Boxes, nonDominatedBoxes } from "../../math/boxes.ts";
import { createLogImprovements, logExpectedImprovement } from "../../math/expected-improvement.ts";
import { log1mexp, logNormalCdf, logNormalPdf, logSumExp } from "../../math/normal-tails.ts";
import type { Criterion, Slopes } from "./acquisition.ts";

/**
 * What a point is expected to add to a Pareto front, for m objectives with independent posteriors.
 *
 * r: reference point. Box b: lower and upper corner of a part of the region that the front leaves open.
 * EI_k(t) = E[max(0, t - Y_k)]. The volume that Y adds within box b is the product over k of
 * max(0, upper_k - max(lower_k, Y_k)), whose expectation is the product of EI_k(upper_k) - EI_k(lower_k).
 */

/**
 * ln of the expected hypervolume improvement, exact up to rounding (Yang et al. 2019), in the log domain as Ament et al.
 * (2023) have it for one objective. `front`: losses; only those below the reference count.
 */
export function hypervolumeImprovement(
  front: readonly (readonly number[])[],
  reference: readonly number[],
): Criterion {
  const boxes = nonDominatedBoxes(front, reference);
  const { count, m } = boxes;
  const sides = sidesOf(boxes);
  const lengthsOf = sides.map(lengthsOfSides);
  const logs = new Float64Array(count);
  return (mean, std, slopes) => {
    const lengths = lengthsOf.map((of, k) => of(mean[k]!, std[k]!));
    for (let b = 0; b < count; b++) {
      let sum = 0;
      for (let k = 0; k < m; k++) sum += lengths[k]![sides[k]!.of[b]!]!;
      logs[b] = sum;
    }
    const total = logSumExp(logs);
    if (!slopes) return total;
    const { dMean, dStd } = slopes;
    dMean.fill(0);
    dStd.fill(0);
    if (total === Number.NEGATIVE_INFINITY) return total;
    const changes = sides.map((side, k) => slopesOfLengths(side, mean[k]!, std[k]!));
    for (let b = 0; b < count; b++) {
      const share = Math.exp(logs[b]! - total);
      if (share < 1e-12) continue;
      for (let k = 0; k < m; k++) {
        dMean[k]! += share * changes[k]!.dMean[sides[k]!.of[b]!]!;
        dStd[k]! += share * changes[k]!.dStd[sides[k]!.of[b]!]!;
      }
    }
    return total;
  };
}

/**
 * ln of the expected improvement of the Chebyshev scalarisation max_k w_k (Y_k - ideal_k) on `best`, for any number of
 * objectives (Knowles 2006, ParEGO; here on the objectives' own models). The integral of P(scalarisation <= t) over
 * t < best, on points that lie denser towards best. `weights`: m positive numbers.
 */
export function scalarisedImprovement(
  weights: readonly number[],
  ideal: readonly number[],
  best: number,
): Criterion {
  const m = weights.length;
  const logs = new Float64Array(NODES);
  const rises = new Float64Array(NODES * m);
  const heights = new Float64Array(NODES * m);
  return (mean, std, slopes) => {
    for (let j = 0; j < NODES; j++) {
      const v = FIRST_NODE + j * NODE_STEP;
      const t = best - Math.exp(v);
      // dt = exp(v) dv.
      logs[j] = v + Math.log(NODE_STEP);
      for (let k = 0; k < m; k++) {
        const z = (t / weights[k]! + ideal[k]! - mean[k]!) / std[k]!;
        const p = logNormalCdf(z);
        logs[j]! += p;
        rises[j * m + k] = Math.exp(logNormalPdf(z) - p);
        heights[j * m + k] = z;
      }
    }
    const total = logSumExp(logs);
    if (!slopes) return total;
    const { dMean, dStd } = slopes;
    dMean.fill(0);
    dStd.fill(0);
    if (total === Number.NEGATIVE_INFINITY) return total;
    for (let j = 0; j < NODES; j++) {
      const share = Math.exp(logs[j]! - total);
      for (let k = 0; k < m; k++) {
        const slope = (share * rises[j * m + k]!) / std[k]!;
        dMean[k]! -= slope;
        dStd[k]! -= slope * heights[j * m + k]!;
      }
    }
    return total;
  };
}

/** ln of the distances from `best` where the integral has its points: from a hundred-thousandth to five deviations. */
const NODES = 24;
const FIRST_NODE = Math.log(1e-5);
const LAST_NODE = Math.log(5);
const NODE_STEP = (LAST_NODE - FIRST_NODE) / (NODES - 1);

/**
 * Boxes along one objective: the distinct edges, and the distinct sides that lie between them. `from`, `to`: which edge is
 * the lower and the upper end of each side, `from` -1 where a side has no lower end. `of`: which side each box has.
 */
interface Sides {
  edges: Float64Array;
  from: number[];
  to: number[];
  of: Int32Array;
}

function sidesOf({ count, m, lower, upper }: Boxes): Sides[] {
  return Array.from({ length: m }, (_, k) => {
    const edgeAt = new Map<number, number>([[Number.NEGATIVE_INFINITY, -1]]);
    const sideAt = new Map<string, number>();
    const edges: number[] = [];
    const [froms, tos, of] = [[] as number[], [] as number[], new Int32Array(count)];
    const edge = (value: number): number => {
      if (!edgeAt.has(value)) edgeAt.set(value, edges.push(value) - 1);
      return edgeAt.get(value)!;
    };
    for (let b = 0; b < count; b++) {
      const [from, to] = [edge(lower[b * m + k]!), edge(upper[b * m + k]!)];
      const key = `${from},${to}`;
      if (!sideAt.has(key)) {
        sideAt.set(key, froms.push(from) - 1);
        tos.push(to);
      }
      of[b] = sideAt.get(key)!;
    }
    return { edges: Float64Array.from(edges), from: froms, to: tos, of };
  });
}

/** ln(EI(upper) - EI(lower)) of each side as a function of mean and std, which fills the same array each time. */
function lengthsOfSides({ edges, from: froms, to: tos }: Sides): (mean: number, std: number) => Float64Array {
  const improvementsOn = createLogImprovements();
  const means = new Float64Array(edges.length);
  const stds = new Float64Array(1);
  const logs = new Float64Array(edges.length);
  const lengths = new Float64Array(tos.length);
  return (mean, std) => {
    means.fill(mean);
    stds[0] = std;
    improvementsOn(means, stds, edges, logs);
    for (let i = 0; i < tos.length; i++) {
      const [from, to] = [froms[i]!, tos[i]!];
      lengths[i] = from < 0 ? logs[to]! : logs[to]! + log1mexp(gapOf(logs[from]!, logs[to]!));
    }
    return lengths;
  };
}

/** Derivatives of the same. */
function slopesOfLengths({ edges, from: froms, to: tos }: Sides, mean: number, std: number): Slopes {
  const improvements = Array.from(edges, (edge) => logExpectedImprovement(mean, std, edge));
  const dMean = new Float64Array(tos.length);
  const dStd = new Float64Array(tos.length);
  for (let i = 0; i < tos.length; i++) {
    const to = improvements[tos[i]!]!;
    const from = improvements[froms[i]!];
    // d ln(a - b) = (a d ln a - b d ln b) / (a - b).
    const ratio = from === undefined ? 0 : Math.exp(gapOf(from.value, to.value));
    dMean[i] = from === undefined ? to.dMean : (to.dMean - ratio * from.dMean) / (1 - ratio);
    dStd[i] = from === undefined ? to.dStd : (to.dStd - ratio * from.dStd) / (1 - ratio);
  }
  return { dMean, dStd };
}

/** ln(EI(lower) / EI(upper)), below 0 also where rounding would hide it. */
function gapOf(from: number, to: number): number {
  return Math.min(from - to, -1e-15);
}
