import type { ParsedPoint } from "./collector.ts";

/** Names that say where in the training a line was written, the most exact first. */
export const STEP_KEYS = ["step", "global_step", "epoch", "iteration", "iter", "round"];

/** Names that say when, never what. */
const TIME_KEYS: ReadonlySet<string> = new Set(["time", "timestamp", "wall_time", "walltime"]);

const isStepKey = (name: string) => STEP_KEYS.includes(name.toLowerCase());

/** Values named on one line: those that tell the step become the others' step, and are no metrics themselves. */
export function withStep(
  pairs: readonly { name: string; value: number }[],
  told: number | null = null,
): ParsedPoint[] {
  const step = told ?? stepAmong(pairs);
  const metrics = pairs.filter(({ name }) => !isStepKey(name) && !TIME_KEYS.has(name.toLowerCase()));
  return metrics.map(({ name, value }) => ({ name, step, value }));
}

function stepAmong(pairs: readonly { name: string; value: number }[]): number | null {
  for (const key of STEP_KEYS) {
    const pair = pairs.find(({ name, value }) => name.toLowerCase() === key && Number.isFinite(value));
    if (pair !== undefined) return pair.value;
  }
  return null;
}
