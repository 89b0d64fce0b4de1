import { folderOf, readFloats, readJson } from "../../problems/recorded/files.ts";
import { lcbenchSpace } from "../../problems/recorded/lcbench.ts";
import type { Row } from "../../problems/recorded/nearest.ts";
import { type CurveProblem, wholeSteps } from "./problem.ts";
import { recordedProblem } from "./recorded.ts";

const TASK = "blood-transfusion-service-center";
/** Epochs of a curve; the first is the untrained network. */
const EPOCHS = 52;
const METRICS = 4;
const ACCURACY = 0;
const SECONDS = 3;

/**
 * LCBench (Zimmer et al. 2021): 2,000 recorded trainings of funnel-shaped networks, 51 epochs each with its seconds; the
 * loss is the validation error in percent. A small and noisy data set: many networks end alike.
 */
export function loadLcbenchCurves(data: string | null): CurveProblem[] {
  const folder = folderOf(data, "lcbench");
  if (folder === null) return [];
  const read = () => {
    const values = readFloats(folder, `${TASK}.curves.f32.gz`);
    const at = (row: number, epoch: number, metric: number) =>
      values[(row * EPOCHS + epoch) * METRICS + metric]!;
    return {
      rows: readJson<Row[]>(folder, "hp.json.gz"),
      lossAt: (row: number, step: number) => 100 - at(row, step, ACCURACY),
      secondsAt: (row: number, step: number) => at(row, step, SECONDS),
    };
  };
  const max = EPOCHS - 1;
  return [
    recordedProblem({
      ...{ suite: "lcbench", task: TASK, space: lcbenchSpace },
      ...{ unit: "epoch", min: 1, max, steps: wholeSteps(max), resumable: true, read },
    }),
  ];
}
