import type { Goal } from "../../../core/objective.ts";
import type { Page, TrialResource } from "../../../core/resources.ts";

/** The orders that the server knows. */
export type TrialOrder = "number" | "-number" | "value" | "-value";

/** The server's orders, of trials at hand: ties go by number, trials without a value come last. */
export function comparator(order: TrialOrder, goal: Goal): (a: TrialResource, b: TrialResource) => number {
  if (order === "number") return (a, b) => a.number - b.number;
  if (order === "-number") return (a, b) => b.number - a.number;
  const sign = (goal === "minimize") === (order === "value") ? 1 : -1;
  const key = ({ values: [value] }: TrialResource) =>
    typeof value === "number" ? sign * value : Number.POSITIVE_INFINITY;
  return (a, b) => compareNumbers(key(a), key(b)) || a.number - b.number;
}

function compareNumbers(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/**
 * The first page and what lies beyond it: later pages, and trials that better ones have pushed off the first since they
 * were read. What should be on the first page and is not has left the list.
 */
export function withBeyond(
  first: Page<TrialResource>,
  later: readonly TrialResource[],
  before: readonly TrialResource[],
  order: (a: TrialResource, b: TrialResource) => number,
): readonly TrialResource[] {
  const last = first.items.at(-1);
  if (later.length === 0 || last === undefined || first.nextCursor === null) return first.items;
  const beyond = [...before, ...later].filter((trial) => order(trial, last) > 0);
  const rows = new Map([...beyond, ...first.items].map((trial) => [trial.number, trial]));
  return [...rows.values()].sort(order);
}
