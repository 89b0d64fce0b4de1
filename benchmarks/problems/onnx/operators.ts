import type { Attributes } from "./graph.ts";
import { cast, countOf, floats, integers, type Tensor } from "./tensor.ts";

/**
 * The operators that tabular surrogate networks use, opset 12 and 13: https://onnx.ai/onnx/operators. Arithmetic is in
 * doubles, results are rounded to the element type of the inputs.
 */

export type Operator = (inputs: readonly Tensor[], attributes: Attributes) => Tensor;

/** Selu's defaults (Klambauer et al. 2017). */
const SELU_ALPHA = 1.6732631921768188;
const SELU_GAMMA = 1.0507010221481323;

export const operators: Readonly<Record<string, Operator>> = {
  Add: pairwise((a, b) => a + b),
  Sub: pairwise((a, b) => a - b),
  Mul: pairwise((a, b) => a * b),
  Div: pairwise((a, b, integer) => (integer ? Math.trunc(a / b) : a / b)),
  Log: each(Math.log),
  Exp: each(Math.exp),
  Neg: each((v) => -v),
  Relu: each((v) => Math.max(0, v)),
  Sigmoid: each((v) => 1 / (1 + Math.exp(-v))),
  Selu: ([x], { alpha = SELU_ALPHA, gamma = SELU_GAMMA }) => {
    const apply = each((v) => (gamma as number) * (v > 0 ? v : (alpha as number) * Math.expm1(v)));
    return apply([x!], {});
  },
  Clip: ([x, low, high]) => {
    const least = low?.data[0] ?? Number.NEGATIVE_INFINITY;
    const most = high?.data[0] ?? Number.POSITIVE_INFINITY;
    return { ...x!, data: x!.data.map((v) => Math.min(most, Math.max(least, v))) };
  },
  Cast: ([x], { to }) => cast(x!, to as number),
  Constant: (_, { value }) => value as Tensor,
  ConstantOfShape: ([shape], { value }) => {
    const dims = Array.from(shape!.data);
    const fill = (value as Tensor | undefined)?.data[0] ?? 0;
    return floats(dims, new Float32Array(countOf(dims)).fill(fill));
  },
  Shape: ([x]) => integers([x!.dims.length], x!.dims),
  Unsqueeze: ([x, axes], attributes) => {
    const dims = [...x!.dims];
    for (const axis of axes?.data ?? (attributes.axes as readonly number[])) dims.splice(axis, 0, 1);
    return { ...x!, dims };
  },
  Gather: ([data, indices], { axis = 0 }) => gather(data!, indices!, axis as number),
  Slice: slice,
  Concat: (inputs, { axis }) => concat(inputs, axis as number),
  Gemm: ([x, weights, bias], attributes) => gemm(x!, weights!, bias, attributes),
  BatchNormalization: ([x, scale, bias, mean, variance], { epsilon = 1e-5 }) => {
    const channels = scale!.data.length;
    const data = x!.data.map((v, i) => {
      const c = i % channels;
      const standard = (v - mean!.data[c]!) / Math.sqrt(variance!.data[c]! + (epsilon as number));
      return standard * scale!.data[c]! + bias!.data[c]!;
    });
    return { ...x!, data };
  },
};

function each(apply: (v: number) => number): Operator {
  return ([x]) => ({ ...x!, data: x!.data.map((v) => apply(v)) });
}

/** Of equal shapes, or a single value with any shape. @throws RangeError for other broadcasts. */
function pairwise(apply: (a: number, b: number, integer: boolean) => number): Operator {
  return ([a, b]) => {
    const [left, right] = [a!, b!];
    const wide = right.data.length > left.data.length || right.dims.length > left.dims.length ? right : left;
    const [stepA, stepB] = [left.data.length === 1 ? 0 : 1, right.data.length === 1 ? 0 : 1];
    if (stepA && stepB && left.data.length !== right.data.length) {
      throw new RangeError(`Shapes [${left.dims}] and [${right.dims}] do not fit.`);
    }
    const data = wide.data.slice();
    for (let i = 0; i < data.length; i++) {
      data[i] = apply(left.data[i * stepA]!, right.data[i * stepB]!, left.integer);
    }
    return { ...wide, data };
  };
}

/** Sizes before, at and after an axis `at` (negative: from the end): an array as outer × size × inner. */
function split(dims: readonly number[], axis: number) {
  const at = axis < 0 ? axis + dims.length : axis;
  return { at, outer: countOf(dims.slice(0, at)), size: dims[at]!, inner: countOf(dims.slice(at + 1)) };
}

