import type { Rng } from "../../../core/rng.ts";
import { standardNormal } from "../chance.ts";

/**
 * A multilayer perceptron with one hidden layer and a softmax output, trained by mini-batches.
 *
 *   n  inputs    h  hidden units    c  classes    All weights lie in one flat array, one block after another:
 *   W1  n×h (a row per input, so that black pixels are skipped whole)   b1  h   W2  h×c   b2  c
 */

export interface Images {
  count: number;
  /** count × n values in [0, 1], row-major. */
  pixels: Float32Array;
  /** count classes in 0 … c - 1. */
  labels: Uint8Array;
}

export interface Training {
  width: number;
  activation: Activation;
  lr: number;
  /** Decoupled weight decay (Loshchilov & Hutter 2019), of biases too. */
  decay: number;
  batch: number;
  epochs: number;
  /** SGD with heavy-ball momentum (Polyak 1964), or Adam with its usual constants (Kingma & Ba 2015). */
  optimizer: { name: "sgd"; momentum: number } | { name: "adam" };
}

export type Activation = keyof typeof activations;

/** Each activation, its derivative as a function of its own output y, and the gain of He et al. (2015). */
const activations = {
  relu: { apply: (x: number) => Math.max(x, 0), slope: (y: number) => (y > 0 ? 1 : 0), gain: 2 },
  tanh: { apply: Math.tanh, slope: (y: number) => 1 - y * y, gain: 1 },
  sigmoid: { apply: (x: number) => 1 / (1 + Math.exp(-x)), slope: (y: number) => y * (1 - y), gain: 1 },
};

const ADAM = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** The share of validation images that the trained network takes for another class; that of a guess when it diverged. */
export function validationError(
  train: Images,
  validation: Images,
  classes: number,
  training: Training,
  rng: Rng,
): number {
  const inputs = train.pixels.length / train.count;
  const network = createNetwork(inputs, classes, training, rng);
  const update = createOptimizer(network.weights, training);
  for (let epoch = 0; epoch < training.epochs; epoch++) {
    const order = shuffled(train.count, rng);
    for (let start = 0; start < order.length; start += training.batch) {
      const rows = order.subarray(start, start + training.batch);
      network.gradient.fill(0);
      for (const row of rows) {
        network.forward(train, row);
        network.backward(train, row, 1 / rows.length);
      }
      update(network.gradient);
    }
  }
  let wrong = 0;
  for (let row = 0; row < validation.count; row++) {
    const scores = network.forward(validation, row);
    // Not a number where training diverged: then the first class stands.
    const guess = scores.reduce((best, score, k) => (score > scores[best]! ? k : best), 0);
    if (guess !== validation.labels[row]) wrong++;
  }
  return wrong / validation.count;
}

/** A network with random weights; `forward` and `backward` work on one image at a time, in place. */
export function createNetwork(
  inputs: number,
  classes: number,
  { width, activation }: Pick<Training, "width" | "activation">,
  rng: Rng,
) {
  const { apply, slope, gain } = activations[activation];
  const weights = new Float64Array(inputs * width + width + width * classes + classes);
  const gradient = new Float64Array(weights.length);
  const [w1, b1, w2, b2] = blocks(weights, inputs, width, classes);
  const [gw1, gb1, gw2, gb2] = blocks(gradient, inputs, width, classes);
  for (let i = 0; i < w1.length; i++) w1[i] = standardNormal(rng) * Math.sqrt(gain / inputs);
  for (let i = 0; i < w2.length; i++) w2[i] = standardNormal(rng) * Math.sqrt(1 / width);
  const units = new Float64Array(width);
  const scores = new Float64Array(classes);

  function forward({ pixels }: Images, row: number): Float64Array {
    units.set(b1);
    for (let i = 0; i < inputs; i++) {
      const pixel = pixels[row * inputs + i]!;
      if (pixel === 0) continue;
      for (let j = 0, w = i * width; j < width; j++, w++) units[j]! += pixel * w1[w]!;
    }
    scores.set(b2);
    for (let j = 0; j < width; j++) {
      const unit = apply(units[j]!);
      units[j] = unit;
      for (let k = 0; k < classes; k++) scores[k]! += unit * w2[j * classes + k]!;
    }
    return scores;
  }

  /** After `forward` of the same image: adds `weight` times the gradient of its cross-entropy. */
  function backward({ pixels, labels }: Images, row: number, weight: number): void {
    toErrors(scores, labels[row]!, weight);
    for (let k = 0; k < classes; k++) gb2[k]! += scores[k]!;
    for (let j = 0; j < width; j++) {
      let error = 0;
      for (let k = 0, w = j * classes; k < classes; k++, w++) {
        error += w2[w]! * scores[k]!;
        gw2[w]! += units[j]! * scores[k]!;
      }
      units[j] = error * slope(units[j]!);
      gb1[j]! += units[j]!;
    }
    for (let i = 0; i < inputs; i++) {
      const pixel = pixels[row * inputs + i]!;
      if (pixel === 0) continue;
      for (let j = 0, w = i * width; j < width; j++, w++) gw1[w]! += pixel * units[j]!;
    }
  }

  return { weights, gradient, forward, backward };
}

/** Scores become weight × (softmax - one-hot of the label), in place. */
function toErrors(scores: Float64Array, label: number, weight: number): void {
  const largest = scores.reduce((most, score) => Math.max(most, score));
  let sum = 0;
  for (let k = 0; k < scores.length; k++) {
    scores[k] = Math.exp(scores[k]! - largest);
    sum += scores[k]!;
  }
  for (let k = 0; k < scores.length; k++) scores[k] = weight * (scores[k]! / sum - (k === label ? 1 : 0));
}

/** Moves the weights, in place, by one gradient. */
function createOptimizer(
  weights: Float64Array,
  { lr, decay, optimizer }: Training,
): (gradient: Float64Array) => void {
  const shrink = 1 - lr * decay;
  const first = new Float64Array(weights.length);
  if (optimizer.name === "sgd") {
    return (gradient) => {
      for (let i = 0; i < weights.length; i++) {
        first[i] = optimizer.momentum * first[i]! + gradient[i]!;
        weights[i] = shrink * weights[i]! - lr * first[i]!;
      }
    };
  }
  const second = new Float64Array(weights.length);
  let steps = 0;
  return (gradient) => {
    steps++;
    const rate = (lr * Math.sqrt(1 - ADAM.beta2 ** steps)) / (1 - ADAM.beta1 ** steps);
    for (let i = 0; i < weights.length; i++) {
      const g = gradient[i]!;
      first[i] = ADAM.beta1 * first[i]! + (1 - ADAM.beta1) * g;
      second[i] = ADAM.beta2 * second[i]! + (1 - ADAM.beta2) * g * g;
      weights[i] = shrink * weights[i]! - (rate * first[i]!) / (Math.sqrt(second[i]!) + ADAM.epsilon);
    }
  };
}

/** Views of W1, b1, W2, b2 in a flat array. */
function blocks(flat: Float64Array, inputs: number, width: number, classes: number) {
  const ends = [inputs * width, inputs * width + width, inputs * width + width + width * classes] as const;
  return [
    flat.subarray(0, ends[0]),
    flat.subarray(ends[0], ends[1]),
    flat.subarray(ends[1], ends[2]),
    flat.subarray(ends[2]),
  ] as const;
}

/** 0 … count - 1 in random order (Fisher-Yates). */
function shuffled(count: number, rng: Rng): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(rng() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
