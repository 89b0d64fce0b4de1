// Trains a small neural network on handwritten digits and prints its metrics, one line an epoch:
//
//   node train.mjs --lr=0.1 --width=64
//   epoch=1 loss=1.1042 val_acc=0.8610
//
// It is a plain script that knows nothing of Fettle's API. It runs by itself, with the defaults below; in a trial
// its parameters arrive as flags, its metrics are read off stdout, and a few FETTLE_* variables say the rest.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { deserialize, serialize } from "node:v8";
import { CLASSES, loadDigits, PIXELS } from "./data.mjs";
import { ACTIVATION_NAMES, accuracy, createNetwork, trainEpoch } from "./mlp.mjs";

const CHECKPOINT_EVERY = 2; // epochs

const options = readOptions();
const { train, validation } = loadDigits();
const state = restoreCheckpoint() ?? { epoch: 0, best: 0, network: newNetwork() };

while (state.epoch < options.epochs) {
  state.epoch++;
  const loss = trainEpoch(state.network, train, options, randomOf(`epoch ${state.epoch}`));
  const valAcc = accuracy(state.network, validation);
  state.best = Math.max(state.best, valAcc);
  state.report = `epoch=${state.epoch} loss=${loss.toFixed(4)} val_acc=${valAcc.toFixed(4)}`;
  console.log(state.report);
  if (!Number.isFinite(loss)) break; // It diverged, and will not come back.
  if (state.epoch % CHECKPOINT_EVERY === 0 || state.epoch === options.epochs) saveCheckpoint();
}
console.log(`best_val_acc=${state.best.toFixed(4)}`);

function newNetwork() {
  const { width, activation } = options;
  return createNetwork({ inputs: PIXELS, hidden: width, classes: CLASSES, activation }, randomOf("weights"));
}

function readOptions() {
  const flag = (value) => ({ type: "string", default: value });
  const values = readFlags({
    lr: flag("0.05"),
    width: flag("32"),
    batch: flag("32"),
    weight_decay: flag("1e-4"),
    activation: flag("relu"),
    optimizer: flag("sgd"),
    momentum: flag("0.9"),
    // A budget is how far this trial may train for now; it may be promoted to a larger one later.
    epochs: flag(process.env.FETTLE_BUDGET || "8"),
    seed: flag(process.env.FETTLE_SEED || "0"),
  });
  return {
    lr: number("lr", values.lr),
    width: count("width", values.width),
    batch: count("batch", values.batch),
    decay: number("weight_decay", values.weight_decay),
    activation: oneOf("activation", values.activation, ACTIVATION_NAMES),
    optimizer: oneOf("optimizer", values.optimizer, ["sgd", "adam"]),
    momentum: number("momentum", values.momentum),
    epochs: count("epochs", values.epochs),
    seed: values.seed,
  };
}

function readFlags(flags) {
  try {
    return parseArgs({ options: flags }).values;
  } catch (error) {
    return fail(error.message);
  }
}

function number(name, text) {
  const value = Number(text);
  if (text.trim() === "" || !(value >= 0) || value === Infinity)
    fail(`--${name}=${text} is not a number >= 0.`);
  return value;
}

function count(name, text) {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) fail(`--${name}=${text} is not a whole number >= 1.`);
  return value;
}

function oneOf(name, text, choices) {
  if (!choices.includes(text)) fail(`--${name}=${text} is none of ${choices.join(", ")}.`);
  return text;
}

/** Exit status 2: the flags are wrong, and running it again would not help. */
function fail(message) {
  console.error(message);
  process.exit(2);
}

function checkpointFile() {
  const directory = process.env.FETTLE_CHECKPOINT_DIR;
  return directory && join(directory, "digits.checkpoint");
}

/** Where an earlier attempt of this trial stopped, or undefined when there is nothing to go on from. */
function restoreCheckpoint() {
  if (!checkpointFile() || process.env.FETTLE_RESUME !== "1") return undefined;
  try {
    const saved = deserialize(readFileSync(checkpointFile()));
    console.error(`Resuming after epoch ${saved.epoch}.`);
    // Once more, for the attempt that was killed after its last epoch and before its end.
    console.log(saved.report);
    return saved;
  } catch (error) {
    console.error(`No usable checkpoint, starting from the first epoch: ${error.message}`);
    return undefined;
  }
}

/** Replaces the checkpoint whole: a kill in the middle leaves the one before. */
function saveCheckpoint() {
  const file = checkpointFile();
  if (!file) return;
  mkdirSync(process.env.FETTLE_CHECKPOINT_DIR, { recursive: true });
  writeFileSync(`${file}.new`, serialize(state));
  renameSync(`${file}.new`, file);
}

/**
 * Uniform doubles in [0, 1) that depend on the seed and the purpose alone, so that a resumed trial goes on exactly as
 * if it had never stopped. mulberry32 over an FNV-1a hash.
 */
function randomOf(purpose) {
  let state = 0x811c9dc5;
  for (const character of `${options.seed}/${purpose}`) {
    state = Math.imul(state ^ character.codePointAt(0), 0x01000193);
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}
