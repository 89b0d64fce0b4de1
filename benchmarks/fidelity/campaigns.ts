import { globPattern } from "../quality/suite.ts";
import type { RunKey } from "./record.ts";

/** One part of the benchmark: these methods on these problems, all cut off at the same time. */
export interface Campaign {
  methods: readonly string[];
  /** Globs of problem names. */
  problems: readonly string[];
  workers: number;
  /** In whole trainings' worth of worker time. */
  budget: number;
  seeds: number;
  faults: string;
}

/** Whole trainings' worth of worker time that random search is given, and whose final regret the others are to reach. */
export const RANDOM_BUDGET = 128;
/** Seeds below which no target counts as met. */
export const ENOUGH_SEEDS = 10;
/** When methods are compared with their peers, in whole trainings' worth of worker time. */
export const HORIZONS = [8, 16, 32] as const;

/** Those of TaskSet on which most trainings diverge or end alike are left out. */
const PROBLEMS = [
  "lcbench/*",
  "taskset/patch128_*",
  "taskset/patch32_GRU128_bs128",
  "taskset/patch32_LSTM128_bs128",
  "taskset/patch32_VRNN*",
  "xgb_mnist/*",
  "yahpo/*",
];
/** Each suite, where a run takes seconds of a model or of a peer. */
const FEW_PROBLEMS = [
  "lcbench/*",
  "taskset/patch128_LSTM128_avg_bs64",
  "taskset/patch32_GRU128_bs128",
  "taskset/patch32_VRNN64_relu_avg_bs128",
  "xgb_mnist/*",
  "yahpo/lcbench_189906",
];

const CHEAP = [
  ...["asha-random", "asha-stop-random", "hyperband-random", "successive-halving-random", "pasha-random"],
  ...["median-random", "curve-random"],
];
const TPE = ["asha-tpe", "hyperband-tpe"];
const OPTUNA = ["random", "tpe"].flatMap((sampler) => [
  `optuna-asha-${sampler}`,
  `optuna-hyperband-${sampler}`,
]);
const OPTUNA_MEDIAN = ["optuna-median-random", "optuna-median-tpe"];

const plain = { seeds: ENOUGH_SEEDS, faults: "none" };

/** The whole benchmark. Cheap runs come first. */
export const full: readonly Campaign[] = [
  { methods: ["random"], problems: PROBLEMS, workers: 16, budget: RANDOM_BUDGET, ...plain },
  { methods: CHEAP, problems: PROBLEMS, workers: 16, budget: RANDOM_BUDGET / 2, ...plain },
  { methods: TPE, problems: FEW_PROBLEMS, workers: 16, budget: RANDOM_BUDGET / 2, ...plain },
  // As long as random search: whatever is not reached in half of its time is, as a rule, soon after.
  { methods: ["asha-random"], problems: PROBLEMS, workers: 16, budget: RANDOM_BUDGET, ...plain },
  { methods: ["random", ...CHEAP], problems: FEW_PROBLEMS, workers: 4, budget: 32, ...plain },
  {
    methods: ["random", "asha-random", "hyperband-random"],
    problems: FEW_PROBLEMS,
    workers: 1,
    budget: 16,
    ...plain,
  },
  {
    methods: ["random", "asha-random", "hyperband-random"],
    problems: FEW_PROBLEMS,
    workers: 64,
    budget: 256,
    ...plain,
  },
  ...["failures", "stragglers", "no-checkpoints"].map((faults) => ({
    ...{ methods: ["asha-random", "hyperband-random", "successive-halving-random"], problems: FEW_PROBLEMS },
    ...{ workers: 16, budget: 32, seeds: ENOUGH_SEEDS, faults },
  })),
  { methods: TPE, problems: FEW_PROBLEMS, workers: 4, budget: 32, ...plain },
  ...[4, 16].flatMap((workers) => [
    { methods: [...OPTUNA, "synetune-asha"], problems: FEW_PROBLEMS, workers, budget: 32, ...plain },
    // Seconds a suggestion, in the end.
    { methods: ["synetune-bohb"], problems: FEW_PROBLEMS, workers, budget: 16, ...plain },
  ]),
  { methods: OPTUNA_MEDIAN, problems: FEW_PROBLEMS, workers: 4, budget: 32, ...plain },
  // With the one whose first epochs mislead most.
  {
    methods: ["asha-gp"],
    problems: [...FEW_PROBLEMS, "yahpo/lcbench_167168"],
    workers: 16,
    budget: 32,
    ...plain,
  },
];

/** Minutes: enough to see that all of it runs, too few seeds for a verdict. */
export const quick: readonly Campaign[] = [
  { methods: ["random"], problems: FEW_PROBLEMS, workers: 16, budget: RANDOM_BUDGET, ...plain, seeds: 2 },
  { methods: [...CHEAP, ...TPE], problems: FEW_PROBLEMS, workers: 16, budget: 32, ...plain, seeds: 2 },
  {
    methods: ["asha-random", "hyperband-random", ...TPE],
    problems: FEW_PROBLEMS,
    workers: 4,
    budget: 32,
    ...plain,
    seeds: 2,
  },
  { methods: OPTUNA, problems: FEW_PROBLEMS, workers: 4, budget: 32, ...plain, seeds: 1 },
  { methods: ["asha-random"], problems: FEW_PROBLEMS, workers: 16, budget: 32, seeds: 2, faults: "failures" },
];

/**
 * The runs that are not on record, campaign by campaign, seed by seed.
 *
 * @param versions of the methods that can run; the others are passed over.
 */
export function missingRuns(
  plan: readonly Campaign[],
  problems: readonly string[],
  versions: ReadonlyMap<string, string>,
  store: { has(key: RunKey): boolean },
): RunKey[] {
  return plan.flatMap(({ methods, problems: globs, workers, budget, seeds, faults }) => {
    const chosen = problems.filter((name) => globs.some((glob) => globPattern(glob).test(name)));
    const numbers = Array.from({ length: seeds }, (_, seed) => seed);
    return methods
      .filter((method) => versions.has(method))
      .flatMap((method) =>
        numbers.flatMap((seed) =>
          chosen.map((problem) => {
            return { method, version: versions.get(method)!, problem, workers, seed, budget, faults };
          }),
        ),
      )
      .filter((key) => !store.has(key));
  });
}

/** Every method of a plan, once. */
export function methodsOf(plan: readonly Campaign[]): string[] {
  return [...new Set(plan.flatMap(({ methods }) => methods))];
}
