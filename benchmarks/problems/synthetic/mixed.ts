import type { Params } from "../../../core/space.ts";
import { categorical, float, int, numberOf, ordinal, under } from "../parameters.ts";
import type { Definition } from "./define.ts";

/**
 * Spaces as hyperparameter tuning has them: choices, counts, rates on a log scale, and branches that exist only under
 * some choice. Losses look like validation errors: smooth bowls whose place depends on the choices.
 */

/** Squared distance in decades (or octaves, with `base` 2) from the best value of something on a log scale. */
function decades(value: number, best: number, base = 10): number {
  return (Math.log(value / best) / Math.log(base)) ** 2;
}

const OPTIMIZER_COST: Record<string, number> = { adam: 0, sgd: 0.02, rmsprop: 0.03 };
const ACTIVATION_COST: Record<string, number> = { gelu: 0, relu: 0.008, tanh: 0.025 };
/** Best learning rate of each optimiser: choice and rate have to be found together. */
const OPTIMIZER_RATE: Record<string, number> = { adam: 0.001, sgd: 0.05, rmsprop: 0.0005 };

/** Two choices, a count, a count and a rate on log scales, and a stepped fraction; the rate interacts with two of them. */
const hpoLike: Definition = {
  name: "hpo_mixed_6",
  split: "dev",
  parameters: [
    categorical("optimizer", ["sgd", "adam", "rmsprop"]),
    categorical("activation", ["relu", "tanh", "gelu"]),
    int("layers", 1, 8),
    int("units", 16, 1024, "log"),
    float("lr", 1e-5, 1, "log"),
    { name: "dropout", type: "float", low: 0, high: 0.8, scale: "linear", step: 0.05 },
  ],
  loss: (params) => {
    const units = numberOf(params, "units");
    const layers = numberOf(params, "layers");
    // Wider networks want smaller rates and more dropout.
    const rate = OPTIMIZER_RATE[String(params.optimizer)]! * Math.sqrt(256 / units);
    const dropout = 0.3 + 0.1 * Math.log2(units / 256) * 0.5;
    return (
      OPTIMIZER_COST[String(params.optimizer)]! +
      ACTIVATION_COST[String(params.activation)]! +
      0.03 * decades(numberOf(params, "lr"), rate) +
      0.006 * decades(units, 256, 2) +
      0.006 * (layers - 4) ** 2 +
      0.5 * (numberOf(params, "dropout") - dropout) ** 2
    );
  },
  optimum: {
    params: { optimizer: "adam", activation: "gelu", layers: 4, units: 256, lr: 0.001, dropout: 0.3 },
    loss: 0,
  },
};

/** More choices than numbers: 4 x 5 x 6 combinations of which pairs matter, and an ordinal. */
const choices: Definition = {
  name: "categorical_pairs",
  split: "held-out",
  parameters: [
    categorical("loss", ["hinge", "log", "huber", "squared"]),
    categorical("penalty", ["none", "l1", "l2", "elastic", "group"]),
    categorical("scaler", ["none", "standard", "robust", "minmax", "quantile", "power"]),
    ordinal("batch", [8, 16, 32, 64, 128, 256, 512]),
    float("alpha", 1e-6, 1, "log"),
  ],
  loss: (params) => {
    const i = ["log", "huber", "hinge", "squared"].indexOf(String(params.loss));
    const j = ["l2", "elastic", "none", "group", "l1"].indexOf(String(params.penalty));
    const k = ["quantile", "standard", "power", "robust", "none", "minmax"].indexOf(String(params.scaler));
    // An optimum of the pairs that no single choice shows: (0, 0, 0) is best although i = 1 is better on average.
    const pairs = 0.04 * Math.abs(i - j) + 0.02 * ((j + 2 * k) % 5) + (i === 0 && j > 0 ? 0.1 : 0) + 0.01 * i;
    const best = 1e-3 * 10 ** (0.4 * i);
    return (
      pairs +
      0.015 * decades(numberOf(params, "alpha"), best) +
      0.01 * decades(numberOf(params, "batch"), 64, 2)
    );
  },
  optimum: {
    params: { loss: "log", penalty: "l2", scaler: "quantile", batch: 64, alpha: 1e-3 },
    loss: 0,
  },
};

/**
 * The tree of Jenatton et al. (2017), "Bayesian optimization with tree-structured dependencies", section 6.1, with the
 * four bowls moved out of the middle of their ranges.
 */
const jenatton: Definition = {
  name: "jenatton_tree",
  split: "dev",
  parameters: [
    categorical("x1", [0, 1]),
    ...under("x1", [0], [categorical("x2", [0, 1]), float("r8", 0, 1)]),
    ...under("x1", [1], [categorical("x3", [0, 1]), float("r9", 0, 1)]),
    ...under("x2", [0], [float("x4", -1, 1)]),
    ...under("x2", [1], [float("x5", -1, 1)]),
    ...under("x3", [0], [float("x6", -1, 1)]),
    ...under("x3", [1], [float("x7", -1, 1)]),
  ],
  loss: (params) => {
    const bowl = (name: string, centre: number) => (numberOf(params, name) - centre) ** 2;
    if (params.x1 === 0) {
      const leaf = params.x2 === 0 ? bowl("x4", 0.3) + 0.1 : bowl("x5", -0.2) + 0.2;
      return leaf + numberOf(params, "r8");
    }
    const leaf = params.x3 === 0 ? bowl("x6", 0.6) + 0.3 : bowl("x7", -0.5) + 0.4;
    return leaf + numberOf(params, "r9");
  },
  optimum: { params: { x1: 0, x2: 0, r8: 0, x4: 0.3 }, loss: 0.1 },
};