function gather(data: Tensor, indices: Tensor, axis: number): Tensor {
  const { at, outer, size, inner } = split(data.dims, axis);
  const picked = data.data.slice(0, outer * indices.data.length * inner);
  let next = 0;
  for (let o = 0; o < outer; o++) {
    for (const index of indices.data) {
      const from = (o * size + (index < 0 ? index + size : index)) * inner;
      picked.set(data.data.subarray(from, from + inner), next);
      next += inner;
    }
  }
  const dims = [...data.dims.slice(0, at), ...indices.dims, ...data.dims.slice(at + 1)];
  return { ...data, dims, data: picked };
}

/** @throws RangeError for more than one axis, and for a step other than 1. */
function slice([data, starts, ends, axes, steps]: readonly Tensor[]): Tensor {
  if (starts!.data.length !== 1 || (steps?.data[0] ?? 1) !== 1) throw new RangeError("Slice is not one run.");
  const { at, outer, size, inner } = split(data!.dims, axes?.data[0] ?? 0);
  const position = (v: number) => Math.min(size, v < 0 ? v + size : v);
  const [from, to] = [position(starts!.data[0]!), position(ends!.data[0]!)];
  const kept = data!.data.slice(0, outer * (to - from) * inner);
  for (let o = 0; o < outer; o++) {
    const part = data!.data.subarray((o * size + from) * inner, (o * size + to) * inner);
    kept.set(part, o * (to - from) * inner);
  }
  return { ...data!, dims: data!.dims.with(at, to - from), data: kept };
}

function concat(inputs: readonly Tensor[], axis: number): Tensor {
  const first = inputs[0]!;
  const { at, outer } = split(first.dims, axis);
  const size = inputs.reduce((sum, { dims }) => sum + dims[at]!, 0);
  const dims = first.dims.with(at, size);
  const joined = new (first.data.constructor as Float64ArrayConstructor)(countOf(dims));
  let next = 0;
  for (let o = 0; o < outer; o++) {
    for (const { data } of inputs) {
      const width = data.length / outer;
      joined.set(data.subarray(o * width, (o + 1) * width), next);
      next += width;
    }
  }
  return { ...first, dims, data: joined };
}

/** x W^T + bias, x: m×k, W: n×k: the only form that exported linear layers have. @throws RangeError for another. */
function gemm(x: Tensor, weights: Tensor, bias: Tensor | undefined, attributes: Attributes): Tensor {
  const { alpha = 1, beta = 1, transA = 0, transB = 0 } = attributes;
  if (alpha !== 1 || beta !== 1 || transA !== 0 || transB !== 1)
    throw new RangeError("Gemm is not x W^T + bias.");
  const [m, k] = x.dims as [number, number];
  const n = weights.dims[0]!;
  const product = new Float32Array(m * n);
  for (let i = 0; i < m; i++) {
    const sums = multiply(
      weights.data as Float32Array,
      new Float64Array(x.data.subarray(i * k, (i + 1) * k)),
      n,
    );
    for (let j = 0; j < n; j++) product[i * n + j] = sums[j]! + (bias?.data[j] ?? 0);
  }
  return floats([m, n], product);
}

/** W x, summed in doubles. */
function multiply(weights: Float32Array, x: Float64Array, n: number): Float64Array {
  const sums = new Float64Array(n);
  let row = 0;
  for (; row + 3 < n; row += 4) multiplyFour(weights, x, row, sums);
  for (; row < n; row++) {
    const start = row * x.length;
    for (let i = 0; i < x.length; i++) sums[row]! += x[i]! * weights[start + i]!;
  }
  return sums;
}

/** Four rows side by side: one alone waits for each addition before the next. */
function multiplyFour(weights: Float32Array, x: Float64Array, row: number, sums: Float64Array): void {
  const k = x.length;
  const [first, second, third, fourth] = [row * k, (row + 1) * k, (row + 2) * k, (row + 3) * k] as const;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;
  for (let i = 0; i < k; i++) {
    const v = x[i]!;
    a += v * weights[first + i]!;
    b += v * weights[second + i]!;
    c += v * weights[third + i]!;
    d += v * weights[fourth + i]!;
  }
  sums[row] = a;
  sums[row + 1] = b;
  sums[row + 2] = c;
  sums[row + 3] = d;
}
