import { studyRng } from "../../core/rng.ts";
import { inWords } from "../quality/markdown.ts";
import { lineChart, type Series, X_RANGE, Y_RANGE } from "../quality/plot/line-chart.ts";
import { looksOf } from "../quality/plot/looks.ts";
import { logScale } from "../quality/plot/scale.ts";
import { bootstrap, mean } from "../quality/statistics.ts";
import { MOMENTS } from "./incumbent.ts";
import { methods } from "./methods.ts";
import { type ProblemFacts, regretsOf } from "./results.ts";
import type { Recorded } from "./targets.ts";

/** The pictures of the report: regret against worker-hours, one a suite. */

export interface Picture {
  file: string;
  title: string;
  svg: string;
}

/** Regrets below are drawn here. */
const FLOOR = 1e-3;
/** More lines than these are a tangle. */
const SHOWN = [
  ...["random", "asha-random", "hyperband-random", "asha-tpe", "hyperband-tpe", "asha-gp", "median-random"],
  ...["optuna-asha-random", "optuna-asha-tpe", "optuna-hyperband-tpe", "synetune-bohb"],
];
/** Before, hardly anything has been reported. */
const FIRST_MOMENT = 0.5;
const REPETITIONS = 100;

/** Null where there are no runs. */
export function regretPicture({ index, facts }: Recorded, suite: string, workers: number): Picture | null {
  const problems = facts.filter((problem) => problem.suite === suite);
  const peers = methods.filter(({ type }) => type === "peer").map(({ name }) => name);
  const lookOf = looksOf(
    SHOWN,
    peers.filter((name) => SHOWN.includes(name)),
  );
  const series = SHOWN.flatMap((method): Series[] => {
    const measured = problems.filter(({ name }) => index.runs(method, name, workers).length > 0);
    if (measured.length === 0) return [];
    const points = MOMENTS.flatMap((moment, position) =>
      moment < FIRST_MOMENT ? [] : pointOf(measured, position, (name) => index.runs(method, name, workers)),
    );
    return [
      {
        ...{ name: method, ...lookOf(method) },
        points: points.map(({ moment, value }) => [moment, value] as const),
        band: points.map(({ low, high }) => [low, high] as const),
      },
    ];
  });
  if (series.length === 0) return null;
  const places = series.flatMap(({ points }) => points);
  const title = `${suite}: regret over worker-hours, ${inWords(workers)}`;
  const svg = lineChart({
    title,
    xTitle: "worker time, in whole trainings",
    yTitle: "normalised regret, mean",
    x: logScale([FIRST_MOMENT, Math.max(...places.map(([moment]) => moment))], X_RANGE),
    y: logScale(
      [
        Math.max(FLOOR, Math.min(...places.map(([, value]) => value))),
        Math.max(1, ...places.map(([, value]) => value)),
      ],
      Y_RANGE,
    ),
    series,
  });
  return { file: `regret-${suite}-${workers}.svg`, title, svg };
}

type Runs = ReturnType<Recorded["index"]["runs"]>;

/** The mean over problems of the mean over seeds, with what the seeds leave open; none past the end of a run. */
function pointOf(problems: readonly ProblemFacts[], index: number, runsOf: (problem: string) => Runs) {
  const regrets = problems.map((problem) =>
    runsOf(problem.name).map((run) => regretsOf(run, problem, "seen")[index]),
  );
  if (regrets.flat().includes(undefined)) return [];
  const rng = studyRng(0, `picture/${problems[0]!.suite}/${index}`);
  const [interval] = bootstrap(regrets as number[][], "mean", (means) => [mean(means)], rng, REPETITIONS);
  return [{ moment: MOMENTS[index]!, ...interval! }];
}
