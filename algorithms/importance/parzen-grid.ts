import { normalCdf } from "../../math/normal.ts";

/**
 * A Parzen estimate on a grid of G equal cells, as PED-ANOVA needs it (Watanabe, Bansal & Hutter 2023, section 4).
 *
 * counts: G weights of observations. n: their sum. h: bandwidth in cells, by Scott's rule with the smaller of standard
 * deviation and IQR / 1.34, floored at half a cell over 1.64. Each kernel is a normal around a cell, integrated over
 * cells and cut off at the grid's ends. One more kernel of weight 1, as wide as the grid, keeps every cell positive.
 */

const SCOTT = 1.059;
const IQR_TO_STD = 1.34;
const LEAST_BANDWIDTH = 0.5 / 1.64;

/** Probabilities of the cells, given the weights of observations in them. */
export type GridDensity = (counts: Float64Array) => Float64Array;

export function createParzen(cells: number): GridDensity {
  const wide = new Float64Array(cells);
  addKernel(wide, edgeTable(cells, cells, cells % 2 === 0 ? -0.5 : 0), (cells - 1) / 2, 1);
  return (counts) => {
    const n = counts.reduce((sum, count) => sum + count, 0);
    const density = wide.map((value) => value / (n + 1));
    if (n === 0) return density;
    const table = edgeTable(bandwidthOf(counts, n), cells, 0);
    for (let cell = 0; cell < cells; cell++) {
      if (counts[cell]! > 0) addKernel(density, table, cell, counts[cell]! / (n + 1));
    }
    return density;
  };
}

/** For choices: the shares with one observation's weight spread over all of them. */
export function choiceShares(counts: Float64Array): Float64Array {
  const n = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => (count + 1 / counts.length) / (n + 1));
}

/** Normal distribution function at the edges of cells around a kernel whose centre lies `shift` beside a cell's. */
function edgeTable(bandwidth: number, cells: number, shift: number): Float64Array {
  const table = new Float64Array(2 * cells);
  for (let step = 0; step < cells; step++) {
    const above = normalCdf((step + 0.5 - shift) / bandwidth);
    // Edges lie symmetrically about the centre, from -(cells - 1/2) to cells - 1/2, or half a cell beside that.
    table[cells + step] = above;
    table[cells - 1 - step] = shift === 0 ? 1 - above : normalCdf((-step - 0.5 - shift) / bandwidth);
  }
  return table;
}

function addKernel(density: Float64Array, table: Float64Array, centre: number, weight: number): void {
  const cells = density.length;
  // Entry j of the table is the edge at centre + shift + j - cells + 1/2; this one is the lower edge of cell 0.
  const first = cells - Math.ceil(centre) - 1;
  const scale = weight / (table[first + cells]! - table[first]!);
  for (let cell = 0; cell < cells; cell++) {
    density[cell]! += scale * (table[first + cell + 1]! - table[first + cell]!);
  }
}

function bandwidthOf(counts: Float64Array, n: number): number {
  let sum = 0;
  for (let cell = 0; cell < counts.length; cell++) sum += counts[cell]! * cell;
  const mean = sum / n;
  let squares = 0;
  for (let cell = 0; cell < counts.length; cell++) squares += counts[cell]! * (cell - mean) ** 2;
  const std = Math.sqrt(squares / Math.max(1, n - 1));
  const iqr = quantileOf(counts, 0.75 * n) - quantileOf(counts, 0.25 * n);
  return Math.max(LEAST_BANDWIDTH, SCOTT * Math.min(iqr / IQR_TO_STD, std) * n ** -0.2);
}

/** The cell in which the running sum of weights reaches `mass`. */
function quantileOf(counts: Float64Array, mass: number): number {
  let reached = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    reached += counts[cell]!;
    if (reached >= mass) return cell;
  }
  return counts.length - 1;
}
