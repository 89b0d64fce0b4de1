import { type Rng, studyRng } from "../../../core/rng.ts";
import type { Params } from "../../../core/space.ts";
import { evaluationRng, standardNormal } from "../chance.ts";
import { categorical, float, int, numberOf, under } from "../parameters.ts";
import { lazy } from "../reference.ts";
import { BINS, type BoostingOptions, boost, type Table } from "./gradient-boosting.ts";
import type { LiveProblem } from "./problem.ts";

const NAME = "live/boosting";
const ROWS = 600;
const FEATURES = 10;
/** Share and standard deviation of the gross errors among the training targets. */
const OUTLIERS = { share: 0.1, std: 15 };

/**
 * Gradient boosting on the regression problem of Friedman (1991), "MARS", section 4.3: ten features of which five
 * matter, noise of variance 1, and here a tenth of the training targets grossly wrong, so that the choice of loss
 * matters. Loss is the mean absolute error on clean validation data.
 */
export const boosting: LiveProblem = {
  name: NAME,
  split: "held-out",
  parameters: [
    int("trees", 10, 200, "log"),
    float("shrinkage", 0.01, 1, "log"),
    int("depth", 1, 8),
    int("min_leaf", 1, 64, "log"),
    float("l2", 1e-3, 100, "log"),
    float("subsample", 0.2, 1),
    float("columns", 0.2, 1),
    categorical("objective", ["squared", "huber"]),
    ...under("objective", ["huber"], [float("delta", 0.1, 20, "log")]),
  ],
  train(params) {
    const { train, validation } = tables();
    const options = optionsOf(params);
    const predicted = boost(train, validation, options, evaluationRng(NAME, params, 0));
    const errors = predicted.map((value, row) => Math.abs(value - validation.targets[row]!));
    const loss = errors.reduce((sum, error) => sum + error, 0) / validation.rows;
    const { trees, depth, subsample, columns } = options;
    return { loss, work: 100 * trees * depth * subsample * columns * ROWS * FEATURES };
  },
};

function optionsOf(params: Params): BoostingOptions {
  return {
    trees: numberOf(params, "trees"),
    shrinkage: numberOf(params, "shrinkage"),
    depth: numberOf(params, "depth"),
    minLeaf: numberOf(params, "min_leaf"),
    l2: numberOf(params, "l2"),
    subsample: numberOf(params, "subsample"),
    columns: numberOf(params, "columns"),
    clip: params.objective === "huber" ? numberOf(params, "delta") : Number.POSITIVE_INFINITY,
  };
}

const tables = lazy(() => {
  const rng = studyRng(0, `${NAME}/data`);
  return { train: generate(rng, OUTLIERS.share), validation: generate(rng, 0) };
});

function generate(rng: Rng, outliers: number): Table {
  const bins = new Uint8Array(ROWS * FEATURES);
  const targets = new Float64Array(ROWS);
  for (let row = 0; row < ROWS; row++) {
    const x = Array.from({ length: FEATURES }, rng);
    bins.set(
      x.map((v) => Math.floor(v * BINS)),
      row * FEATURES,
    );
    const std = rng() < outliers ? OUTLIERS.std : 1;
    targets[row] = friedman(x) + std * standardNormal(rng);
  }
  return { rows: ROWS, features: FEATURES, bins, targets };
}

function friedman([a, b, c, d, e]: readonly number[]): number {
  return 10 * Math.sin(Math.PI * a! * b!) + 20 * (c! - 0.5) ** 2 + 10 * d! + 5 * e!;
}
