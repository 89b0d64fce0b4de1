import { scoreAt } from "./curve.ts";
import type { ProblemFacts } from "./problem-facts.ts";
import type { RunRecord } from "./record.ts";

/** What is compared with what: the same problems, budgets and workers for every method. */
export interface ComparisonOptions {
  methods: readonly string[];
  /** Finished trials at which the methods are compared. */
  horizon: number;
  workers: number;
  /** A problem counts only when every method finished at least this many seeds on it. */
  minSeeds: number;
}

export interface Comparison extends ComparisonOptions {
  problems: ProblemFacts[];
  /** Normalised regrets by problem, method and seed; seeds in ascending order. */
  regrets: number[][][];
  /** Problems that do not count, and because of whom. */
  leftOut: { problem: string; method: string; reason: string }[];
}

/** The records that count, by method, problem and number of workers. */
export interface RunIndex {
  /** Runs of every budget and outcome, of the method's newest version on the problem as it is. */
  runs(method: string, problem: Pick<ProblemFacts, "name" | "task">, workers: number): readonly RunRecord[];
  /** Of each recorded method the version that counts: a tuner that changed is another tuner. */
  versions: ReadonlyMap<string, string>;
}

/** @param paired starting points that all methods shared. @param records the newest last. */
export function indexRuns(records: readonly RunRecord[], paired = 0): RunIndex {
  const versions = new Map(records.map(({ method, version }) => [method, version]));
  const cells = new Map<string, RunRecord[]>();
  for (const record of records) {
    const { method, version, workers, problem, task } = record;
    if (record.paired !== paired || version !== versions.get(method)) continue;
    const key = cellKey(method, problem, task, workers);
    const cell = cells.get(key);
    if (cell) cell.push(record);
    else cells.set(key, [record]);
  }
  return {
    runs: (method, { name, task }, workers) => cells.get(cellKey(method, name, task, workers)) ?? [],
    versions,
  };
}

export function compare(
  index: RunIndex,
  problems: readonly ProblemFacts[],
  options: ComparisonOptions,
): Comparison {
  const { methods, minSeeds, horizon, workers } = options;
  const comparison: Comparison = { ...options, problems: [], regrets: [], leftOut: [] };
  for (const problem of problems) {
    const runs = methods.map((method) => index.runs(method, problem, workers));
    const chosen = runs.map((cell) => chooseRuns(cell, horizon));
    const poor = chosen.findIndex((cell) => cell.length < minSeeds);
    if (poor >= 0) {
      const reason = reasonOf(runs[poor]!, chosen[poor]!.length);
      comparison.leftOut.push({ problem: problem.name, method: methods[poor]!, reason });
    } else {
      comparison.problems.push(problem);
      comparison.regrets.push(chosen.map((cell) => regretsAt(cell, problem, horizon)));
    }
  }
  return comparison;
}

/**
 * The finished runs that stand for a method at a horizon, one a seed, seeds ascending. Where it ran with several budgets
 * that reach so far: those of the one with the most seeds, of several the largest.
 */
export function chooseRuns(cell: readonly RunRecord[], horizon: number): RunRecord[] {
  const byBudget = new Map<number, Map<number, RunRecord>>();
  for (const run of cell) {
    if (run.status !== "ok" || run.trials < horizon) continue;
    const seeds = byBudget.get(run.trials) ?? new Map<number, RunRecord>();
    byBudget.set(run.trials, seeds.set(run.seed, run));
  }
  const [best] = [...byBudget].sort(([a, some], [b, others]) => others.size - some.size || b - a);
  return best === undefined ? [] : [...best[1].values()].sort((a, b) => a.seed - b.seed);
}

export function regretsAt(runs: readonly RunRecord[], problem: ProblemFacts, horizon: number): number[] {
  return runs.map(({ curve }) => normalisedRegret(scoreAt(curve, horizon), problem));
}

/** The comparison on some of its problems only. */
export function restrict(comparison: Comparison, keep: (problem: ProblemFacts) => boolean): Comparison {
  const kept = comparison.problems.map(keep);
  return {
    ...comparison,
    problems: comparison.problems.filter((_, index) => kept[index]),
    regrets: comparison.regrets.filter((_, index) => kept[index]),
  };
}

/** The fewest seeds of any method on any problem; 0 without problems. */
export function leastSeeds({ regrets }: Comparison): number {
  return regrets.length === 0 ? 0 : Math.min(...regrets.flat().map((cell) => cell.length));
}

/**
 * (score - best) / (reference - best), not below 0: the best value known may be beaten a little. What found nothing
 * finite yet stands where ten random trials are expected to be, or worse.
 */
export function normalisedRegret(score: number | null, { best, reference }: ProblemFacts): number {
  return score === null ? 1 : Math.max(0, (score - best) / (reference - best));
}

function reasonOf(cell: readonly RunRecord[], seeds: number): string {
  const missing = cell.find(({ status }) => status !== "ok");
  if (missing) return `${missing.status}: ${missing.error ?? ""}`;
  return seeds === 0 ? "not run" : `${seeds} seeds`;
}

function cellKey(method: string, problem: string, task: string, workers: number): string {
  return `${method} ${problem} ${task} ${workers}`;
}
