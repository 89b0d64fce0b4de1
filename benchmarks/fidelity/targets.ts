import { mean, ranks } from "../quality/statistics.ts";
import type { Target } from "../report.ts";
import { ENOUGH_SEEDS, HORIZONS, RANDOM_BUDGET } from "./campaigns.ts";
import { type Measures, newestSavings } from "./measures.ts";
import type { Measure } from "./problems/problem.ts";
import { meanCurve, type ProblemFacts, type RunIndex, timeToReach } from "./results.ts";

/** The targets, in the order of the report. */

export interface Recorded {
  index: RunIndex;
  facts: readonly ProblemFacts[];
  measures: Measures;
}

/** Schedules of ours that the best is chosen among. */
export const SCHEDULES = [
  ...["asha-random", "asha-stop-random", "hyperband-random", "successive-halving-random", "pasha-random"],
  ...["asha-tpe", "hyperband-tpe", "asha-gp"],
];
const ASYNCHRONOUS = ["asha-random", "asha-stop-random", "asha-tpe", "asha-gp", "pasha-random"];

type Pair = readonly [own: string, rival: string];
/** By sampler. Syne Tune's BOHB samples by kernel densities, as TPE does. */
const PAIRS: Readonly<Record<string, readonly Pair[]>> = {
  random: [
    ["asha-random", "optuna-asha-random"],
    // Optuna's only stops: the like of it is our other mode.
    ["asha-stop-random", "optuna-asha-random"],
    ["asha-random", "synetune-asha"],
    ["hyperband-random", "optuna-hyperband-random"],
  ],
  tpe: [
    ["asha-tpe", "optuna-asha-tpe"],
    ["asha-tpe", "synetune-bohb"],
    ["hyperband-tpe", "optuna-hyperband-tpe"],
  ],
};

export function fidelityTargets(recorded: Recorded): Target[] {
  return [
    bestSpeedUp(recorded),
    speedUp(recorded, "asha-random", 4),
    ...[4, 16].flatMap((workers) =>
      Object.entries(PAIRS).map(([sampler, pairs]) => peerTarget(recorded, workers, sampler, pairs)),
    ),
    ...["median", "curve"].map((stopper) => savingTarget(recorded, stopper)),
    latencyTarget(recorded),
    barrierTarget(recorded),
    decisionTarget(recorded),
  ];
}

/** Share of random search's time that a method takes to its final regret, by suite; what never gets there takes all of it. */
export interface SpeedUp {
  method: string;
  suites: ReadonlyMap<string, number>;
  /** Over suites, each of which counts the same. */
  mean: number;
  problems: number;
  seeds: number;
}

/** Null where there are no runs of the method, or of random search, on any problem. */
export function speedUpOf(
  { index, facts }: Recorded,
  method: string,
  measure: Measure = "seen",
): SpeedUp | null {
  const workers = 16;
  const shares = new Map<string, number[]>();
  let seeds = Number.POSITIVE_INFINITY;
  for (const problem of facts) {
    const random = index.runs("random", problem.name, workers);
    const runs = index.runs(method, problem.name, workers);
    if (random.length === 0 || runs.length === 0) continue;
    const level = meanCurve(random, problem, measure).at(-1)!;
    const time = timeToReach(meanCurve(runs, problem, measure), level) ?? RANDOM_BUDGET;
    shares.set(problem.suite, [...(shares.get(problem.suite) ?? []), time / RANDOM_BUDGET]);
    seeds = Math.min(seeds, runs.length, random.length);
  }
  if (shares.size === 0) return null;
  const suites = new Map([...shares].map(([suite, values]) => [suite, mean(values)]));
  const problems = [...shares.values()].reduce((sum, values) => sum + values.length, 0);
  return { method, suites, mean: mean([...suites.values()]), problems, seeds };
}

function bestSpeedUp(recorded: Recorded): Target {
  const measured = SCHEDULES.map((method) => speedUpOf(recorded, method)).filter((each) => each !== null);
  const best = measured.toSorted((a, b) => a.mean - b.mean)[0];
  return speedUpTarget("the best schedule", best ?? null, 8);
}

function speedUp(recorded: Recorded, method: string, factor: number): Target {
  return speedUpTarget(`\`${method}\``, speedUpOf(recorded, method), factor);
}

function speedUpTarget(who: string, measured: SpeedUp | null, factor: number): Target {
  const what = `worker-hours to the final regret of full-fidelity random search, 16 workers, mean over suites: ${who}`;
  const target = `<= 1/${factor}`;
  if (measured === null) return { what, target, measured: "not measured", met: false };
  const each = [...measured.suites].map(([suite, share]) => `${suite} 1/${(1 / share).toFixed(1)}`);
  const text = `1/${(1 / measured.mean).toFixed(1)} (${measured.method}; ${each.join(", ")}), ${measured.problems} problems; ${sample(measured.seeds)}`;
  return { what, target, measured: text, met: measured.seeds >= ENOUGH_SEEDS && measured.mean <= 1 / factor };
}

/** Mean ranks of methods over problems and horizons, of their mean regrets. */
export interface Ranking {
  ranks: ReadonlyMap<string, number>;
  problems: number;
  seeds: number;
}

