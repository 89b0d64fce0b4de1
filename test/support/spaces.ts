import type { z } from "zod";
import { checkSpace } from "../../core/check-space.ts";
import { parameterSchema, type SearchSpace } from "../../core/space.ts";

type ParameterInput = z.input<typeof parameterSchema>;

/** A checked search space from parameters as a user writes them. */
export function spaceOf(
  parameters: readonly ParameterInput[],
  constraints: readonly string[] = [],
): SearchSpace {
  const space = { parameters: parameters.map((parameter) => parameterSchema.parse(parameter)), constraints };
  const errors = checkSpace(space);
  if (errors.length > 0) throw new Error(JSON.stringify(errors, null, 2));
  return space;
}

/** One space for each trait that an algorithm may find hard. */
export const SPACES = {
  numeric: spaceOf([
    { name: "lr", type: "float", low: 1e-5, high: 1, scale: "log" },
    { name: "decay", type: "float", low: -1, high: 1 },
    { name: "momentum", type: "float", low: 0.01, high: 1, scale: "reverse-log" },
    { name: "width", type: "int", low: 8, high: 1024, scale: "log" },
    { name: "dropout", type: "float", low: 0, high: 0.5, step: 0.1 },
    { name: "seed", type: "int", low: 0, high: 1_000_000 },
    { name: "epochs", type: "fixed", value: 3 },
  ]),
  mixed: spaceOf([
    {
      name: "optimizer",
      type: "categorical",
      choices: ["sgd", "adam", { name: "lion" }],
      weights: [1, 2, 5],
    },
    { name: "batch", type: "ordinal", values: [16, 32, 64, 128] },
    { name: "size", type: "ordinal", values: ["small", "large"] },
    { name: "lr", type: "float", low: 1e-4, high: 1, scale: "log", prior: { mean: 0.01, std: 1 } },
    { name: "layers", type: "int", low: 1, high: 9, step: 2, prior: { mean: 3, std: 2 } },
  ]),
  conditional: spaceOf([
    { name: "model", type: "categorical", choices: ["linear", "tree", "net"] },
    { name: "tree.depth", type: "int", low: 1, high: 5, when: { parameter: "model", in: ["tree"] } },
    { name: "net.layers", type: "int", low: 1, high: 3, when: { parameter: "model", in: ["net"] } },
    { name: "net.width2", type: "ordinal", values: [8, 16], when: { parameter: "net.layers", in: [2, 3] } },
    {
      name: "net.lr",
      type: "float",
      low: 1e-3,
      high: 1,
      scale: "log",
      when: { parameter: "model", in: ["net"] },
    },
    { name: "tree.criterion", type: "fixed", value: "gini", when: { parameter: "model", in: ["tree"] } },
  ]),
  constrained: spaceOf(
    [
      { name: "batch", type: "ordinal", values: [16, 32, 64, 128] },
      { name: "accumulate", type: "int", low: 1, high: 16 },
      { name: "low", type: "float", low: 0, high: 1 },
      { name: "high", type: "float", low: 0, high: 1 },
    ],
    ["batch * accumulate <= 256", "low <= high"],
  ),
  single: spaceOf([{ name: "x", type: "float", low: 0, high: 1 }]),
  wide: spaceOf(
    Array.from(
      { length: 50 },
      (_, i): ParameterInput => ({ name: `x${i}`, type: "float", low: -5, high: 5 }),
    ),
  ),
  oneValue: spaceOf([
    { name: "only", type: "categorical", choices: ["a"] },
    { name: "level", type: "ordinal", values: [3] },
    { name: "x", type: "float", low: 0, high: 1 },
  ]),
  finite: spaceOf([
    { name: "a", type: "int", low: 1, high: 3 },
    { name: "b", type: "categorical", choices: [true, false] },
  ]),
} satisfies Record<string, SearchSpace>;
