import type { ParsedPoint } from "./collector.ts";

/** Names that count every optimisation step: two points of one step are the same point. */
const STEPS = ["step", "global_step", "iteration", "iter", "training_iteration"];
/** Names that count something larger, under which a script may report more than once. */
const LOOSE_STEPS = ["epoch", "round"];

/** Names that say when or who, never what. `trial`: written by hypertune. */
const LABELS: ReadonlySet<string> = new Set(["time", "timestamp", "wall_time", "walltime", "trial"]);

export interface ToldStep {
  step: number;
  loose: boolean;
}

const isStepKey = (name: string) => STEPS.includes(name) || LOOSE_STEPS.includes(name);

/**
 * Values named on one line: those that tell the step become the others' step, and are no metrics themselves. `told`:
 * a step that stood elsewhere on the line; it overrules them.
 */
export function withStep(
  pairs: readonly { name: string; value: number }[],
  told: ToldStep | null = null,
): ParsedPoint[] {
  const at = told ?? stepAmong(pairs);
  return pairs.flatMap(({ name, value }) => {
    const lower = name.toLowerCase();
    if (isStepKey(lower) || LABELS.has(lower)) return [];
    const loose = at?.loose ? ({ loose: true } as const) : {};
    return [{ name, step: at?.step ?? null, ...loose, value }];
  });
}

function stepAmong(pairs: readonly { name: string; value: number }[]): ToldStep | null {
  for (const key of [...STEPS, ...LOOSE_STEPS]) {
    const pair = pairs.find(({ name, value }) => name.toLowerCase() === key && Number.isFinite(value));
    if (pair !== undefined) return { step: pair.value, loose: LOOSE_STEPS.includes(key) };
  }
  return null;
}
