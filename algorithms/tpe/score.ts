import { fastExp } from "./fast-exp.ts";

/**
 * The log density of a mixture of product kernels at a block of candidates: the one hot loop of TPE.
 *
 * n: kernels. m: candidates. N, M, T: smooth, stepped and categorical columns.
 * a_jc = ln w_j + Σ_k ln kernel_jk(x_c), summed as ln w_j + rowNorm_j - Σ_k ((x_ck - mu_jk) / (√2 sigma_jk))² + Σ …,
 * so that a pair costs one exp however many columns it has. peak_c: the largest a_jc so far, sum_c = Σ_j exp(a_jc - peak_c).
 * Terms after the norm are <= 0, so a pair is left as soon as a_jc < peak_c - ln n - 20: all that is left out is below
 * exp(-20) ~ 2e-9 of the sum.
 */

export interface Kernels {
  /** Rows of the kernels, ascending: the first `size` entries. */
  readonly rows: Int32Array;
  readonly size: number;
  /** rows × 2N: mu, 1 / (√2 sigma). */
  readonly shape: Float64Array;
  /** By row: Σ over smooth columns of the log normalisers. */
  readonly rowNorm: Float64Array;
  /** rows × M: number of the distinct (level, sigma) in its column. */
  readonly steppedKernel: Int32Array;
  /** rows × T. */
  readonly choice: Int32Array;
}

export interface Block {
  /** m */
  readonly size: number;
  /** m × N. */
  readonly smooth: Float64Array;
  /** m × M: which of the block's distinct levels of the column. */
  readonly level: Int32Array;
  /** m × T. */
  readonly choice: Int32Array;
}

/** What a column of kernels is worth at the block's values. */
export interface Tables {
  /** Per stepped column: distinct kernels × `levels`, the log mass of the level's cell; NaN: ask `mass`. */
  readonly masses: readonly Float64Array[];
  /** Per stepped column: distinct levels in the block. */
  readonly levels: readonly number[];
  mass(column: number, kernel: number, level: number): number;
  /** m × T: log probability under a kernel of the same choice and of another one. */
  readonly own: Float64Array;
  readonly other: Float64Array;
}

const MARGIN = 20;
/** Candidates that are told apart from far kernels together. */
const TILE = 6;

/** `logWeights`: n, in the order of `rows`. `logPrior`: m, the prior kernel's term with its weight. Returns m. */
export function logMixture(
  kernels: Kernels,
  block: Block,
  tables: Tables,
  logWeights: Float64Array,
  logPrior: Float64Array,
): Float64Array {
  const peak = Float64Array.from(logPrior);
  const sum = new Float64Array(block.size).fill(1);
  const N = block.smooth.length / block.size;
  // Neighbours along one coordinate are likely to be neighbours along the others: they come from few kernels.
  const order = Array.from(peak.keys());
  if (N > 0) order.sort((a, b) => block.smooth[a * N]! - block.smooth[b * N]! || a - b);
  for (let first = 0; first < order.length; first += TILE) {
    const tile = Int32Array.from(order.slice(first, first + TILE));
    addKernels(kernels, block, tables, logWeights, tile, peak, sum);
  }
  for (let c = 0; c < peak.length; c++) peak[c]! += Math.log(sum[c]!);
  return peak;
}

/** Adds every kernel's term to `peak` and `sum` of the candidates in `tile`. */
function addKernels(
  { rows, size, shape, rowNorm, steppedKernel, choice }: Kernels,
  block: Block,
  tables: Tables,
  logWeights: Float64Array,
  tile: Int32Array,
  peak: Float64Array,
  sum: Float64Array,
): void {
  const { smooth, level: blockLevel, choice: blockChoice } = block;
  const N = smooth.length / block.size;
  const M = blockLevel.length / block.size;
  const T = blockChoice.length / block.size;
  const { masses, levels, own, other } = tables;
  const box = boxOf(smooth, N, tile);
  const margin = MARGIN + Math.log(size + 1);
  const limits = Float64Array.from(tile, (c) => peak[c]! - margin);
  const lowest = limits.reduce((least, limit) => Math.min(least, limit), Number.POSITIVE_INFINITY);
  for (let i = 0; i < size; i++) {
    const row = rows[i]!;
    const start = logWeights[i]! + rowNorm[row]!;
    const at = row * 2 * N;
    let reach = start;
    for (let k = 0; k < N && reach > lowest; k++) {
      const mu = shape[at + 2 * k]!;
      const low = box[2 * k]!;
      const high = box[2 * k + 1]!;
      const gap = (mu < low ? low - mu : mu > high ? mu - high : 0) * shape[at + 2 * k + 1]!;
      reach -= gap * gap;
    }
    if (reach <= lowest) continue;
    for (let place = 0; place < tile.length; place++) {
      const c = tile[place]!;
      const limit = limits[place]!;
      let a = start;
      const x = c * N;
      for (let k = 0; k < N && a > limit; k++) {
        const z = (smooth[x + k]! - shape[at + 2 * k]!) * shape[at + 2 * k + 1]!;
        a -= z * z;
      }
      for (let t = 0; t < T && a > limit; t++) {
        const pair = c * T + t;
        a += choice[row * T + t] === blockChoice[pair] ? own[pair]! : other[pair]!;
      }
      for (let t = 0; t < M && a > limit; t++) {
        const kernel = steppedKernel[row * M + t]!;
        const level = blockLevel[c * M + t]!;
        const entry = kernel * levels[t]! + level;
        let mass = masses[t]![entry]!;
        if (Number.isNaN(mass)) {
          mass = tables.mass(t, kernel, level);
          masses[t]![entry] = mass;
        }
        a += mass;
      }
      if (a <= limit) continue;
      const top = peak[c]!;
      if (a > top) {
        sum[c] = sum[c]! * fastExp(top - a) + 1;
        peak[c] = a;
        limits[place] = a - margin;
      } else {
        sum[c]! += fastExp(a - top);
      }
    }
  }
}

/** N × (least, largest) of the tile's smooth coordinates. */
function boxOf(smooth: Float64Array, N: number, tile: Int32Array): Float64Array {
  const box = new Float64Array(2 * N);
  for (let k = 0; k < N; k++) {
    box[2 * k] = Number.POSITIVE_INFINITY;
    box[2 * k + 1] = Number.NEGATIVE_INFINITY;
    for (const c of tile) {
      box[2 * k] = Math.min(box[2 * k]!, smooth[c * N + k]!);
      box[2 * k + 1] = Math.max(box[2 * k + 1]!, smooth[c * N + k]!);
    }
  }
  return box;
}
