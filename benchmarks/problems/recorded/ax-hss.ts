import type { Parameter, Params } from "../../../core/space.ts";
import { evaluationRng, simulatedSeconds } from "../chance.ts";
import { categorical, float, under } from "../parameters.ts";
import type { BenchmarkProblem } from "../problem.ts";
import { lazy, sampledReference } from "../reference.ts";
import { type BoostedTrees, predict } from "./boosted-trees.ts";
import { folderOf, readJson } from "./files.ts";

const TASKS = { mnist: "dev", cifar10: "held-out", fashion_mnist: "held-out" } as const;

export interface Description {
  space: {
    /** ["float-log", low, high, "active if flag"], ["bool"], … */
    params: Record<string, readonly (string | number)[]>;
    /** The parameters that others depend on. */
    flags: string[];
    /** Values of the flags, one row a model. */
    flag_configs: boolean[][];
    /** Features of each model. */
    active: string[][];
    optimal_value: number;
  };
  models: BoostedTrees[];
}

/**
 * Ax's hierarchical surrogates (Ax, benchmark/problems/surrogate/hss): the test accuracy of a small network, fitted by
 * boosted trees, one ensemble for each combination of the two flags under which further parameters exist. Loss is
 * 1 - accuracy; the surrogates are constant in pieces, and go past 1 on MNIST. Some pieces are an upper bound alone, with
 * CIFAR-10's optimum (softplus_beta = 2) in one of them.
 */
export function loadAxHss(data: string | null): BenchmarkProblem[] {
  const folder = folderOf(data, "ax_hss");
  if (folder === null) return [];
  return Object.entries(TASKS).map(([task, split]) =>
    hierarchicalProblem(task, split, readJson<Description>(folder, `${task}.json.gz`)),
  );
}

function hierarchicalProblem(
  task: string,
  split: BenchmarkProblem["split"],
  description: Description,
): BenchmarkProblem {
  const name = `ax_hss/${task}`;
  const space = { parameters: Object.entries(description.space.params).flatMap(declare), constraints: [] };
  const loss = (params: Params) => 1 - accuracy(description, params);
  const reference = lazy(() => sampledReference(name, space, loss));
  return {
    name,
    family: "ax_hss",
    split,
    space,
    objectives: 1,
    evaluate: (params, repetition) => ({
      losses: [loss(params)],
      seconds: simulatedSeconds(evaluationRng(name, params, repetition)),
    }),
    best: 1 - description.space.optimal_value,
    get reference() {
      return reference();
    },
    score: (value) => value,
  };
}

function declare([name, [type, low, high, condition]]: [string, readonly (string | number)[]]): Parameter[] {
  if (String(type).startsWith("bool")) return [categorical(name, [false, true])];
  const parameter = float(name, Number(low), Number(high), type === "float-log" ? "log" : "linear");
  const flag = /^active if (.+)$/.exec(String(condition))?.[1];
  return flag === undefined ? [parameter] : under(flag, [true], [parameter]);
}

function accuracy({ space: { flags, flag_configs, active }, models }: Description, params: Params): number {
  const model = flag_configs.findIndex((config) => flags.every((flag, i) => config[i] === params[flag]));
  // Booleans are fed as 0 and 1.
  return predict(
    models[model]!,
    active[model]!.map((feature) => Number(params[feature])),
  );
}
