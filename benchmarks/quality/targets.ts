import type { Target } from "../report.ts";
import { type Campaign, campaignsWith, HORIZONS, problemsOf, seedsPlanned } from "./campaigns.ts";
import { chooseRuns, compare, type RunIndex } from "./comparison.ts";
import { scoreAt } from "./curve.ts";
import { type Duel, duel } from "./duel.ts";
import { fieldOf } from "./field.ts";
import { inWords } from "./markdown.ts";
import type { ProblemFacts } from "./problem-facts.ts";
import { median } from "./statistics.ts";
import { summarise } from "./summary.ts";
import { bestOfAll, betterThanEach, noWorse, noWorseAndBetter, referencePoint } from "./verdicts.ts";

/** The targets of quality, in the order of the report. */

export interface Recorded {
  index: RunIndex;
  /** What was to be measured. */
  plan: readonly Campaign[];
  /** The problems of the suite. */
  facts: readonly ProblemFacts[];
  /** All that are reported, the first the one that others are compared with. */
  methods: readonly string[];
  /** Names of those that our own are measured against. */
  peers: readonly string[];
  /** Numbers of parallel trials that are reported. */
  workers: readonly number[];
}

const GP_PEERS = ["optuna-gp", "optuna-gp-warped"];
const AUTO_HORIZONS = HORIZONS.filter((horizon) => horizon >= 50);

/** The most that the median of simple regrets after 100 trials may be, of a function whose optimum is known. */
const REFERENCE_POINTS = [
  { problem: "synthetic/branin", most: 0.019 },
  { problem: "synthetic/hartmann_6", most: 0.01 },
  { problem: "synthetic/hpo_mixed_6", most: 0.001 },
];

export function qualityTargets(recorded: Recorded): Target[] {
  const { index, facts, workers } = recorded;
  const against = (first: string, second: string, horizon: number, count = 1) =>
    duel(compare(index, facts, { methods: [first, second], horizon, workers: count, minSeeds: 1 }));
  const gp = (horizon: number) => GP_PEERS.map((peer) => against("gp", peer, horizon));
  const words = (first: string, second: string, horizon: number) => {
    return { what: `\`${first}\` against ${second}, ${horizon} trials` };
  };
  return [
    ...HORIZONS.map((horizon) =>
      noWorseAndBetter(against("tpe", "optuna-tpe", horizon), words("tpe", "Optuna's TPE", horizon)),
    ),
    noWorse(gp(25), words("gp", "Optuna's GP, plain and warped", 25)),
    ...[50, 100].map((horizon) =>
      betterThanEach(gp(horizon), words("gp", "Optuna's GP, plain and warped", horizon)),
    ),
    noWorse([against("cmaes", "optuna-cmaes", 200)], words("cmaes", "Optuna's CMA-ES", 200)),
    ...workers.flatMap((count) => AUTO_HORIZONS.map((horizon) => autoTarget(recorded, horizon, count))),
    ...REFERENCE_POINTS.map((point) => referenceTarget(recorded, point)),
  ];
}

function autoTarget({ index, plan, facts, peers }: Recorded, horizon: number, workers: number): Target {
  const at = { horizon, workers };
  const field = fieldOf(index, facts, { ...at, plan, methods: ["auto", ...peers] });
  const what = `\`auto\` against every peer, ${horizon} trials, ${inWords(workers)}`;
  const planned = (method: string) => seedsPlanned(campaignsWith(plan, workers, method));
  const named = (list: { method: string; why: string }[]) =>
    list.map(({ method, why }) => `${method} (${why})`);
  const names = { what, planned, missing: named(field.missing), ended: named(field.ended) };
  if (!field.compared.includes("auto")) return bestOfAll([], [], { ...names, common: 0 });
  const common = compare(index, facts, { ...at, methods: field.compared, minSeeds: 1 });
  const ranking = common.problems.length === 0 ? [] : summarise(common);
  const rivals = [...field.compared.slice(1), ...field.specialists.map(({ method }) => method)];
  // On the problems that are planned now: an older plan's others may have few seeds.
  const arena = (rival: string) => problemsOf(campaignsWith(plan, workers, rival), facts);
  const duels = rivals
    .map((rival) => duel(compare(index, arena(rival), { ...at, methods: ["auto", rival], minSeeds: 1 })))
    .filter((each): each is Duel => each !== null);
  return bestOfAll(ranking, duels, { ...names, common: common.problems.length });
}

/** Of the loss that was found minus the optimum, in the problem's own unit: these problems are scored by their loss. */
function referenceTarget({ index, facts }: Recorded, point: (typeof REFERENCE_POINTS)[number]): Target {
  const horizon = 100;
  const problem = facts.find(({ name }) => name === point.problem);
  const regrets = ["auto", "gp", "tpe"].map((method) => {
    const runs = problem ? chooseRuns(index.runs(method, problem, 1), horizon) : [];
    const values = runs.map(
      ({ curve }) => (scoreAt(curve, horizon) ?? Number.POSITIVE_INFINITY) - problem!.best,
    );
    return { method, median: median(values), seeds: runs.length };
  });
  const what = `${point.problem} with \`auto\`, ${horizon} trials, median regret`;
  return referencePoint(regrets, { what, most: point.most });
}
