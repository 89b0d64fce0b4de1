import type { Dimension, Problem, UnitPrior } from "../../core/algorithm.ts";
import { cellOf, levelAt, type Ordered } from "../../core/dimension.ts";
import { logDiffNormalCdf } from "../../math/normal-tails.ts";
import type { Columns } from "./columns.ts";
import { createDistinctKernels, type DistinctKernels } from "./distinct-kernels.ts";
import type { Kernels } from "./score.ts";
import { createSortedRows } from "./sorted-rows.ts";
import { grown, type TrialTable } from "./table.ts";
import { logMassInside } from "./unit-mass.ts";

/**
 * The kernels of one density over one group's coordinates, kept up to date as observations come and go.
 *
 * n: observations. mu_jk, sigma_jk: centre and bandwidth of kernel j along coordinate k: a Normal cut off to [0, 1], of
 * which Z_jk lies inside. sigma_jk is the larger gap to a neighbour (sorted-rows.ts) within [least(n), 1], or uniform(n).
 *
 * Everything is a function of the set of observations alone, in whatever order they came.
 */

const LOG_SQRT_2PI = 0.5 * Math.log(2 * Math.PI);
/** Changes beyond this share of the observations are cheaper done by sorting everything again. */
const REBUILD_SHARE = 1 / 8;

export interface Density extends Kernels {
  /** Columns in the order of sigmas: smooth ones, then stepped ones. */
  sigma(row: number, column: number): number;
  /** The distinct kernels of each stepped column. */
  readonly distinct: readonly DistinctKernels[];
  /** Adds the rows that are not observations yet and removes the others. */
  toggle(rows: readonly number[]): void;
  /** Forgets every observation; must come before coordinates of its rows change. */
  clear(): void;
}

/** Bandwidths as a function of the number of observations, in (0, 1]: of all kernels, or the least of gaps to neighbours. */
export type KernelWidths =
  | { uniform(observations: number): number }
  | { least(observations: number): number };

