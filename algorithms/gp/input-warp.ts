import { type GpData, logMarginalLikelihood, type Posterior } from "../../math/gp/model.ts";

/**
 * Input warps: a numeric column is stretched where the losses change fastest, as a user would have done by declaring
 * another scale. Snoek et al. (2014) fit Kumaraswamy's distribution function to each input; here a few such maps stand
 * for the family, and the likelihood chooses among them, so that few results cannot bend an input much.
 *
 * u: coordinate in [0, 1]. v: where it is moved to, also in [0, 1].
 */

interface InputWarp {
  at(u: number): number;
  slope(u: number): number;
}

/** Keeps the slope of a root finite at the end that it stretches. */
const SOFT = 0.01;
const ROOT_START = Math.sqrt(SOFT);
const ROOT_RANGE = Math.sqrt(1 + SOFT) - ROOT_START;

const root: InputWarp = {
  at: (u) => (Math.sqrt(u + SOFT) - ROOT_START) / ROOT_RANGE,
  slope: (u) => 0.5 / (Math.sqrt(u + SOFT) * ROOT_RANGE),
};
const square: InputWarp = { at: (u) => u * u, slope: (u) => 2 * u };
const identity: InputWarp = { at: (u) => u, slope: () => 1 };

/** The first changes nothing; then: stretches the lower end mildly and strongly, the upper end mildly and strongly. */
const SHAPES: readonly InputWarp[] = [identity, mirrored(square), root, square, mirrored(root)];

function mirrored({ at, slope }: InputWarp): InputWarp {
  return { at: (u) => 1 - at(1 - u), slope: (u) => slope(1 - u) };
}

/** One entry a column: an index into the shapes, 0 for none. */
export type InputWarps = Uint8Array;

/** By how much the likelihood must grow (in ln) for a column to be warped. */
const MARGIN = 2;
/** Columns that are looked at: those with the shortest lengths. Each takes a likelihood a shape, and of hundreds few matter. */
const MOST_COLUMNS = 50;

/**
 * Column by column, the warp under which the targets are likeliest, if clearly so. `theta`: fitted without warps.
 * `fixed`: a column that is left as it is.
 */
export function chooseInputWarps(data: GpData, theta: Float64Array, fixed: number | null = null): InputWarps {
  const { d, x, categorical } = data;
  const chosen = new Uint8Array(d);
  const warped = { ...data, x: x.slice() };
  const numeric = Array.from({ length: d }, (_, column) => column).filter(
    (column) => !categorical[column] && column !== fixed,
  );
  let best = logMarginalLikelihood(warped, theta, null);
  for (const column of shortest(numeric, theta)) {
    let gain = MARGIN;
    for (let shape = 1; shape < SHAPES.length; shape++) {
      fillColumn(data, column, shape, warped.x);
      const likelihood = logMarginalLikelihood(warped, theta, null);
      if (likelihood - best > gain) [chosen[column], gain] = [shape, likelihood - best];
    }
    fillColumn(data, column, chosen[column]!, warped.x);
    if (chosen[column] !== 0) best += gain;
  }
  return chosen;
}

/** In their order. `theta` begins with the logs of the columns' inverse squared lengths. */
function shortest(columns: readonly number[], theta: Float64Array): readonly number[] {
  if (columns.length <= MOST_COLUMNS) return columns;
  const byLength = [...columns].sort((a, b) => theta[b]! - theta[a]! || a - b);
  return byLength.slice(0, MOST_COLUMNS).sort((a, b) => a - b);
}

function fillColumn({ n, d, x }: GpData, column: number, shape: number, target: Float64Array): void {
  const { at } = SHAPES[shape]!;
  for (let i = 0; i < n; i++) target[i * d + column] = at(x[i * d + column]!);
}

/** Rows of d columns, row-major, moved by the warps. */
export function warpInputs(warps: InputWarps, x: Float64Array): Float64Array {
  const d = warps.length;
  return x.map((u, i) => SHAPES[warps[i % d]!]!.at(u));
}

/** The posterior of warped rows as one of rows as they are. */
export function onWarpedInputs(posterior: Posterior, warps: InputWarps): Posterior {
  if (warps.every((shape) => shape === 0)) return posterior;
  const move = (x: Float64Array) => warpInputs(warps, x);
  return {
    n: posterior.n,
    jitter: posterior.jitter,
    extend: (x, y) => onWarpedInputs(posterior.extend(move(x), y), warps),
    setTargets: posterior.setTargets,
    predict: (x, m, mean, variance) => posterior.predict(move(x), m, mean, variance),
    predictWithGradient(x, meanGradient, varianceGradient) {
      const at = posterior.predictWithGradient(move(x), meanGradient, varianceGradient);
      for (let i = 0; i < warps.length; i++) {
        const slope = SHAPES[warps[i]!]!.slope(x[i]!);
        meanGradient[i]! *= slope;
        varianceGradient[i]! *= slope;
      }
      return at;
    },
    covariance: (x, m) => posterior.covariance(move(x), m),
    solve: posterior.solve,
    means: (weights, x, m, variance) => posterior.means(weights, move(x), m, variance),
    looLogDensity: posterior.looLogDensity,
  };
}
