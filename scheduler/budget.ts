import { toWire } from "../core/number.ts";
import type { StudySpec } from "../core/study.ts";
import { type Action, record } from "./actions.ts";
import { measure } from "./measure.ts";
import type { StudyState, TrialView } from "./state.ts";

/** How far a trial may train for now, and what happens when it has: it pauses, or it is complete. */

/** Tells the running trials that have reported the last step of their budget to end. */
export function endBudgets(spec: StudySpec, state: StudyState, reported: readonly number[]): Action[] {
  if (spec.fidelity === undefined) return [];
  return reported.flatMap((number) => {
    const trial = state.trials.get(number);
    if (trial === undefined || !runsUnhindered(trial)) return [];
    const step = furthestStep(spec, trial);
    if (trial.budget === null || step === null || step < trial.budget) return [];
    const body = { type: "trial.stopping", trial: number, kind: "budget", step: trial.budget } as const;
    const text = `Trained up to ${unitOf(spec)} ${trial.budget}, as far as it may for now.`;
    return [record(body, "budget", text, { budget: trial.budget, step })];
  });
}

/** Whether a trial whose process is over has more to train: then it pauses instead of ending. */
export function pausesAtBudget(spec: StudySpec, trial: TrialView): boolean {
  const { fidelity } = spec;
  if (fidelity === undefined || trial.budget === null || trial.budget >= fidelity.max) return false;
  // A script that knows no budgets has trained to its end before anyone could stop it.
  return (furthestStep(spec, trial) ?? 0) < fidelity.max;
}

/** The decision that a trial waits at its rung, with what it measured up to there. */
export function paused(spec: StudySpec, trial: TrialView): Action {
  const measured = measure(spec, trial);
  const budget = trial.budget as number;
  const values = spec.objectives.map(
    ({ metric }, index) => `${metric} = ${String(measured.values[index] ?? "nothing")}`,
  );
  return record(
    {
      type: "trial.paused",
      trial: trial.number,
      budget,
      values: measured.values.map((value) => (value === null ? null : toWire(value))),
      losses: measured.losses,
      violations: measured.violations,
    },
    "paused",
    `Paused at ${unitOf(spec)} ${budget} with ${values.join(", ")}.`,
    { attempt: trial.attempt, budget },
  );
}

export function unitOf(spec: Pick<StudySpec, "fidelity">): string {
  return spec.fidelity?.unit ?? "step";
}

function runsUnhindered({ state, end, stop }: TrialView): boolean {
  return state === "running" && end === null && stop === null;
}

/** The last step that its present attempt has reported for every objective; null: not yet. */
function furthestStep(spec: StudySpec, trial: TrialView): number | null {
  const steps = spec.objectives.map(({ metric }) => {
    const curve = trial.curves.get(metric);
    return curve?.attempts.at(-1) === trial.attempt ? curve.steps.at(-1) : undefined;
  });
  return steps.every((step) => step !== undefined) ? Math.min(...steps) : null;
}