/** A choice of model whose sub-spaces are two levels deep; the best model looks worst until its own parameters fit. */
const models: Definition = {
  name: "model_choice",
  split: "held-out",
  parameters: [
    categorical("model", ["linear", "svm", "boosting", "network"]),
    ...under("model", ["linear"], [float("ridge", 1e-6, 10, "log")]),
    ...under(
      "model",
      ["svm"],
      [float("C", 1e-3, 1e3, "log"), categorical("kernel", ["linear", "rbf", "poly"])],
    ),
    ...under("kernel", ["rbf"], [float("gamma", 1e-5, 10, "log")]),
    ...under("kernel", ["poly"], [int("degree", 2, 6)]),
    ...under(
      "model",
      ["boosting"],
      [int("trees", 10, 2000, "log"), float("shrinkage", 1e-3, 1, "log"), int("depth", 1, 12)],
    ),
    ...under(
      "model",
      ["network"],
      [int("units", 8, 1024, "log"), float("lr", 1e-5, 1, "log"), categorical("optimizer", ["sgd", "adam"])],
    ),
    ...under("optimizer", ["sgd"], [float("momentum", 0, 0.99)]),
    ...under("optimizer", ["adam"], [float("beta2", 0.9, 0.9999)]),
  ],
  loss: modelLoss,
  optimum: {
    params: { model: "network", units: 128, lr: 0.03, optimizer: "sgd", momentum: 0.9 },
    loss: 0.05,
  },
};

function modelLoss(params: Params): number {
  const number = (name: string) => numberOf(params, name);
  switch (params.model) {
    case "linear":
      return 0.2 + 0.005 * decades(number("ridge"), 0.01);
    case "svm":
      return 0.08 + 0.01 * decades(number("C"), 10) + kernelLoss(params);
    case "boosting":
      // The product of trees and shrinkage is what matters most: a long, bent valley.
      return (
        0.07 +
        0.05 * decades(number("trees") * number("shrinkage"), 20) +
        0.005 * decades(number("shrinkage"), 0.05) +
        0.003 * (number("depth") - 5) ** 2
      );
    default:
      return 0.05 + 0.004 * decades(number("units"), 128, 2) + optimizerLoss(params);
  }
}

function kernelLoss(params: Params): number {
  if (params.kernel === "linear") return 0.1;
  if (params.kernel === "poly") return 0.03 + 0.02 * Math.abs(numberOf(params, "degree") - 3);
  // A wide kernel wants a large C.
  const best = 0.01 * (numberOf(params, "C") / 10) ** -0.5;
  return 0.02 * decades(numberOf(params, "gamma"), best);
}

function optimizerLoss(params: Params): number {
  const lr = numberOf(params, "lr");
  if (params.optimizer === "adam") {
    return 0.015 + 0.05 * decades(lr, 1e-3) + 20 * (numberOf(params, "beta2") - 0.99) ** 2;
  }
  const momentum = numberOf(params, "momentum");
  // What counts is the effective rate lr / (1 - momentum).
  return 0.05 * decades(lr / (1 - momentum), 0.3) + 0.2 * (momentum - 0.9) ** 2;
}

/** A pipeline: three stages that branch independently of each other, so that sub-spaces combine. */
const pipeline: Definition = {
  name: "pipeline",
  split: "dev",
  parameters: [
    categorical("impute", ["mean", "median", "knn"]),
    ...under("impute", ["knn"], [int("neighbours", 1, 30, "log")]),
    categorical("select", ["all", "k_best", "pca"]),
    ...under("select", ["k_best"], [int("k", 2, 100, "log")]),
    ...under("select", ["pca"], [float("variance", 0.5, 1), categorical("whiten", [false, true])]),
    categorical("learner", ["forest", "boosting"]),
    float("subsample", 0.1, 1),
    ...under("learner", ["forest"], [int("leaf", 1, 64, "log"), float("features", 0.05, 1)]),
    ...under("learner", ["boosting"], [float("lr", 1e-3, 1, "log"), int("depth", 1, 10)]),
  ],
  loss: (params) => imputeLoss(params) + selectLoss(params) + learnerLoss(params),
  optimum: {
    params: {
      impute: "knn",
      neighbours: 5,
      select: "pca",
      variance: 0.9,
      whiten: true,
      learner: "boosting",
      subsample: 0.7,
      lr: 0.1,
      depth: 4,
    },
    loss: 0,
  },
};

function imputeLoss(params: Params): number {
  if (params.impute === "knn") return 0.01 * decades(numberOf(params, "neighbours"), 5, 2);
  return params.impute === "median" ? 0.015 : 0.02;
}

function selectLoss(params: Params): number {
  if (params.select === "all") return 0.03;
  if (params.select === "k_best") return 0.01 + 0.01 * decades(numberOf(params, "k"), 20, 2);
  return (params.whiten ? 0 : 0.03) + 1.5 * (numberOf(params, "variance") - 0.9) ** 2;
}

function learnerLoss(params: Params): number {
  const sample = 0.2 * (numberOf(params, "subsample") - 0.7) ** 2;
  if (params.learner === "forest") {
    const features = numberOf(params, "features");
    return sample + 0.02 + 0.005 * decades(numberOf(params, "leaf"), 2, 2) + 0.1 * (features - 0.4) ** 2;
  }
  // Deeper trees want smaller steps.
  const depth = numberOf(params, "depth");
  const best = 0.1 * 10 ** (-0.1 * (depth - 4));
  return sample + 0.05 * decades(numberOf(params, "lr"), best) + 0.004 * (depth - 4) ** 2;
}

export const mixed: readonly Definition[] = [hpoLike, choices, jenatton, models, pipeline];
