import type { Params } from "../../../core/space.ts";
import { evaluationRng, simulatedSeconds } from "../chance.ts";
import { float, int } from "../parameters.ts";
import type { BenchmarkProblem } from "../problem.ts";
import { lazy, sampledReference } from "../reference.ts";
import { folderOf, readFloats, readJson } from "./files.ts";
import { nearestRow, type Row } from "./nearest.ts";

const TASKS = {
  vehicle: "dev",
  fabert: "dev",
  jungle_chess_2pcs_raw_endgame_complete: "dev",
  segment: "held-out",
  phoneme: "held-out",
  higgs: "held-out",
} as const;

/** What LCBench searches. */
export const lcbenchSpace = {
  parameters: [
    int("batch_size", 16, 512, "log"),
    float("learning_rate", 1e-4, 0.1, "log"),
    float("momentum", 0.1, 0.99),
    float("weight_decay", 1e-5, 0.1),
    // LCBench goes to 5, but none of these recordings does.
    int("num_layers", 1, 4),
    int("max_units", 64, 1024, "log"),
    float("max_dropout", 0, 1),
  ],
  constraints: [],
};

/** Metrics of a row of results; the first is the final validation accuracy in percent. */
const METRICS = 8;

/**
 * LCBench (Zimmer et al. 2021): 2,000 recorded trainings of funnel-shaped networks a data set, the same random
 * configurations on each. A point has the loss (validation error in percent) of the recorded configuration that is
 * nearest in the unit cube of the declared scales: a real response with all its noise, constant in pieces. So the
 * optimum is known, and a gradient is nowhere.
 */
export function loadLcbench(data: string | null): BenchmarkProblem[] {
  const folder = folderOf(data, "lcbench");
  if (folder === null) return [];
  const nearest = lazy(() => nearestRow(lcbenchSpace, readJson<Row[]>(folder, "hp.json.gz")));
  return Object.entries(TASKS).map(([task, split]) => {
    const losses = lazy(() => errors(readFloats(folder, `${task}.results.f32.gz`)));
    return recordedProblem(task, split, (params) => losses()[nearest()(params)]!, losses);
  });
}

function errors(results: Float32Array): Float64Array {
  return new Float64Array(results.length / METRICS).map((_, row) => 100 - results[row * METRICS]!);
}

function recordedProblem(
  task: string,
  split: BenchmarkProblem["split"],
  loss: (params: Params) => number,
  losses: () => Float64Array,
): BenchmarkProblem {
  const name = `lcbench/${task}`;
  const reference = lazy(() => sampledReference(name, lcbenchSpace, loss));
  return {
    name,
    family: "lcbench",
    split,
    space: lcbenchSpace,
    objectives: 1,
    evaluate: (params, repetition) => ({
      losses: [loss(params)],
      seconds: simulatedSeconds(evaluationRng(name, params, repetition)),
    }),
    get best() {
      return Math.min(...losses());
    },
    get reference() {
      return reference();
    },
    score: (value) => value,
  };
}
