/**
 * BBOB's transformations (RR-6829, section 0.2). x, z: d coordinates. M: d×d, row-major. lambda_i = alpha^(i / (d - 1)).
 * The report's x is a column and its R our transposed: here z = x M throughout, as the reference code has it.
 */

/** alpha^(i / (d - 1)), i = 0 … d - 1. */
export function powers(alpha: number, d: number): Float64Array {
  return Float64Array.from({ length: d }, (_, i) => alpha ** (i / (d - 1)));
}

/** z = x M. */
export function times(x: Float64Array, matrix: Float64Array): Float64Array {
  const d = x.length;
  const z = new Float64Array(d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) z[j] = z[j]! + x[i]! * matrix[i * d + j]!;
  return z;
}

/** A diag(scales) B. */
export function sandwich(a: Float64Array, scales: Float64Array, b: Float64Array): Float64Array {
  const d = scales.length;
  const product = new Float64Array(d * d);
  for (let i = 0; i < d; i++) product.set(times(scaled(a.subarray(i * d, (i + 1) * d), scales), b), i * d);
  return product;
}

export function scaled(x: Float64Array, scales: Float64Array): Float64Array {
  return x.map((v, i) => v * scales[i]!);
}

export function minus(x: Float64Array, y: Float64Array): Float64Array {
  return x.map((v, i) => v - y[i]!);
}

/** T_osz: small, regular irregularities; monotone. */
export function oscillate(v: number): number {
  if (v === 0) return 0;
  const log = Math.log(Math.abs(v)) / 0.1;
  if (v > 0) return Math.exp(log + 0.49 * (Math.sin(log) + Math.sin(0.79 * log))) ** 0.1;
  return -(Math.exp(log + 0.49 * (Math.sin(0.55 * log) + Math.sin(0.31 * log))) ** 0.1);
}

/** T_asy: breaks the symmetry, x_i^(1 + beta i / (d - 1) sqrt(x_i)) where x_i > 0. */
export function asymmetric(x: Float64Array, beta: number): Float64Array {
  return x.map((v, i) => (v > 0 ? v ** (1 + ((beta * i) / (x.length - 1)) * Math.sqrt(v)) : v));
}

export function sumOf(x: Float64Array, term: (v: number, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += term(x[i]!, i);
  return sum;
}

export function squares(x: Float64Array): number {
  return sumOf(x, (v) => v * v);
}

/** To the nearest integer, halves to the even one. */
export function roundEven(v: number): number {
  const rounded = Math.round(v);
  return Math.abs(v % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
