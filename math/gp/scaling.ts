/**
 * The covariance function with its hyper-parameters applied, as the kernel wants it.
 *
 * Numeric dimensions come first and are multiplied by √w, so that r² is a plain sum of squares; categorical ones follow
 * as they are, with their weights beside them.
 */
export interface Scaling {
  d: number;
  /** Number of numeric dimensions. */
  numeric: number;
  /** d dimensions of the data in the kernel's order. */
  order: Int32Array;
  /** d factors in the kernel's order, 1 for categorical dimensions. */
  factors: Float64Array;
  /** Weights of the categorical dimensions in the kernel's order. */
  weights: Float64Array;
  signal: number;
  noise: number;
}

/** `theta`: [ln w_1 … ln w_d, ln signal variance, ln noise variance]. */
export function createScaling(d: number, categorical: Uint8Array, theta: Float64Array): Scaling {
  const dimensions = Array.from({ length: d }, (_, i) => i);
  const numeric = dimensions.filter((i) => !categorical[i]);
  const mismatched = dimensions.filter((i) => categorical[i]);
  const order = Int32Array.from([...numeric, ...mismatched]);
  return {
    d,
    numeric: numeric.length,
    order,
    factors: Float64Array.from(order, (i) => (categorical[i] ? 1 : Math.exp(theta[i]! / 2))),
    weights: Float64Array.from(mismatched, (i) => Math.exp(theta[i]!)),
    signal: Math.exp(theta[d]!),
    noise: Math.exp(theta[d + 1]!),
  };
}

/** Writes `count` points of x (from point `from` on, row-major) in the kernel's scale and order, row-major. */
export function scalePoints(
  { d, order, factors }: Scaling,
  x: Float64Array,
  from: number,
  count: number,
  target: Float64Array,
): void {
  for (let p = 0; p < count; p++) {
    for (let i = 0; i < d; i++) target[p * d + i] = x[(from + p) * d + order[i]!]! * factors[i]!;
  }
}

/** Writes points `from` … `to` - 1 of row-major `points` into the columns of `target`, whose rows are `stride` apart. */
export function transposePoints(
  d: number,
  points: Float64Array,
  from: number,
  to: number,
  target: Float64Array,
  stride: number,
): void {
  for (let i = 0; i < d; i++) {
    for (let p = from; p < to; p++) target[i * stride + p] = points[p * d + i]!;
  }
}
