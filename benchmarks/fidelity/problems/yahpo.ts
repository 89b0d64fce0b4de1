import { studyRng } from "../../../core/rng.ts";
import type { Params } from "../../../core/space.ts";
import { folderOf } from "../../problems/recorded/files.ts";
import { openSurrogate, type Surrogate } from "../../problems/recorded/yahpo/surrogate.ts";
import { lazy, randomParams } from "../../problems/reference.ts";
import { scaleOf } from "../../problems/scales.ts";
import { mean, median } from "../../quality/statistics.ts";
import type { CurveProblem, Training } from "./problem.ts";

const SCENARIO = "lcbench";
const INSTANCES = ["167168", "189873", "189906"];
const MAX = 52;
const MIN = 1;
/** A prediction takes a millisecond: a whole curve of every trial would be most of the benchmark. */
const STEPS = [2, 4, 6, 9, 13, 17, 22, 28, 34, 40, 46, MAX];
/** Random trainings behind the mean duration and the median. */
const SAMPLES = 200;

/**
 * LCBench as YAHPO's surrogate sees it (Pfisterer et al. 2022): every epoch of every configuration, predicted. Smooth
 * and without noise; the loss is the validation error in percent.
 */
export function loadYahpoCurves(data: string | null): CurveProblem[] {
  const folder = folderOf(data, "yahpo");
  if (folder === null) return [];
  const surrogate = lazy(() => openSurrogate(folder, SCENARIO));
  return INSTANCES.map((instance) => surrogateProblem(instance, surrogate));
}

function surrogateProblem(instance: string, surrogate: () => Surrogate): CurveProblem {
  const task = `lcbench_${instance}`;
  const train = (params: Params) => predictedTraining(surrogate(), params, instance);
  const space = lazy(() => ({ parameters: surrogate().parameters, constraints: [] }));
  const whole = lazy(() => {
    const draw = randomParams(space());
    const rng = studyRng(0, `yahpo/${task}/whole`);
    const trainings = Array.from({ length: SAMPLES }, () => train(draw(rng)));
    return {
      meanSeconds: mean(trainings.map((training) => training.secondsAt(MAX))),
      median: median(trainings.map((training) => training.lossAt(MAX))),
    };
  });
  return {
    ...{ name: `yahpo/${task}`, suite: "yahpo", unit: "epoch", min: MIN, max: MAX, steps: STEPS },
    resumable: true,
    get space() {
      return space();
    },
    open: () => train,
    get meanSeconds() {
      return whole().meanSeconds;
    },
    get scales() {
      // Predicted curves hardly ever rise: the end of a training is as good as its best.
      const scale = { ...scaleOf(`yahpo/${task}`), median: whole().median };
      return { seen: scale, final: scale };
    },
  };
}

/** Predicts each epoch at most once. */
function predictedTraining(
  { predict, runtime, instanceParameter }: Surrogate,
  params: Params,
  instance: string,
): Training {
  const known = new Map<number, Record<string, number>>();
  const at = (epoch: number) => {
    const metrics = known.get(epoch) ?? predict({ ...params, epoch, [instanceParameter]: instance });
    known.set(epoch, metrics);
    return metrics;
  };
  const secondsAt = (step: number) => Math.max(1e-3, at(step)[runtime]!);
  return { lossAt: (step) => 100 - at(step).val_accuracy!, secondsAt };
}
