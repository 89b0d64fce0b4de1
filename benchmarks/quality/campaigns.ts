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
/** The last two have several objectives. */
const ONE_OF_EACH = [
  ...["synthetic/hpo_mixed_6", "bbob/f15_d5_i1", "fcnet/protein_structure", "hpobench_mlp/phoneme"],
  ...["nasbench201/cifar10", "yahpo/rbv2_xgboost_16", "lcbench/segment", "ax_hss/mnist", "live/boosting"],
  ...["fronts/error_and_cost", "nmt_bench/so-en"],
];

/** Milliseconds a suggestion: these are compared on every problem. */
const CHEAP = ["auto", "random", "tpe", "cmaes", "optuna-tpe", "optuna-cmaes"];
/** Those that know several objectives and nothing else. */
const FRONTS = ["nsga2", "nsga3", "optuna-nsga2"];
/** Cheap peers in other settings, which may be their best. */
const SETTINGS = ["optuna-tpe-univariate", "optuna-tpe-group", "nevergrad"];
/** Our other methods: no target is about them. */
const OURS = ["rf", "turbo", "sobol"];
/** A second a suggestion, or growing fast with the trials: 100 trials. */
const COSTLY = ["optuna-gp", "optuna-gp-warped", "optuna-auto", "smac"];
/** Several seconds a suggestion, a quarter of an hour for 100 trials: 50 trials, and few seeds. */
const SLOW = ["ax", "hebo", "vizier"];
const SEEDS_OF_SLOW = 3;
const SEEDS_OF_OURS = 5;

/**
 * The whole benchmark: days of processor time. Within each seed, what is cheap comes first. With several workers, one
 * problem of each family stands for it.
 */
export const full: readonly Campaign[] = [
  ...campaigns([1], ENOUGH_SEEDS, [
    { methods: CHEAP, problems: ALL, trials: 200 },
    { methods: FRONTS, problems: SEVERAL_OBJECTIVES, trials: 200 },
    { methods: ["gp"], problems: ONE_OF_EACH, trials: 200 },
  ]),
  ...campaigns([8], ENOUGH_SEEDS, [
    { methods: CHEAP, problems: ONE_OF_EACH, trials: 200 },
    { methods: FRONTS, problems: ONE_OF_EACH.slice(-2), trials: 200 },
  ]),
  ...campaigns([1, 8], ENOUGH_SEEDS, [
    { methods: SETTINGS, problems: ONE_OF_EACH, trials: 200 },
    { methods: COSTLY, problems: ONE_OF_EACH, trials: 100 },
  ]),
  ...campaigns([1], SEEDS_OF_OURS, [{ methods: OURS, problems: ONE_OF_EACH, trials: 200 }]),
  ...campaigns([1, 8], SEEDS_OF_SLOW, [{ methods: SLOW, problems: ONE_OF_EACH, trials: 50 }]),
];

/** Minutes: enough to see that all of it runs, too few seeds for a verdict. */
export const quick: readonly Campaign[] = campaigns([1], 2, [
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

/** Campaigns with so many workers, and with the method if one is named. */
export function campaignsWith(plan: readonly Campaign[], workers: number, method?: string): Campaign[] {
  const has = ({ methods }: Campaign) => method === undefined || methods.includes(method);
  return plan.filter((campaign) => campaign.workers === workers && has(campaign));
}

/** The problems of any of the campaigns. */
export function problemsOf(plan: readonly Campaign[], facts: readonly ProblemFacts[]): ProblemFacts[] {
  const patterns = [...new Set(plan.flatMap(({ problems }) => problems))].map(globPattern);
  return facts.filter(({ name }) => patterns.some((pattern) => pattern.test(name)));
}

/** Seeds that a method is planned with at least; 0 for one that is in no campaign. */
export function seedsPlanned(plan: readonly Campaign[]): number {
  return plan.length === 0 ? 0 : Math.min(...plan.map(({ seeds }) => seeds.length));
}

function campaigns(
  workers: readonly number[],
  seeds: number,
  parts: readonly Pick<Campaign, "methods" | "problems" | "trials">[],
): Campaign[] {
  const each = Array.from({ length: seeds }, (_, seed) => seed);
  return workers.flatMap((count) => parts.map((part) => ({ ...part, workers: count, seeds: each })));
}
