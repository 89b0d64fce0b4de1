import { rungsOf } from "../../../core/fidelity.ts";
import { float, int } from "../../problems/parameters.ts";
import { folderOf, readFloats, readJson } from "../../problems/recorded/files.ts";
import type { Row } from "../../problems/recorded/nearest.ts";
import type { CurveProblem } from "./problem.ts";
import { recordedProblem } from "./recorded.ts";

/** Test error, training errors, seconds. */
const VALUES = 3;
const ERROR = 0;
const SECONDS = 2;
const MAX = 56_000;
const MIN = 600;

const space = {
  parameters: [
    float("learning_rate", 1e-6, 1, "log"),
    int("max_depth", 2, 32, "log"),
    float("min_child_weight", 1e-6, 32, "log"),
    int("n_estimators", 2, 256, "log"),
  ],
  constraints: [],
};

/**
 * XGBoost on MNIST: 1,000 recorded configurations, each trained on 28 sizes of the data with its seconds; the loss is the
 * test error. The budget is the number of examples: no training goes on where a smaller one ended.
 */
export function loadXgbMnist(data: string | null): CurveProblem[] {
  const folder = folderOf(data, "xgb_mnist");
  if (folder === null) return [];
  const { data_sizes: sizes } = readJson<{ data_sizes: number[] }>(folder, "meta.json");
  const read = () => {
    const values = readFloats(folder, "results.f32.gz");
    const at = (row: number, step: number, value: number) =>
      values[(row * sizes.length + nearestSize(sizes, step)) * VALUES + value]!;
    return {
      rows: readJson<Row[]>(folder, "hp.json.gz"),
      lossAt: (row: number, step: number) => at(row, step, ERROR),
      secondsAt: (row: number, step: number) => at(row, step, SECONDS),
    };
  };
  return [
    recordedProblem({
      ...{ suite: "xgb_mnist", task: "mnist", space, unit: "example", min: MIN, max: MAX },
      ...{ steps: rungsOf({ min: MIN, max: MAX, eta: 3 }), resumable: false, read },
    }),
  ];
}

/** Index of the recorded size nearest to this one, by their ratio. */
function nearestSize(sizes: readonly number[], size: number): number {
  const distance = (index: number) => Math.abs(Math.log(sizes[index]! / size));
  return sizes.reduce((best, _, index) => (distance(index) < distance(best) ? index : best), 0);
}
