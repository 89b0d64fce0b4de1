import { describe, expect, test } from "vitest";
import {
  BINS,
  type BoostingOptions,
  boost,
  type Table,
} from "../../../benchmarks/problems/live/gradient-boosting.ts";
import { loadLive } from "../../../benchmarks/problems/live/index.ts";
import { type Activation, createNetwork, type Images } from "../../../benchmarks/problems/live/perceptron.ts";
import { studyRng } from "../../../core/rng.ts";
import type { Params } from "../../../core/space.ts";

const [digits, boosting] = loadLive() as [ReturnType<typeof loadLive>[0], ReturnType<typeof loadLive>[0]];

describe("live digits", () => {
  const sensible: Params = {
    lr: 0.05,
    weight_decay: 1e-4,
    width: 32,
    batch: 32,
    activation: "relu",
    optimizer: "sgd",
    momentum: 0.9,
  };
  const errorAt = (changes: Params) => digits.evaluate({ ...sensible, ...changes }, 0).losses[0]!;

  test("are learnt with sensible parameters, not with a tiny rate, and a rate that diverges is as bad as guessing", () => {
    expect(errorAt({})).toBeLessThan(0.2);
    const { momentum: _, ...adam } = sensible;
    expect(digits.evaluate({ ...adam, optimizer: "adam", lr: 0.003 }, 0).losses[0]).toBeLessThan(0.2);
    expect(errorAt({ lr: 1e-4, momentum: 0 })).toBeGreaterThan(0.5);
    expect(errorAt({ lr: 1, momentum: 0.99 })).toBeGreaterThan(0.8);
  });

  test.each<Activation>(["relu", "tanh", "sigmoid"])(
    "go backwards as they go forwards, with %s units",
    (activation) => {
      const images: Images = {
        count: 1,
        pixels: Float32Array.of(0.5, 0, 1),
        labels: Uint8Array.of(1),
      };
      const rng = studyRng(4, activation);
      const { weights, gradient, forward, backward } = createNetwork(3, 2, { width: 4, activation }, rng);
      const crossEntropy = () => {
        const [a, b] = forward(images, 0) as unknown as [number, number];
        return Math.log(Math.exp(a) + Math.exp(b)) - b;
      };
      forward(images, 0);
      backward(images, 0, 1);
      const h = 1e-6;
      for (let i = 0; i < weights.length; i++) {
        const at = weights[i]!;
        weights[i] = at + h;
        const above = crossEntropy();
        weights[i] = at - h;
        const below = crossEntropy();
        weights[i] = at;
        expect(gradient[i]).toBeCloseTo((above - below) / (2 * h), 6);
      }
    },
  );
});

describe("live boosting", () => {
  const plain: BoostingOptions = {
    trees: 1,
    shrinkage: 1,
    depth: 1,
    minLeaf: 1,
    l2: 0,
    subsample: 1,
    columns: 1,
    clip: Number.POSITIVE_INFINITY,
  };
  const rng = () => 0;
  const table = (bins: number[], targets: number[]): Table => ({
    rows: targets.length,
    features: bins.length / targets.length,
    bins: Uint8Array.from(bins),
    targets: Float64Array.from(targets),
  });
  const fitted = (train: Table, changes: Partial<BoostingOptions>) => [
    ...boost(train, train, { ...plain, ...changes }, rng),
  ];

  test("splits where the targets jump, and gives each side its mean", () => {
    // The second feature tells nothing.
    const step = table([0, 9, 1, 9, 7, 9, BINS - 1, 9], [1, 3, 10, 12]);
    expect(fitted(step, {})).toEqual([2, 2, 11, 11]);
    expect(fitted(step, { depth: 2 })).toEqual([1, 3, 10, 12]);
    expect(fitted(step, { depth: 2, minLeaf: 2 })).toEqual([2, 2, 11, 11]);
    expect(fitted(step, { minLeaf: 3 })).toEqual([6.5, 6.5, 6.5, 6.5]);
  });

  test("shrinks leaves by l2, trees by the shrinkage, and residuals to the clip", () => {
    // From the upper median, 14, residuals are -4 on the left and 0 on the right.
    const step = table([0, 0, 1, 1], [10, 10, 14, 14]);
    const start = 14;
    expect(fitted(step, { l2: 2 })).toEqual([start - 2, start - 2, start, start]);
    expect(fitted(step, { shrinkage: 0.5 })).toEqual([start - 2, start - 2, start, start]);
    expect(fitted(step, { shrinkage: 0.5, trees: 2 })).toEqual([start - 3, start - 3, start, start]);
    expect(fitted(step, { clip: 1 })).toEqual([start - 1, start - 1, start, start]);
  });

  test("comes near the noise with sensible parameters, and gross errors make the choice of loss matter", () => {
    const sensible: Params = {
      trees: 150,
      shrinkage: 0.1,
      depth: 3,
      min_leaf: 5,
      l2: 1,
      subsample: 0.7,
      columns: 0.8,
    };
    const huber = boosting.evaluate({ ...sensible, objective: "huber", delta: 2 }, 0).losses[0]!;
    const squared = boosting.evaluate({ ...sensible, objective: "squared" }, 0).losses[0]!;
    const stumps = boosting.evaluate({ ...sensible, objective: "huber", delta: 2, depth: 1, trees: 10 }, 0)
      .losses[0]!;
    // The noise alone has a mean absolute value of sqrt(2/π) = 0.80.
    expect(huber).toBeGreaterThan(0.8);
    expect(huber).toBeLessThan(1.6);
    expect(squared).toBeGreaterThan(huber);
    expect(stumps).toBeGreaterThan(huber + 1);
  });
});

test.each(loadLive())(
  "$name gives the same params the same loss in every repetition",
  ({ space, evaluate }) => {
    const params = Object.fromEntries(
      space.parameters.map((parameter) => {
        if (parameter.type === "categorical") return [parameter.name, parameter.choices[0]!];
        return [
          parameter.name,
          parameter.type === "ordinal" ? parameter.values[0]! : (parameter as { low: number }).low,
        ];
      }),
    );
    expect(evaluate(params, 1)).toEqual(evaluate(params, 0));
  },
);