/** On the problems that all of the methods did; null when there is none. */
export function rankingOf(
  { index, facts }: Recorded,
  methods: readonly string[],
  workers: number,
  measure: Measure = "seen",
): Ranking | null {
  const rows: number[][] = [];
  let seeds = Number.POSITIVE_INFINITY;
  let problems = 0;
  for (const problem of facts) {
    const cells = methods.map((method) => index.runs(method, problem.name, workers));
    const curves = cells.map((cell) => meanCurve(cell, problem, measure));
    const ends = curves.map(({ length }) => length);
    if (Math.min(...ends) === 0) continue;
    problems++;
    seeds = Math.min(seeds, ...cells.map(({ length }) => length));
    for (const moment of horizonIndices(Math.min(...ends)))
      rows.push(ranks(curves.map((curve) => curve[moment]!)));
  }
  if (rows.length === 0) return null;
  const means = methods.map((method, column) => [method, mean(rows.map((row) => row[column]!))] as const);
  return { ranks: new Map(means), problems, seeds };
}

function horizonIndices(length: number): number[] {
  // MOMENTS are a quarter octave apart, from a quarter of a training on.
  return HORIZONS.map((horizon) => 4 * (Math.log2(horizon) + 2)).filter((index) => index < length);
}

/** The mean ranks of two methods among themselves, the first one's first. */
function pairOfRanks({ ranks }: Ranking, pair: Pair): string {
  return pair.map((method) => ranks.get(method)!.toFixed(2)).join(" to ");
}

/**
 * Like against like, in pairs: a mean rank below 1.5 is the better one. The verdict goes by the lowest loss seen; how the
 * same pairs stand by the end of the whole training is said beside it.
 */
function peerTarget(recorded: Recorded, workers: number, sampler: string, pairs: readonly Pair[]): Target {
  const what = `\`asha\`, \`hyperband\` + ${sampler} against peers with the same sampler, ${workers} workers, equal worker-hours`;
  const target = "lower mean rank than each";
  const duels = pairs.map(([own, rival]) => ({
    own,
    rival,
    ranking: rankingOf(recorded, [own, rival], workers),
    final: rankingOf(recorded, [own, rival], workers, "final"),
  }));
  if (duels.every(({ ranking }) => ranking === null))
    return { what, target, measured: "not measured", met: false };
  const texts = duels.map(({ own, rival, ranking, final }) => {
    if (ranking === null || final === null) return `${rival} not measured`;
    const [seen, ended] = [ranking, final].map((each) => pairOfRanks(each, [own, rival]));
    return `${own} to ${rival} ${seen} (${ranking.problems} problems; final: ${ended})`;
  });
  const seeds = Math.min(...duels.flatMap(({ ranking }) => (ranking === null ? [] : [ranking.seeds])));
  const won = duels.every(({ own, rival, ranking }) => {
    return ranking !== null && ranking.ranks.get(own)! < ranking.ranks.get(rival)!;
  });
  return {
    what,
    target,
    measured: `${texts.join(", ")}; ${sample(seeds)}`,
    met: won && seeds >= ENOUGH_SEEDS,
  };
}

function savingTarget({ measures }: Recorded, stopper: string): Target {
  const what = `\`${stopper}\` on full curves`;
  const target = ">= 40 % of epochs saved, <= 2 % chance of losing the final best";
  const runs = newestSavings(measures).filter((saving) => saving.stopper === stopper);
  if (runs.length === 0) return { what, target, measured: "not measured", met: false };
  const saved = mean(runs.map((run) => run.saved));
  const lost = mean(runs.map((run) => Number(run.lostBest)));
  const measured = `${percent(saved)} saved, ${percent(lost)} of ${runs.length} studies lost their best`;
  return { what, target, measured, met: saved >= 0.4 && lost <= 0.02 };
}

function latencyTarget({ measures: { stopLatency } }: Recorded): Target {
  const what = "stop decision reaches the training process, after the report that caused it";
  const target = "p99 < 2 s";
  if (stopLatency === null) return { what, target, measured: "not measured", met: false };
  const { p50, p99, stops } = stopLatency;
  const measured = `p50 ${p50.toFixed(2)} s, p99 ${p99.toFixed(2)} s, ${stops} stops`;
  return { what, target, measured, met: p99 < 2 && stops >= 100 };
}

function barrierTarget({ index, facts }: Recorded): Target {
  const what = "slots idle because of a barrier, asynchronous schedules";
  const runs = ASYNCHRONOUS.flatMap((method) =>
    facts.flatMap(({ name }) => [1, 4, 16, 64].flatMap((workers) => index.runs(method, name, workers))),
  );
  if (runs.length === 0) return { what, target: "0 %", measured: "not measured", met: false };
  const idle = mean(runs.map((run) => run.idle.barrier));
  return {
    what,
    target: "0 %",
    measured: `${percent(idle)} of ${runs.length} runs' worker time`,
    met: idle === 0,
  };
}

function decisionTarget({ measures: { decision } }: Recorded): Target {
  const what = "10,000 trials x 5 rungs, one promotion decision";
  if (decision === null) return { what, target: "< 5 ms", measured: "not measured", met: false };
  const { trials, next, turn } = decision;
  const measured = `asha alone p50 ${next.p50} ms, p95 ${next.p95} ms; the scheduler's whole turn p50 ${turn.p50} ms, p95 ${turn.p95} ms; ${trials.toLocaleString("en-US")} trials`;
  return { what, target: "< 5 ms", measured, met: trials >= 10_000 && next.p95 < 5 && turn.p95 < 5 };
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function sample(seeds: number): string {
  return seeds >= ENOUGH_SEEDS ? `${seeds} seeds` : `with ${seeds} seeds of ${ENOUGH_SEEDS}`;
}
