import { float } from "../../problems/parameters.ts";
import { folderOf, readFloats, readJson } from "../../problems/recorded/files.ts";
import type { Row } from "../../problems/recorded/nearest.ts";
import { lazy } from "../../problems/reference.ts";
import { type CurveProblem, wholeSteps } from "./problem.ts";
import { recordedProblem } from "./recorded.ts";

/** Checkpoints of a curve; the first is the untrained network. */
const CHECKPOINTS = 51;
/** Train, validation and test loss. */
const LOSSES = 3;
const VALIDATION = 1;

const PREFIX = "FixedTextRNNClassification_imdb_";
const TASKS = [
  "patch128_LSTM128_avg_bs64",
  "patch128_LSTM128_bs64",
  "patch32_GRU128_bs128",
  "patch32_IRNN64_relu_avg_bs128",
  "patch32_IRNN64_relu_last_bs128",
  "patch32_LSTM128_bs128",
  "patch32_VRNN128_tanh_bs128",
  "patch32_VRNN64_relu_avg_bs128",
];

/** What was searched (Metz et al. 2020, Adam8p); the decay rates of Adam's means as their distance to 1. */
const space = {
  parameters: [
    float("learning_rate", 1e-8, 10, "log"),
    float("one_minus_beta1", 1e-4, 1, "log"),
    float("one_minus_beta2", 1e-6, 1, "log"),
    float("epsilon", 1e-10, 1e3, "log"),
    float("l1", 1e-8, 10, "log"),
    float("l2", 1e-8, 10, "log"),
    float("linear_decay", 1e-7, 1e-4, "log"),
    float("exponential_decay", 1e-6, 1e-3, "log"),
  ],
  constraints: [],
};

/**
 * TaskSet (Metz et al. 2020): recurrent networks on text, each with the same 1,000 settings of its optimiser, as curves
 * of 50 checkpoints after the untrained network's; the loss is the validation cross-entropy. Every checkpoint takes a
 * minute: no times were recorded.
 */
export function loadTasksetCurves(data: string | null): CurveProblem[] {
  const folder = folderOf(data, "taskset");
  if (folder === null) return [];
  const rows = lazy(() => readJson<Row[]>(folder, `${PREFIX}${TASKS[0]}.hp.json.gz`).map(searchedRow));
  const max = CHECKPOINTS - 1;
  return TASKS.map((task) =>
    recordedProblem({
      ...{ suite: "taskset", task, space },
      ...{ unit: "checkpoint", min: 1, max, steps: wholeSteps(max), resumable: true },
      read: () => {
        const values = readFloats(folder, `${PREFIX}${task}.curves.f32.gz`);
        return {
          rows: rows(),
          lossAt: (row, step) => values[(row * LOSSES + VALIDATION) * CHECKPOINTS + step]!,
          secondsAt: (_row, step) => 60 * step,
        };
      },
    }),
  );
}

function searchedRow([learningRate, beta1, beta2, ...others]: Row): Row {
  return [learningRate!, distanceToOne(beta1!, 1e-4), distanceToOne(beta2!, 1e-6), ...others];
}

/** Not below `least`, which the difference of two nearly equal numbers may miss. */
function distanceToOne(value: number, least: number): number {
  return Math.max(least, 1 - value);
}
