import type { BenchmarkProblem } from "../../problem.ts";
import { scaleOf } from "../../scales.ts";
import { folderOf } from "../files.ts";
import { openSurrogate, type Surrogate } from "./surrogate.ts";

/**
 * YAHPO (Pfisterer et al. 2022): networks that were fitted to recorded trainings, at their full fidelity (all epochs,
 * the whole training set). Losses and seconds are the networks' predictions; there is no noise. Nobody knows the
 * optima, and predictions reach beyond what is possible (errors below 0): `best` is the lowest loss of a long search.
 */
interface Scenario {
  name: string;
  target: string;
  loss(target: number): number;
  /** Data sets, by OpenML's number of the task or the data. */
  instances: Readonly<Record<string, BenchmarkProblem["split"]>>;
}

const scenarios: readonly Scenario[] = [
  {
    // Funnel-shaped networks, seven numeric parameters; the validation error in percent.
    name: "lcbench",
    target: "val_accuracy",
    loss: (accuracy) => 100 - accuracy,
    instances: {
      "126025": "dev",
      "167168": "dev",
      "168910": "dev",
      "167190": "held-out",
      "189873": "held-out",
      "189906": "held-out",
    },
  },
  {
    // XGBoost: eleven numeric parameters, eight of them under the choice of booster, and an imputation.
    name: "rbv2_xgboost",
    target: "acc",
    loss: (accuracy) => 1 - accuracy,
    instances: {
      "12": "dev",
      "16": "dev",
      "40975": "dev",
      "1501": "held-out",
      "40499": "held-out",
      "54": "held-out",
    },
  },
  {
    // A choice among six learners, each with parameters of its own, some two levels deep; an early release.
    name: "rbv2_super_prev1",
    target: "mmce",
    loss: (error) => error,
    instances: { "1053": "dev", "15": "dev", "1063": "held-out", "1468": "held-out" },
  },
];

export function loadYahpo(data: string | null): BenchmarkProblem[] {
  const folder = folderOf(data, "yahpo");
  if (folder === null) return [];
  return scenarios.flatMap((scenario) => {
    const surrogate = openSurrogate(folder, scenario.name);
    return Object.entries(scenario.instances).map(([instance, split]) =>
      surrogateProblem(scenario, instance, split, surrogate),
    );
  });
}

/** Seconds of a prediction that rounds to nothing. */
const LEAST_SECONDS = 1e-3;

function surrogateProblem(
  { name: scenario, target, loss }: Scenario,
  instance: string,
  split: BenchmarkProblem["split"],
  { parameters, instanceParameter, fullFidelity, runtime, predict }: Surrogate,
): BenchmarkProblem {
  const name = `yahpo/${scenario}_${instance}`;
  const fixed = { ...fullFidelity, [instanceParameter]: instance };
  return {
    name,
    family: "yahpo",
    split,
    space: { parameters, constraints: [] },
    objectives: 1,
    evaluate(params) {
      const metrics = predict({ ...params, ...fixed });
      return { losses: [loss(metrics[target]!)], seconds: Math.max(LEAST_SECONDS, metrics[runtime]!) };
    },
    get best() {
      return scaleOf(name).best;
    },
    get reference() {
      return scaleOf(name).reference;
    },
    score: (value) => value,
  };
}
