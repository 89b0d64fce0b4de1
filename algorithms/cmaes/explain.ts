import type { Evidence } from "../../core/algorithm.ts";
import type { History } from "../common/history.ts";
import { nearestTrials } from "../common/nearest.ts";
import type { Judge } from "./preselect.ts";
import type { Run } from "./run.ts";
import type { Sample } from "./samples.ts";

/** In units of the unit cube: from this step size on, a sample explores rather than exploits. */
const EXPLORING = 0.1;

/** `samples`: how many the judge chose from. */
export function sampledFrom(
  run: Run,
  history: History,
  { point, widen, score }: Sample,
  judge: Judge | null,
  samples: number,
): Evidence {
  const { normal, constants } = run.distribution;
  const stepSize = rounded(normal.sigma * widen);
  const nearest = nearestTrials(history, point);
  const doing = stepSize >= EXPLORING ? "explores" : "exploits";
  const wider = widen > 1 ? ", widened because all near points were tried" : "";
  const near =
    nearest.length === 0 ? "" : ` Nearest finished trials: ${nearest.map((t) => `#${t}`).join(", ")}.`;
  const around =
    run.generation === 0
      ? "the start"
      : `the mean of the best ${constants.parents} of ${constants.size} of the one before`;
  const chosen =
    judge === null || score === undefined
      ? ""
      : ` The most promising of ${samples} samples by a model of ${judge.results} results nearby (expected normal score ${rounded(score)}).`;
  const restart = run.index === 0 ? "" : ` of restart ${run.index}`;
  return {
    rule: "cmaes-sample",
    inputs: {
      run: run.index,
      generation: run.generation,
      populationSize: constants.size,
      parents: constants.parents,
      stepSize,
      nearest,
      ...(chosen === "" ? {} : { samples, modelResults: judge!.results, expectedScore: rounded(score!) }),
    },
    text: `Sampled from generation ${run.generation + 1}${restart} around ${around} (step size ${stepSize}${wider}): ${doing}.${chosen}${near}`,
  };
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