export function createDensity(
  { dimensions }: Problem,
  { smooth, stepped, categorical }: Columns,
  table: TrialTable,
  widths: KernelWidths,
): Density {
  const widthOf = "uniform" in widths ? widths.uniform : widths.least;
  const follows = "least" in widths;
  const N = smooth.length;
  const M = stepped.length;
  const T = categorical.length;
  const scalar = [...smooth, ...stepped];
  const S = scalar.length;
  const coordinate = (row: number, index: number) => table.coordinates[row * table.dimensions + index]!;
  const sorted = scalar.map((index) => createSortedRows((row) => coordinate(row, index)));
  const distinct = stepped.map(() => createDistinctKernels());

  let capacity = 0;
  let present = new Uint8Array(0);
  let sigmas = new Float64Array(0);
  let shape = new Float64Array(0);
  let norms = new Float64Array(0);
  let rowNorm = new Float64Array(0);
  let steppedKernel = new Int32Array(0);
  let choice = new Int32Array(0);
  let rows = new Int32Array(64);
  let size = 0;
  let width = 1;

  const reserve = (): void => {
    if (table.size <= capacity) return;
    capacity = Math.max(64, 2 * table.size);
    present = grown(present, capacity);
    sigmas = grown(sigmas, capacity * S);
    shape = grown(shape, capacity * 2 * N);
    norms = grown(norms, capacity * N);
    rowNorm = grown(rowNorm, capacity);
    steppedKernel = grown(steppedKernel, capacity * M);
    choice = grown(choice, capacity * T);
  };

  const refresh = (s: number, position: number): void => {
    if (position < 0 || position >= sorted[s]!.size) return;
    const row = sorted[s]!.order[position]!;
    const sigma = follows ? Math.min(1, Math.max(width, sorted[s]!.gap(position))) : width;
    sigmas[row * S + s] = sigma;
    const mu = coordinate(row, scalar[s]!);
    if (s >= N) {
      const level = levelAt(dimensions[scalar[s]!] as Ordered, mu);
      steppedKernel[row * M + s - N] = distinct[s - N]!.idOf(level, mu, sigma);
      return;
    }
    shape[row * 2 * N + 2 * s] = mu;
    shape[row * 2 * N + 2 * s + 1] = Math.SQRT1_2 / sigma;
    norms[row * N + s] = logNormaliser(mu, sigma);
    let total = 0;
    for (let k = 0; k < N; k++) total += norms[row * N + k]!;
    rowNorm[row] = total;
  };

  const enter = (row: number): void => {
    present[row] = 1;
    categorical.forEach((index, t) => {
      choice[row * T + t] = coordinate(row, index);
    });
  };

  const change = (row: number): void => {
    const adds = present[row] === 0;
    if (adds) enter(row);
    else present[row] = 0;
    for (let s = 0; s < S; s++) {
      const position = adds ? sorted[s]!.insert(row) : sorted[s]!.remove(row);
      refresh(s, position - 1);
      refresh(s, position);
      if (adds) refresh(s, position + 1);
    }
  };

  const rebuild = (): void => {
    for (const kernels of distinct) kernels.clear();
    const members = rows.subarray(0, size);
    for (let s = 0; s < S; s++) {
      sorted[s]!.reset(members);
      for (let position = 0; position < size; position++) refresh(s, position);
    }
  };

  const replaceRows = (toggled: readonly number[]): void => {
    const leaving = new Set(toggled.filter((row) => present[row] === 1));
    const entering = toggled.filter((row) => !leaving.has(row)).sort((a, b) => a - b);
    const merged = new Int32Array(Math.max(rows.length, 2 * (size + entering.length)));
    let next = 0;
    let count = 0;
    for (let i = 0; i < size; i++) {
      const row = rows[i]!;
      while (next < entering.length && entering[next]! < row) merged[count++] = entering[next++]!;
      if (!leaving.has(row)) merged[count++] = row;
    }
    while (next < entering.length) merged[count++] = entering[next++]!;
    rows = merged;
    size = count;
  };

  return {
    get rows() {
      return rows;
    },
    get size() {
      return size;
    },
    get shape() {
      return shape;
    },
    get rowNorm() {
      return rowNorm;
    },
    get steppedKernel() {
      return steppedKernel;
    },
    get choice() {
      return choice;
    },
    distinct,
    sigma: (row, column) => sigmas[row * S + column]!,
    toggle(toggled) {
      if (toggled.length === 0) return;
      reserve();
      replaceRows(toggled);
      const before = width;
      width = widthOf(size);
      const crowded = distinct.some((kernels) => kernels.size > 2 * size + 256);
      if (width === before && !crowded && toggled.length <= 4 + size * REBUILD_SHARE) {
        for (const row of toggled) change(row);
        return;
      }
      for (const row of toggled) {
        if (present[row] === 1) present[row] = 0;
        else enter(row);
      }
      rebuild();
    },
    clear() {
      present.fill(0);
      size = 0;
      width = 1;
      rebuild();
    },
  };
}

/** ln of what the density's exponential is multiplied with: 1 / (sigma √(2π) Z). */
function logNormaliser(mu: number, sigma: number): number {
  return -Math.log(sigma) - LOG_SQRT_2PI - logMassInside(mu, sigma);
}

/** Where the user gave none: centred and as wide as the range. */
export const WIDE_PRIOR: UnitPrior = { mean: 0.5, std: 1 };

/** ln of the prior's density at u; for a level, of its mass. */
export function logPriorOf(dimension: Dimension, u: number, asDensity: boolean): number {
  if (dimension.kind === "categorical") return Math.log(dimension.weights?.[u] ?? 1 / dimension.choices);
  const { mean, std } = dimension.prior ?? WIDE_PRIOR;
  if (dimension.kind === "ordered" && !asDensity) {
    const { low, high } = cellOf(dimension, levelAt(dimension, u));
    return logDiffNormalCdf((low - mean) / std, (high - mean) / std) - logMassInside(mean, std);
  }
  const z = (u - mean) / std;
  return -0.5 * z * z + logNormaliser(mean, std);
}
