/** float32 values are kept as such; float64 and integers as doubles, integers up to 2^53. */
export interface Tensor {
  /** Empty: a scalar. */
  dims: readonly number[];
  /** Row-major. */
  data: Float32Array | Float64Array;
  integer: boolean;
}

/** ONNX's numbers for the element types that are understood. */
export const ELEMENT = { float: 1, int32: 6, int64: 7, double: 11 } as const;

export function floats(dims: readonly number[], data: Float32Array | Float64Array): Tensor {
  return { dims, data, integer: false };
}

export function integers(dims: readonly number[], values: readonly number[]): Tensor {
  return { dims, data: Float64Array.from(values), integer: true };
}

/** The same elements as another type; doubles are rounded to float32, and anything to an integer towards 0. */
export function cast({ dims, data }: Tensor, element: number): Tensor {
  if (element === ELEMENT.float) return floats(dims, Float32Array.from(data));
  if (element === ELEMENT.double) return floats(dims, Float64Array.from(data));
  return integers(dims, Array.from(data, Math.trunc));
}

/** Elements as they lie in a file, little-endian. @throws RangeError for an element type that is not understood. */
export function fromBytes(dims: readonly number[], element: number, raw: Uint8Array): Tensor {
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  switch (element) {
    case ELEMENT.float:
      return floats(
        dims,
        new Float32Array(raw.length / 4).map((_, i) => view.getFloat32(4 * i, true)),
      );
    case ELEMENT.double:
      return floats(
        dims,
        new Float64Array(raw.length / 8).map((_, i) => view.getFloat64(8 * i, true)),
      );
    case ELEMENT.int32:
      return integers(
        dims,
        Array.from({ length: raw.length / 4 }, (_, i) => view.getInt32(4 * i, true)),
      );
    case ELEMENT.int64:
      return integers(
        dims,
        Array.from({ length: raw.length / 8 }, (_, i) => Number(view.getBigInt64(8 * i, true))),
      );
    default:
      throw new RangeError(`Element type ${element} is not understood.`);
  }
}

/** Number of elements that dims stand for. */
export function countOf(dims: readonly number[]): number {
  return dims.reduce((product, size) => product * size, 1);
}
