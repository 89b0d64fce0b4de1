import { bytesOf, type Field, fieldsOf, textOf, varintsOf } from "./protobuf.ts";
import { fromBytes, type Tensor } from "./tensor.ts";

/**
 * The part of an ONNX file that describes a network: https://onnx.ai/onnx/repo-docs/IR.html. Field numbers are those of
 * onnx.proto: ModelProto, GraphProto, NodeProto, AttributeProto, TensorProto.
 */

export interface Graph {
  /** In an order in which inputs come before their use, as ONNX demands. */
  nodes: Node[];
  initializers: Map<string, Tensor>;
  outputs: string[];
}

export interface Node {
  operator: string;
  /** Names; "" for an optional input that is left out. */
  inputs: string[];
  outputs: string[];
  attributes: Attributes;
}

export type Attributes = Readonly<Record<string, number | readonly number[] | Tensor>>;

/** @throws RangeError when the bytes are no ONNX file or hold element types that are not understood. */
export function readGraph(bytes: Uint8Array): Graph {
  const graph = collect(bytes).get(MODEL_GRAPH)?.[0];
  if (!graph) throw new RangeError("The file holds no graph.");
  const fields = collect(bytesOf(graph));
  const tensors = (fields.get(GRAPH_INITIALIZER) ?? []).map((field) => readTensor(bytesOf(field)));
  return {
    nodes: (fields.get(GRAPH_NODE) ?? []).map((field) => readNode(bytesOf(field))),
    initializers: new Map(tensors.map(({ name, tensor }) => [name, tensor])),
    outputs: (fields.get(GRAPH_OUTPUT) ?? []).map((field) =>
      textOf(only(collect(bytesOf(field)), VALUE_NAME)),
    ),
  };
}

const MODEL_GRAPH = 7;
const GRAPH_NODE = 1;
const GRAPH_INITIALIZER = 5;
const GRAPH_OUTPUT = 12;
const VALUE_NAME = 1;
const NODE = { input: 1, output: 2, operator: 4, attribute: 5 };
const ATTRIBUTE = { name: 1, float: 2, int: 3, tensor: 5, ints: 8 };
const TENSOR = { dims: 1, element: 2, name: 8, raw: 9 };

type Fields = ReadonlyMap<number, readonly Field[]>;

function collect(bytes: Uint8Array): Fields {
  const byTag = new Map<number, Field[]>();
  for (const field of fieldsOf(bytes)) byTag.set(field.tag, [...(byTag.get(field.tag) ?? []), field]);
  return byTag;
}

function only(fields: Fields, tag: number): Field {
  const field = fields.get(tag)?.[0];
  if (!field) throw new RangeError(`Field ${tag} is missing.`);
  return field;
}

function readNode(bytes: Uint8Array): Node {
  const fields = collect(bytes);
  const texts = (tag: number) => (fields.get(tag) ?? []).map(textOf);
  const attributes = (fields.get(NODE.attribute) ?? []).map((field) => readAttribute(bytesOf(field)));
  return {
    operator: textOf(only(fields, NODE.operator)),
    inputs: texts(NODE.input),
    outputs: texts(NODE.output),
    attributes: Object.fromEntries(attributes),
  };
}

function readAttribute(bytes: Uint8Array): [string, Attributes[string]] {
  const fields = collect(bytes);
  const name = textOf(only(fields, ATTRIBUTE.name));
  if (fields.has(ATTRIBUTE.tensor)) return [name, readTensor(bytesOf(only(fields, ATTRIBUTE.tensor))).tensor];
  if (fields.has(ATTRIBUTE.ints)) {
    return [name, fields.get(ATTRIBUTE.ints)!.flatMap((field) => varintsOf(field.value))];
  }
  if (fields.has(ATTRIBUTE.int)) return [name, only(fields, ATTRIBUTE.int).value as number];
  const raw = bytesOf(only(fields, ATTRIBUTE.float));
  return [name, new DataView(raw.buffer, raw.byteOffset, 4).getFloat32(0, true)];
}

function readTensor(bytes: Uint8Array): { name: string; tensor: Tensor } {
  const fields = collect(bytes);
  const dims = (fields.get(TENSOR.dims) ?? []).flatMap((field) => varintsOf(field.value));
  const element = only(fields, TENSOR.element).value as number;
  const name = fields.get(TENSOR.name)?.[0];
  return {
    name: name ? textOf(name) : "",
    tensor: fromBytes(dims, element, bytesOf(only(fields, TENSOR.raw))),
  };
}
