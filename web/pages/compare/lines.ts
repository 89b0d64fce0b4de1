import type { Progress } from "../../../core/charts.ts";
import type { Run } from "./read.ts";

/** Best-so-far lines over what they cost, at any budget; and several studies as one line with a band. */

export const BUDGETS = {
  trials: { name: "trials", unit: "trials" },
  gpuHours: { name: "GPU-hours", unit: "GPU-hours" },
  seconds: { name: "time", unit: "s" },
} as const;
export type Budget = keyof typeof BUDGETS;

export interface Line {
  name: string;
  /** One study, or those of a group. */
  runs: readonly Run[];
  /** How far it goes on the x axis: what is left of its members' when they are a group. */
  end: number;
  /** Budgets at which it changes, ascending. */
  steps: number[];
}

/** What a study has spent. */
export function spent({ study, progress }: Run, budget: Budget): number {
  const last = progress.improvements.at(-1)?.[budget] ?? 0;
  if (budget === "trials") return Math.max(last, progress.trials);
  return Math.max(last, budget === "gpuHours" ? study.used.gpuHours : study.used.wallSeconds);
}

/** The best value that a study had found for so much; null: none yet. */
export function bestAt({ improvements }: Progress, budget: Budget, amount: number): number | null {
  let best: number | null = null;
  for (const step of improvements) {
    if (step[budget] > amount) break;
    best = step.value;
  }
  return best;
}

export interface Band {
  mean: number;
  low: number;
  high: number;
}

/** A line's value at a budget: mean, least and greatest over its studies. Null until all of them have one. */
export function lineAt({ runs }: Line, budget: Budget, amount: number): Band | null {
  const values = runs.map(({ progress }) => bestAt(progress, budget, amount));
  const known = values.filter((value) => value !== null);
  if (known.length < values.length) return null;
  const mean = known.reduce((sum, value) => sum + value / known.length, 0);
  return { mean, low: Math.min(...known), high: Math.max(...known) };
}

export function lineOf(name: string, runs: readonly Run[], budget: Budget): Line {
  const end = Math.min(...runs.map((run) => spent(run, budget)));
  const steps = runs.flatMap(({ progress }) => progress.improvements.map((step) => step[budget]));
  return { name, runs, end, steps: [...new Set(steps)].filter((at) => at <= end).sort((a, b) => a - b) };
}

export type Grouping = "none" | "tag" | "name";

/** A line a study; or, grouped, one for those that share a tag or the name before their number. */
export function linesOf(runs: readonly Run[], grouping: Grouping, budget: Budget): Line[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = grouping === "none" ? run.study.name : groupOf(run, grouping, runs);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  return [...groups].map(([name, members]) => lineOf(name, members, budget));
}

/** The first tag that some, but not all of the studies share. */
function groupOf({ study }: Run, grouping: "tag" | "name", runs: readonly Run[]): string {
  if (grouping === "name") return study.name.replace(/[-.]?\d+$/, "") || study.name;
  const sharing = (tag: string) => runs.filter((other) => other.study.spec.tags.includes(tag)).length;
  const tag = study.spec.tags.find((each) => sharing(each) > 1 && sharing(each) < runs.length);
  return tag === undefined ? study.name : `#${tag}`;
}

/** Of all pairs of a study of one line with a study of the other: in how many the first is better. */
export function pairsWon(
  first: Line,
  second: Line,
  budget: Budget,
  amount: number,
  goal: "minimize" | "maximize",
): { won: number; of: number } {
  const values = (line: Line) =>
    line.runs.map(({ progress }) => bestAt(progress, budget, amount)).filter((value) => value !== null);
  const [ours, theirs] = [values(first), values(second)];
  const better = (a: number, b: number) => (goal === "minimize" ? a < b : a > b);
  const won = ours.reduce((sum, a) => sum + theirs.filter((b) => better(a, b)).length, 0);
  return { won, of: ours.length * theirs.length };
}
