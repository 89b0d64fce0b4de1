import { studyRng } from "../../../core/rng.ts";
import { cube, float, numberOf, vector } from "../parameters.ts";
import { type Definition, logScore } from "./define.ts";

/**
 * Classic test functions (Surjanovic & Bingham's collection), minimised, with d coordinates x_1 … x_d. Those whose
 * optimum is the middle of the domain are shifted, because methods that begin in the middle would find it at once.
 */

const shiftedAckley = shifted("ackley_10", 10, 5, ackley);
const shiftedRastrigin = shifted("rastrigin_5", 5, 5.12, rastrigin);
const shiftedGriewank = shifted("griewank_8", 8, 50, griewank);

const HARTMANN_OPTIMUM = [0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573];
const HARTMANN_LEAST = -3.322368011415515;
const BRANIN_LEAST = 0.39788735772973816;

const branin2: Definition = {
  name: "branin",
  split: "dev",
  parameters: [float("x1", -5, 10), float("x2", 0, 15)],
  loss: (params) => branin(numberOf(params, "x1"), numberOf(params, "x2")),
  optimum: { params: { x1: Math.PI, x2: 2.275 }, loss: BRANIN_LEAST },
};

const hartmann6: Definition = {
  name: "hartmann_6",
  split: "dev",
  parameters: cube(6, 0, 1),
  loss: (params) => hartmann(vector(params, 6)),
  optimum: { params: named(HARTMANN_OPTIMUM), loss: HARTMANN_LEAST },
};

const rosenbrock5: Definition = {
  name: "rosenbrock_5",
  split: "held-out",
  parameters: cube(5, -2.048, 2.048),
  loss: (params) => rosenbrock(vector(params, 5)),
  optimum: { params: named([1, 1, 1, 1, 1]), loss: 0 },
  score: logScore,
};

const levy4: Definition = {
  name: "levy_4",
  split: "held-out",
  parameters: cube(4, -10, 10),
  loss: (params) => levy(vector(params, 4)),
  optimum: { params: named([1, 1, 1, 1]), loss: 0 },
  score: logScore,
};

const ackley10: Definition = { ...shiftedAckley, split: "dev" };
const rastrigin5: Definition = { ...shiftedRastrigin, split: "held-out" };
const griewank8: Definition = { ...shiftedGriewank, split: "dev", score: logScore };

/** Noise of about a tenth of what random search has left after ten trials. */
const noisy: Definition[] = [
  { ...branin2, name: "branin_noisy", split: "held-out", noise: 1 },
  { ...hartmann6, name: "hartmann_6_noisy", split: "dev", noise: 0.2 },
  { ...ackley10, name: "ackley_10_noisy", split: "held-out", noise: 0.5 },
];

/** Functions of a few of very many parameters; which ones is drawn once and for all. */
const sparse: Definition[] = [
  embedded("hartmann_6_of_20", "dev", 20, 6, (x) => hartmann(x), HARTMANN_OPTIMUM, HARTMANN_LEAST),
  embedded("levy_4_of_50", "held-out", 50, 4, (u) => levy(u.map((v) => 20 * v - 10)), Array(4).fill(0.55), 0),
];

export const classic: readonly Definition[] = [
  branin2,
  hartmann6,
  ackley10,
  rosenbrock5,
  rastrigin5,
  levy4,
  griewank8,
  ...noisy,
  ...sparse,
];

function branin(x1: number, x2: number): number {
  const b = 5.1 / (4 * Math.PI ** 2);
  const bow = x2 - b * x1 * x1 + (5 / Math.PI) * x1 - 6;
  return bow * bow + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x1) + 10;
}

function hartmann(x: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    let distance = 0;
    for (let j = 0; j < 6; j++) distance += HARTMANN_A[i]![j]! * (x[j]! - HARTMANN_P[i]![j]! * 1e-4) ** 2;
    sum += HARTMANN_ALPHA[i]! * Math.exp(-distance);
  }
  return -sum;
}

