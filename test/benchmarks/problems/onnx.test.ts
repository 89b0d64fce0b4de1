import { describe, expect, test } from "vitest";
import { readNetwork } from "../../../benchmarks/problems/onnx/network.ts";
import { operators } from "../../../benchmarks/problems/onnx/operators.ts";
import { ELEMENT, floats, integers, type Tensor } from "../../../benchmarks/problems/onnx/tensor.ts";

/** A file is written here byte by byte, with the field numbers of onnx.proto. */

const model = (graph: number[]) => Uint8Array.from(message(7, graph));
const node = (operator: string, inputs: string[], output: string, ...attributes: number[][]) =>
  message(
    1,
    [...inputs.flatMap((name) => text(1, name)), ...text(2, output), ...text(4, operator)].concat(
      ...attributes,
    ),
  );
const output = (name: string) => message(12, text(1, name));
const initializer = (name: string, dims: number[], values: number[]) =>
  message(5, floatTensor(name, dims, values));
const floatTensor = (name: string, dims: number[], values: number[]) => [
  ...dims.flatMap((size) => number(1, size)),
  ...number(2, ELEMENT.float),
  ...text(8, name),
  ...message(9, [...new Uint8Array(Float32Array.from(values).buffer)]),
];
const int64Tensor = (values: bigint[]) => [
  // Packed: several dims in one field.
  ...message(1, varint(BigInt(values.length))),
  ...number(2, ELEMENT.int64),
  ...message(9, [...new Uint8Array(BigInt64Array.from(values).buffer)]),
];
const intAttribute = (name: string, value: number) => message(5, [...text(1, name), ...number(3, value)]);
const intsAttribute = (name: string, values: number[]) =>
  message(5, [...text(1, name), ...values.flatMap((value) => number(8, value))]);
const floatAttribute = (name: string, value: number) =>
  message(5, [...text(1, name), (2 << 3) | 5, ...new Uint8Array(Float32Array.of(value).buffer)]);
const tensorAttribute = (name: string, tensor: number[]) =>
  message(5, [...text(1, name), ...message(5, tensor)]);

function message(tag: number, bytes: number[]): number[] {
  return [(tag << 3) | 2, ...varint(BigInt(bytes.length)), ...bytes];
}

function text(tag: number, value: string): number[] {
  return message(tag, [...Buffer.from(value)]);
}

function number(tag: number, value: number): number[] {
  return [tag << 3, ...varint(BigInt(value))];
}

/** Seven bits a byte, the lowest first; negative numbers as 64-bit two's complement, ten bytes. */
function varint(value: bigint): number[] {
  const rest = BigInt.asUintN(64, value);
  return rest < 128n ? [Number(rest)] : [Number(rest & 127n) | 128, ...varint(rest >> 7n)];
}

const linear = node("Gemm", ["x", "w", "b"], "h", intAttribute("transB", 1));

describe("an ONNX file", () => {
  test("computes its outputs from its inputs, weights and constants", () => {
    const network = readNetwork(
      model([
        ...initializer("w", [2, 3], [1, 2, 3, -1, 0, 0.5]),
        ...initializer("b", [2], [0.5, -1]),
        ...linear,
        ...node("Relu", ["h"], "r"),
        ...node("Constant", [], "two", tensorAttribute("value", floatTensor("", [], [2]))),
        ...node("Mul", ["r", "two"], "doubled"),
        ...output("doubled"),
        ...output("h"),
      ]),
    );
    const [doubled, h] = network({ x: floats([2, 3], Float32Array.of(1, 1, 1, 4, 0, -2)) });
    expect(h).toEqual(floats([2, 2], Float32Array.of(6.5, -1.5, -1.5, -6)));
    expect(doubled).toEqual(floats([2, 2], Float32Array.of(13, 0, 0, 0)));
    expect(network({ x: floats([1, 3], Float32Array.of(0, 0, 0)) })[1]!.data).toEqual(
      Float32Array.of(0.5, -1),
    );
  });

  test("may hold 64-bit integers, negative ones too, and attributes of each kind", () => {
    const network = readNetwork(
      model([
        ...node("Constant", [], "last", tensorAttribute("value", int64Tensor([-1n]))),
        ...node("Gather", ["x", "last"], "column", intAttribute("axis", -1)),
        ...node("Unsqueeze", ["column"], "deep", intsAttribute("axes", [0, 3])),
        ...initializer("one", [1], [1]),
        ...initializer("three", [1], [3]),
        ...node(
          "BatchNormalization",
          ["column", "one", "one", "three", "three"],
          "normal",
          floatAttribute("epsilon", 1),
        ),
        ...output("deep"),
        ...output("normal"),
      ]),
    );
    const [deep, normal] = network({ x: floats([2, 2], Float32Array.of(1, 2, 3, 5)) });
    expect(deep).toEqual(floats([1, 2, 1, 1], Float32Array.of(2, 5)));
    // (v - 3) / sqrt(3 + 1) + 1
    expect(normal!.data).toEqual(Float32Array.of(0.5, 2));
  });

  test("with an operator that is not implemented is refused by its name", () => {
    expect(() => readNetwork(model([...node("Einsum", ["x"], "y"), ...output("y")]))).toThrow(/Einsum/);
  });

  test("that ends too early, or is none, is refused", () => {
    const whole = model([...initializer("w", [1, 1], [1]), ...linear, ...output("h")]);
    for (let length = 0; length < whole.length; length++) {
      expect(() => readNetwork(whole.subarray(0, length))).toThrow(RangeError);
    }
  });

  test("with element types that are not understood is refused", () => {
    const halves = [...number(1, 1), ...number(2, 10), ...text(8, "w"), ...message(9, [0, 60])];
    expect(() => readNetwork(model([...message(5, halves), ...output("w")]))).toThrow(/type 10/);
  });
});

