import { mean } from "../quality/statistics.ts";
import { MOMENTS } from "./incumbent.ts";
import { type CurveProblem, type Measure, normalisedRegret } from "./problems/problem.ts";
import type { RunRecord } from "./record.ts";

/** What the report needs to know of a problem, kept beside the records: a report can be made without the data. */
export type ProblemFacts = Pick<CurveProblem, "name" | "suite" | "scales">;

export function factsOf({ name, suite, scales }: CurveProblem): ProblemFacts {
  return { name, suite, scales };
}

/** The runs of one method on one problem, a seed each, ascending: those of the largest budget with the most seeds. */
export interface RunIndex {
  runs(method: string, problem: string, workers: number, faults?: string): readonly RunRecord[];
  /** Runs that ended with an error. */
  readonly failed: readonly RunRecord[];
  readonly versions: ReadonlyMap<string, string>;
  /** Names of those that any run is of. */
  readonly problems: ReadonlySet<string>;
}

/** @param records the newest last; of each method only those of its newest version count. */
export function indexRuns(records: readonly RunRecord[]): RunIndex {
  const versions = new Map(records.map(({ method, version }) => [method, version]));
  const newest = records.filter(({ method, version }) => versions.get(method) === version);
  const cells = new Map<string, RunRecord[]>();
  for (const run of newest) {
    if (run.error !== undefined) continue;
    const key = cellKey(run.method, run.problem, run.workers, run.faults);
    cells.set(key, [...(cells.get(key) ?? []), run]);
  }
  for (const [key, cell] of cells) cells.set(key, ofOneBudget(cell));
  return {
    runs: (method, problem, workers, faults = "none") =>
      cells.get(cellKey(method, problem, workers, faults)) ?? [],
    failed: newest.filter(({ error }) => error !== undefined),
    versions,
    problems: new Set(newest.map(({ problem }) => problem)),
  };
}

function ofOneBudget(cell: readonly RunRecord[]): RunRecord[] {
  const budgets = [...new Set(cell.map(({ budget }) => budget))];
  const groups = budgets.map((budget) => cell.filter((run) => run.budget === budget));
  const [best] = groups.sort((a, b) => b.length - a.length || b[0]!.budget - a[0]!.budget);
  return (best ?? []).sort((a, b) => a.seed - b.seed);
}

function cellKey(method: string, problem: string, workers: number, faults: string): string {
  return `${method} ${problem} ${workers} ${faults}`;
}

/** Normalised regrets of a run at each of MOMENTS, as far as it goes. */
export function regretsOf(run: RunRecord, { scales }: ProblemFacts, measure: Measure): number[] {
  return run.curves[measure].map((loss) => normalisedRegret(loss, scales[measure]));
}

/** The mean over seeds at each of MOMENTS, as far as the runs go. */
export function meanCurve(runs: readonly RunRecord[], facts: ProblemFacts, measure: Measure): number[] {
  if (runs.length === 0) return [];
  const regrets = runs.map((run) => regretsOf(run, facts, measure));
  const length = Math.min(...regrets.map((each) => each.length));
  return Array.from({ length }, (_, index) => mean(regrets.map((each) => each[index]!)));
}

/** When a curve is at most `level` for good, in whole trainings, between moments interpolated; null: not by its end. */
export function timeToReach(curve: readonly number[], level: number): number | null {
  const above = curve.findLastIndex((regret) => regret > level);
  if (above === curve.length - 1) return null;
  if (above === -1) return MOMENTS[0]!;
  const share = (curve[above]! - level) / (curve[above]! - curve[above + 1]!);
  return MOMENTS[above]! * (MOMENTS[above + 1]! / MOMENTS[above]!) ** share;
}
