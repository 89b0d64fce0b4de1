import type { ProblemFacts } from "./problem-facts.ts";
import type { RunKey } from "./record.ts";
import { globPattern } from "./suite.ts";

/** One part of the benchmark: these methods on these problems, all with the same budget. */
export interface Campaign {
  methods: readonly string[];
  /** Globs of problem names. */
  problems: readonly string[];
  /** The budget that the methods are told. A run counts at every horizon up to it. */
  trials: number;
  /** Trials at the same time. */
  workers: number;
  seeds: readonly number[];
}

/** Finished trials at which methods are compared. */
export const HORIZONS = [25, 50, 100, 200] as const;
/** Seeds below which a target is not met, whatever the figures say. */
export const ENOUGH_SEEDS = 20;

const ALL = ["*"];
const SEVERAL_OBJECTIVES = ["fronts/*", "nmt_bench/*"];

/** Milliseconds a suggestion: 200 trials of them are cheap. Peers in each setting that may be their best. */
const CHEAP = [
  ...["auto", "random", "sobol", "tpe", "rf", "cmaes"],
  ...["optuna-tpe", "optuna-tpe-univariate", "optuna-tpe-group", "optuna-cmaes", "nevergrad"],
];
/** Of our own, those whose suggestions take longer are fast enough for 200 trials all the same. */
const MODELS = ["gp", "turbo"];
/** A second a suggestion, or growing fast with the trials: 100 trials. */
const COSTLY = ["optuna-gp", "optuna-gp-warped", "optuna-auto", "smac"];
/** Several seconds a suggestion, a quarter of an hour for 100 trials: 50 trials, on one problem of each family. */
const SLOW = ["ax", "hebo", "vizier"];
const ONE_OF_EACH = [
  ...["synthetic/hpo_mixed_6", "bbob/f15_d5_i1", "fcnet/protein_structure", "hpobench_mlp/phoneme"],
  ...["nasbench201/cifar10", "yahpo/rbv2_xgboost_16", "lcbench/segment", "ax_hss/mnist", "live/boosting"],
  ...["fronts/error_and_cost", "nmt_bench/so-en"],
];
/** Beside those of the above that know several objectives. */
const FRONTS = ["nsga2", "nsga3", "optuna-nsga2"];

/** The whole benchmark: hours to days of processor time. Within each seed, what is cheap comes first. */
export const full: readonly Campaign[] = campaigns([1, 8], upTo(ENOUGH_SEEDS), [
  { methods: CHEAP, problems: ALL, trials: 200 },
  { methods: FRONTS, problems: SEVERAL_OBJECTIVES, trials: 200 },
  { methods: MODELS, problems: ALL, trials: 200 },
  { methods: COSTLY, problems: ALL, trials: 100 },
  { methods: SLOW, problems: ONE_OF_EACH, trials: 50 },
]);

/** Minutes: enough to see that all of it runs, too few seeds for a verdict. */
export const quick: readonly Campaign[] = campaigns([1], upTo(2), [
  {
    methods: ["random", "tpe", "cmaes", "gp", "auto", "optuna-tpe"],
    problems: ["synthetic/*", "fcnet/*", "hpobench_mlp/*", "nasbench201/*"],
    trials: 50,
  },
]);

/**
 * The runs of campaigns that are not on record. Seeds are the outermost order, so that whenever a benchmark is stopped,
 * all methods have about the same number of them.
 *
 * @param versions of the methods that can run; the others are passed over.
 */
export function missingRuns(
  plan: readonly Campaign[],
  facts: readonly ProblemFacts[],
  versions: ReadonlyMap<string, string>,
  store: { has(key: RunKey): boolean },
  paired = 0,
): RunKey[] {
  const seeds = [...new Set(plan.flatMap((campaign) => campaign.seeds))].sort((a, b) => a - b);
  return seeds.flatMap((seed) =>
    plan
      .filter((campaign) => campaign.seeds.includes(seed))
      .flatMap((campaign) => runsOfSeed(campaign, seed, facts, versions, paired))
      .filter((key) => !store.has(key)),
  );
}

function runsOfSeed(
  { methods, problems, trials, workers }: Campaign,
  seed: number,
  facts: readonly ProblemFacts[],
  versions: ReadonlyMap<string, string>,
  paired: number,
): RunKey[] {
  const chosen = facts.filter(({ name }) => problems.some((glob) => globPattern(glob).test(name)));
  return methods.flatMap((method) => {
    const version = versions.get(method);
    if (version === undefined) return [];
    return chosen.map(({ name: problem, task }) => {
      return { problem, task, method, version, workers, seed, trials, paired };
    });
  });
}

/** Every method of a plan, once. */
export function methodsOf(plan: readonly Campaign[]): string[] {
  return [...new Set(plan.flatMap(({ methods }) => methods))];
}

/** The problems that any campaign has a method on. */
export function problemsFor(
  plan: readonly Campaign[],
  method: string,
  facts: readonly ProblemFacts[],
): ProblemFacts[] {
  const globs = new Set(
    plan.filter(({ methods }) => methods.includes(method)).flatMap(({ problems }) => problems),
  );
  const patterns = [...globs].map(globPattern);
  return facts.filter(({ name }) => patterns.some((pattern) => pattern.test(name)));
}

function campaigns(
  workers: readonly number[],
  seeds: readonly number[],
  parts: readonly Pick<Campaign, "methods" | "problems" | "trials">[],
): Campaign[] {
  return workers.flatMap((count) => parts.map((part) => ({ ...part, workers: count, seeds })));
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, seed) => seed);
}
