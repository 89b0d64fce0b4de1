import { type Node, readGraph } from "./graph.ts";
import { type Operator, operators } from "./operators.ts";
import type { Tensor } from "./tensor.ts";

/** Named inputs to the network's outputs, in the file's order. Pure; keeps nothing between calls. */
export type Network = (inputs: Readonly<Record<string, Tensor>>) => Tensor[];

/**
 * Reads an ONNX file. What depends on no input is computed once, here.
 *
 * @throws RangeError naming an operator that is not implemented.
 */
export function readNetwork(bytes: Uint8Array): Network {
  const { nodes, initializers, outputs } = readGraph(bytes);
  const constants = new Map(initializers);
  const steps: { node: Node; apply: Operator }[] = [];
  for (const node of nodes) {
    const apply = operators[node.operator];
    if (!apply) throw new RangeError(`Operator ${node.operator} is not implemented.`);
    if (node.inputs.every((name) => name === "" || constants.has(name))) run({ node, apply }, constants);
    else steps.push({ node, apply });
  }
  return (inputs) => {
    const known = new Map(constants);
    for (const name in inputs) known.set(name, inputs[name]!);
    for (const step of steps) run(step, known);
    return outputs.map((name) => known.get(name)!);
  };
}

function run({ node, apply }: { node: Node; apply: Operator }, known: Map<string, Tensor>): void {
  const inputs = node.inputs.map((name) => known.get(name) as Tensor);
  known.set(node.outputs[0]!, apply(inputs, node.attributes));
}
