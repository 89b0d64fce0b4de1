// A multilayer perceptron with one hidden layer and a softmax output, trained by mini-batch SGD or Adam.
//
//   n  inputs    h  hidden units    c  classes    All parameters lie in one flat array, one block after another:
//   W1  n x h (row per input, so that black pixels are skipped whole)   b1  h   W2  h x c   b2  c

/** Each activation and its derivative, as a function of the activation's own output y. */
const ACTIVATIONS = {
  relu: { apply: (x) => Math.max(x, 0), slope: (y) => (y > 0 ? 1 : 0), gain: 2 },
  tanh: { apply: Math.tanh, slope: (y) => 1 - y * y, gain: 1 },
  sigmoid: { apply: (x) => 1 / (1 + Math.exp(-x)), slope: (y) => y * (1 - y), gain: 1 },
};
export const ACTIVATION_NAMES = Object.keys(ACTIVATIONS);

const ADAM_BETA1 = 0.9;
const ADAM_BETA2 = 0.999;
const ADAM_EPSILON = 1e-8; // The three of Kingma & Ba 2015.

/**
 * A network with random weights (variance gain / inputs: He et al. 2015 for relu, LeCun et al. 1998 for the others).
 * `first` and `second` are the optimiser's moments, of the parameters' length; `steps` counts its updates.
 */
export function createNetwork({ inputs, hidden, classes, activation }, random) {
  const size = inputs * hidden + hidden + hidden * classes + classes;
  const parameters = new Float32Array(size);
  const [w1, , w2] = blocks(parameters, inputs, hidden, classes);
  const { gain } = ACTIVATIONS[activation];
  for (let i = 0; i < w1.length; i++) w1[i] = normal(random) * Math.sqrt(gain / inputs);
  for (let i = 0; i < w2.length; i++) w2[i] = normal(random) * Math.sqrt(1 / hidden);
  const moments = { first: new Float32Array(size), second: new Float32Array(size), steps: 0 };
  return { inputs, hidden, classes, activation, parameters, ...moments };
}

/** Trains on every image once, in random order. Returns the mean cross-entropy seen on the way; NaN when it diverged. */
export function trainEpoch(network, images, options, random) {
  const order = shuffle(images.count, random);
  const pass = createPass(network);
  const update = options.optimizer === "adam" ? adamStep : momentumStep;
  let loss = 0;
  for (let start = 0; start < order.length; start += options.batch) {
    const rows = order.subarray(start, start + options.batch);
    pass.gradient.fill(0);
    for (const row of rows) {
      pass.forward(images, row);
      loss += pass.backward(images, row, 1 / rows.length);
    }
    update(network, pass.gradient, options);
    decayWeights(network, options.lr * options.decay);
  }
  return loss / images.count;
}

/** The share of images, in [0, 1], whose most probable class is their label. */
export function accuracy(network, images) {
  const pass = createPass(network);
  let correct = 0;
  for (let row = 0; row < images.count; row++) {
    const scores = pass.forward(images, row);
    let best = 0;
    for (let k = 1; k < scores.length; k++) if (scores[k] > scores[best]) best = k;
    if (best === images.labels[row]) correct++;
  }
  return correct / images.count;
}

/** The forward and backward pass of single images, over buffers that are allocated once. */
function createPass({ inputs, hidden, classes, activation, parameters }) {
  const { apply, slope } = ACTIVATIONS[activation];
  const [w1, b1, w2, b2] = blocks(parameters, inputs, hidden, classes);
  const gradient = new Float32Array(parameters.length);
  const [gw1, gb1, gw2, gb2] = blocks(gradient, inputs, hidden, classes);
  const units = new Float32Array(hidden);
  const scores = new Float32Array(classes);

  function forward({ pixels }, row) {
    units.set(b1);
    for (let i = 0; i < inputs; i++) {
      const pixel = pixels[row * inputs + i];
      if (pixel === 0) continue;
      for (let j = 0, w = i * hidden; j < hidden; j++, w++) units[j] += pixel * w1[w];
    }
    scores.set(b2);
    for (let j = 0; j < hidden; j++) {
      units[j] = apply(units[j]);
      for (let k = 0; k < classes; k++) scores[k] += units[j] * w2[j * classes + k];
    }
    return scores;
  }

  /** After `forward` of the same image: adds `weight` times its gradient and returns its cross-entropy. */
  function backward({ pixels, labels }, row, weight) {
    const logSum = logSumExp(scores);
    const loss = logSum - scores[labels[row]];
    for (let k = 0; k < classes; k++) {
      scores[k] = weight * (Math.exp(scores[k] - logSum) - (k === labels[row] ? 1 : 0));
      gb2[k] += scores[k];
    }
    for (let j = 0; j < hidden; j++) {
      let error = 0;
      for (let k = 0, w = j * classes; k < classes; k++, w++) {
        error += w2[w] * scores[k];
        gw2[w] += units[j] * scores[k];
      }
      units[j] = error * slope(units[j]);
      gb1[j] += units[j];
    }
    for (let i = 0; i < inputs; i++) {
      const pixel = pixels[row * inputs + i];
      if (pixel === 0) continue;
      for (let j = 0, w = i * hidden; j < hidden; j++, w++) gw1[w] += pixel * units[j];
    }
    return loss;
  }

  return { forward, backward, gradient };
}

/** SGD with heavy-ball momentum (Polyak 1964). */
function momentumStep(network, gradient, { lr, momentum }) {
  const { parameters, first } = network;
  for (let i = 0; i < parameters.length; i++) {
    first[i] = momentum * first[i] + gradient[i];
    parameters[i] -= lr * first[i];
  }
}

function adamStep(network, gradient, { lr }) {
  const { parameters, first, second } = network;
  network.steps++;
  const rate = (lr * Math.sqrt(1 - ADAM_BETA2 ** network.steps)) / (1 - ADAM_BETA1 ** network.steps);
  for (let i = 0; i < parameters.length; i++) {
    first[i] = ADAM_BETA1 * first[i] + (1 - ADAM_BETA1) * gradient[i];
    second[i] = ADAM_BETA2 * second[i] + (1 - ADAM_BETA2) * gradient[i] * gradient[i];
    parameters[i] -= (rate * first[i]) / (Math.sqrt(second[i]) + ADAM_EPSILON);
  }
}

/** Decoupled weight decay (Loshchilov & Hutter 2019), of weights and not of biases. */
function decayWeights({ inputs, hidden, classes, parameters }, rate) {
  const [w1, , w2] = blocks(parameters, inputs, hidden, classes);
  for (let i = 0; i < w1.length; i++) w1[i] -= rate * w1[i];
  for (let i = 0; i < w2.length; i++) w2[i] -= rate * w2[i];
}

/** Views of W1, b1, W2, b2 in a flat array. */
function blocks(flat, inputs, hidden, classes) {
  const ends = [
    inputs * hidden,
    inputs * hidden + hidden,
    inputs * hidden + hidden + hidden * classes,
    flat.length,
  ];
  return ends.map((end, index) => flat.subarray(index === 0 ? 0 : ends[index - 1], end));
}

/** log(sum(exp(x))) without overflow. */
function logSumExp(values) {
  const largest = Math.max(...values);
  let sum = 0;
  for (const value of values) sum += Math.exp(value - largest);
  return largest + Math.log(sum);
}

/** 0 … count - 1 in random order (Fisher-Yates). */
function shuffle(count, random) {
  const order = Uint32Array.from({ length: count }, (_, index) => index);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/** A standard normal deviate (Box-Muller). */
function normal(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
