import { type Kernel, kernel } from "../../math/wasm/kernel.ts";

/**
 * The log density of a mixture of product kernels at a block of candidates: the one hot loop of TPE.
 *
 * n: kernels. m: candidates; m': rounded up to even, for two go together. N, M, T: smooth, stepped and categorical columns.
 * a_jc = ln w_j + Σ_k ln kernel_jk(x_c), summed as ln w_j + rowNorm_j - Σ_k ((x_ck - mu_jk) / (√2 sigma_jk))² + Σ …,
 * so that a pair costs one exp however many columns it has. peak_c: the largest a_jc so far, sum_c = Σ_j exp(a_jc - peak_c).
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

/** Kernels that are summed at a time: what they need stays in the processor's cache. */
const CHUNK = 128;

/** `logWeights`: n, in the order of `rows`. `logPrior`: m, the prior kernel's term with its weight. Returns m. */
export function logMixture(
  kernels: Kernels,
  block: Block,
  tables: Tables,
  logWeights: Float64Array,
  logPrior: Float64Array,
): Float64Array {
  const m = block.size + (block.size % 2);
  const columnsOf = (matrix: ArrayLike<number>) => matrix.length / block.size;
  const [N, M, T] = [block.smooth, block.level, block.choice].map(columnsOf) as [number, number, number];
  const area = openArea(kernel(), m, N, T);
  area.peak.set(logPrior);
  area.sum.fill(1);
  transpose(block.smooth, N, m, area.x);
  transpose(block.choice, T, m, area.at);
  transpose(tables.own, T, m, area.own);
  transpose(tables.other, T, m, area.other);
  const best = Float64Array.from(logPrior);
  for (let first = 0; first < kernels.size; first += CHUNK) {
    const count = Math.min(CHUNK, kernels.size - first);
    copyKernels(kernels, logWeights, first, count, N, T, area);
    area.addSmooth(count);
    if (T > 0) area.addChoices(count);
    if (M > 0) addMasses(kernels, first, count, block.level, M, tables, m, area.a, best);
    area.addToSum(count);
  }
  return logPrior.map((_, c) => area.peak[c]! + Math.log(area.sum[c]!));
}

/** Room in the numeric kernel's memory, and what it does there with the first `count` kernels of a chunk. */
interface Area {
  /** CHUNK × m': a_jc. */
  a: Float64Array;
  /** CHUNK: ln w_j + rowNorm_j. */
  start: Float64Array;
  /** CHUNK × 2N, CHUNK × T: rows of the kernels' `shape` and `choice`. */
  shape: Float64Array;
  choice: Float64Array;
  /** N × m'. */
  x: Float64Array;
  /** T × m'. */
  at: Float64Array;
  own: Float64Array;
  other: Float64Array;
  /** m' */
  peak: Float64Array;
  sum: Float64Array;
  addSmooth(count: number): void;
  addChoices(count: number): void;
  addToSum(count: number): void;
}

function openArea(wasm: Kernel, m: number, N: number, T: number): Area {
  const sizes = [CHUNK * m, CHUNK, CHUNK * 2 * N, CHUNK * T, N * m, T * m, T * m, T * m, m, m];
  const addresses = wasm.scratch(...sizes);
  const views = addresses.map((address, index) => wasm.view(address, sizes[index]!));
  const [a, start, shape, choice, x, at, own, other, peak, sum] = views as TupleOf10<Float64Array>;
  const [atA, atStart, atShape, atChoice, atX, atAt, atOwn, atOther, atPeak, atSum] =
    addresses as TupleOf10<number>;
  return {
    ...{ a, start, shape, choice, x, at, own, other, peak, sum },
    addSmooth: (count) => wasm.normalTerms(atA, count, m, atStart, atShape, atX, N),
    addChoices: (count) => wasm.choiceTerms(atA, count, m, atChoice, atAt, atOwn, atOther, T),
    addToSum: (count) => wasm.addToLogSum(atA, count, m, atPeak, atSum),
  };
}

type TupleOf10<X> = [X, X, X, X, X, X, X, X, X, X];

/** From m × columns to columns × m', zeros in what is added. */
function transpose(matrix: ArrayLike<number>, columns: number, m: number, target: Float64Array): void {
  target.fill(0);
  for (let i = 0; i < matrix.length; i++) {
    target[(i % columns) * m + Math.floor(i / columns)] = matrix[i]!;
  }
}

function copyKernels(
  { rows, shape, rowNorm, choice }: Kernels,
  logWeights: Float64Array,
  first: number,
  count: number,
  N: number,
  T: number,
  area: Area,
): void {
  for (let i = 0; i < count; i++) area.start[i] = logWeights[first + i]! + rowNorm[rows[first + i]!]!;
  for (let i = 0; i < count; ) {
    const row = rows[first + i]!;
    let run = 1;
    while (i + run < count && rows[first + i + run] === row + run) run++;
    copyRows(shape, 2 * N, row, run, area.shape, i);
    copyRows(choice, T, row, run, area.choice, i);
    i += run;
  }
}

function copyRows(
  from: Float64Array | Int32Array,
  width: number,
  row: number,
  rows: number,
  to: Float64Array,
  place: number,
): void {
  to.set(from.subarray(width * row, width * (row + rows)), width * place);
}

/**
 * Logs of masses are not positive, so that a pair which has fallen to e^-DEEP of the best kernel's so far stays there; its
 * other masses are costly and not asked for. All such pairs together are lost in the sum's rounding.
 */
const DEEP = 37;

function addMasses(
  { rows, steppedKernel, size }: Kernels,
  first: number,
  count: number,
  level: Int32Array,
  M: number,
  tables: Tables,
  m: number,
  a: Float64Array,
  best: Float64Array,
): void {
  const depth = DEEP + Math.log(size);
  for (let i = 0; i < count; i++) {
    const row = rows[first + i]!;
    for (let c = 0; c < best.length; c++) {
      const floor = best[c]! - depth;
      let sum = a[i * m + c]!;
      for (let t = 0; t < M && sum > floor; t++) {
        sum += massAt(tables, t, steppedKernel[row * M + t]!, level[c * M + t]!);
      }
      a[i * m + c] = sum;
      if (sum > best[c]!) best[c] = sum;
    }
  }
}

function massAt({ masses, levels, mass }: Tables, column: number, kernel: number, level: number): number {
  const known = masses[column]!;
  const at = kernel * levels[column]! + level;
  const term = known[at]!;
  if (!Number.isNaN(term)) return term;
  const found = mass(column, kernel, level);
  known[at] = found;
  return found;
}