const f = (dims: number[], ...values: number[]) => floats(dims, Float32Array.from(values));
const square = f([2, 2], 1, 2, 3, 4);

const cases: [string, Tensor[], Record<string, number | number[]>, Tensor][] = [
  ["Add", [square, f([1], 10)], {}, f([2, 2], 11, 12, 13, 14)],
  ["Sub", [f([], 10), square], {}, f([2, 2], 9, 8, 7, 6)],
  ["Mul", [square, square], {}, f([2, 2], 1, 4, 9, 16)],
  ["Div", [integers([2], [7, -7]), integers([1], [2])], {}, integers([2], [3, -3])],
  ["Neg", [f([2], 1, -2)], {}, f([2], -1, 2)],
  ["Log", [f([1], Math.E)], {}, f([1], 1)],
  ["Exp", [f([1], 0)], {}, f([1], 1)],
  ["Sigmoid", [f([2], 0, Math.log(3))], {}, f([2], 0.5, 0.75)],
  ["Selu", [f([3], -1, 0, 1)], { alpha: 2, gamma: 3 }, f([3], 6 * (1 / Math.E - 1), 0, 3)],
  ["Selu", [f([2], 1, -100)], {}, f([2], 1.0507010221481323, -1.758099341)],
  ["Clip", [f([3], -2, 0, 2), f([], -1), f([], 1)], {}, f([3], -1, 0, 1)],
  ["Clip", [f([2], -2, 2), f([], 0)], {}, f([2], 0, 2)],
  ["Cast", [f([3], 1.9, -1.9, 3)], { to: ELEMENT.int64 }, integers([3], [1, -1, 3])],
  ["Cast", [integers([1], [16777217])], { to: ELEMENT.float }, f([1], 16777216)],
  ["Shape", [f([3, 1], 0, 0, 0)], {}, integers([2], [3, 1])],
  ["ConstantOfShape", [integers([2], [1, 2])], {}, f([1, 2], 0, 0)],
  ["Gather", [square, integers([2, 1], [1, 0])], {}, f([2, 1, 2], 3, 4, 1, 2)],
  ["Gather", [square, integers([1], [-1])], { axis: 1 }, f([2, 1], 2, 4)],
  ["Slice", [square, integers([1], [-1]), integers([1], [9e15]), integers([1], [1])], {}, f([2, 1], 2, 4)],
  ["Slice", [square, integers([1], [0]), integers([1], [-1])], {}, f([1, 2], 1, 2)],
  ["Concat", [square, f([2, 1], 8, 9)], { axis: 1 }, f([2, 3], 1, 2, 8, 3, 4, 9)],
  ["Concat", [square, f([2, 1], 8, 9)], { axis: -1 }, f([2, 3], 1, 2, 8, 3, 4, 9)],
  ["Concat", [square, f([1, 2], 8, 9)], { axis: 0 }, f([3, 2], 1, 2, 3, 4, 8, 9)],
];

describe("an operator", () => {
  test.each(cases)("%s gives what ONNX defines, case %#", (name, inputs, attributes, expected) => {
    const result = operators[name]!(inputs, attributes);
    expect(result.dims).toEqual(expected.dims);
    expect(result.integer).toBe(expected.integer);
    expect(result.data.constructor).toBe(expected.data.constructor);
    expected.data.forEach((value, index) => {
      expect(result.data[index]).toBeCloseTo(value, 6);
    });
    expect(result.data).toHaveLength(expected.data.length);
  });

  test("leaves its inputs as they are", () => {
    const x = f([2], -1, 2);
    for (const name of ["Relu", "Neg", "Add", "Unsqueeze"]) operators[name]!([x, x], { axes: [0] });
    expect(x).toEqual(f([2], -1, 2));
  });

  test("refuses what it does not do, instead of computing something else", () => {
    expect(() => operators.Add!([f([2], 1, 2), f([3], 1, 2, 3)], {})).toThrow(RangeError);
    expect(() => operators.Gemm!([square, square], { transB: 0 })).toThrow(RangeError);
    const one = integers([1], [1]);
    expect(() => operators.Slice!([square, one, one, one, integers([1], [2])], {})).toThrow(RangeError);
  });
});