function ackley(x: readonly number[]): number {
  const squares = x.reduce((sum, v) => sum + v * v, 0) / x.length;
  const waves = x.reduce((sum, v) => sum + Math.cos(2 * Math.PI * v), 0) / x.length;
  return 20 + Math.E - 20 * Math.exp(-0.2 * Math.sqrt(squares)) - Math.exp(waves);
}

function rosenbrock(x: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) sum += 100 * (x[i + 1]! - x[i]! ** 2) ** 2 + (1 - x[i]!) ** 2;
  return sum;
}

function rastrigin(x: readonly number[]): number {
  return x.reduce((sum, v) => sum + v * v - 10 * Math.cos(2 * Math.PI * v) + 10, 0);
}

function griewank(x: readonly number[]): number {
  const sum = x.reduce((total, v) => total + v * v, 0) / 4000;
  return sum - x.reduce((product, v, i) => product * Math.cos(v / Math.sqrt(i + 1)), 1) + 1;
}

function levy(x: readonly number[]): number {
  const w = x.map((v) => 1 + (v - 1) / 4);
  const last = w[w.length - 1]!;
  let sum = Math.sin(Math.PI * w[0]!) ** 2 + (last - 1) ** 2 * (1 + Math.sin(2 * Math.PI * last) ** 2);
  for (const v of w.slice(0, -1)) sum += (v - 1) ** 2 * (1 + 10 * Math.sin(Math.PI * v + 1) ** 2);
  return sum;
}

/** A function with its optimum of 0 at the origin, moved to a point of the middle 60 % of [-bound, bound]^d. */
function shifted(
  name: string,
  d: number,
  bound: number,
  f: (x: readonly number[]) => number,
): Omit<Definition, "split"> {
  const rng = studyRng(0, `${name}/shift`);
  const shift = Array.from({ length: d }, () => round(bound * (1.2 * rng() - 0.6)));
  return {
    name,
    parameters: cube(d, -bound, bound),
    loss: (params) => f(vector(params, d).map((v, i) => v - shift[i]!)),
    optimum: { params: named(shift), loss: 0 },
  };
}

function embedded(
  name: string,
  split: Definition["split"],
  d: number,
  active: number,
  f: (unit: readonly number[]) => number,
  optimum: readonly number[],
  least: number,
): Definition {
  const rng = studyRng(0, `${name}/active`);
  const keys = Array.from({ length: d }, (_, index) => ({ index, key: rng() }));
  const chosen = keys
    .sort((a, b) => a.key - b.key)
    .slice(0, active)
    .map(({ index }) => index);
  const best = Array.from({ length: d }, (_, index) => optimum[chosen.indexOf(index)] ?? 0.5);
  return {
    name,
    split,
    parameters: cube(d, 0, 1),
    loss: (params) => {
      const x = vector(params, d);
      return f(chosen.map((index) => x[index]!));
    },
    optimum: { params: named(best), loss: least },
  };
}

function named(x: readonly number[]): Record<string, number> {
  return Object.fromEntries(x.map((v, index) => [`x${index + 1}`, v]));
}

/** Values that decoding gives exactly. */
function round(v: number): number {
  return Math.round(v * 1e4) / 1e4;
}

const HARTMANN_ALPHA = [1, 1.2, 3, 3.2];
const HARTMANN_A = [
  [10, 3, 17, 3.5, 1.7, 8],
  [0.05, 10, 17, 0.1, 8, 14],
  [3, 3.5, 1.7, 10, 17, 8],
  [17, 8, 0.05, 10, 0.1, 14],
];
const HARTMANN_P = [
  [1312, 1696, 5569, 124, 8283, 5886],
  [2329, 4135, 8307, 3736, 1004, 9991],
  [2348, 1451, 3522, 2883, 3047, 6650],
  [4047, 8828, 8732, 5743, 1091, 381],
];
