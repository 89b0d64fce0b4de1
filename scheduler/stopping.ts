import { toLoss } from "../core/objective.ts";
import type { Curve, EarlyStopper } from "../core/stopper.ts";
import type { StudySpec } from "../core/study.ts";
import { type Action, record } from "./actions.ts";
import type { StudyState, TrialView } from "./state.ts";

/** An early stopper with its parsed configuration. */
export interface StopRule {
  stopper: EarlyStopper;
  config: unknown;
}

/** Judges the running trials that reported something new, each against all others of the study. */
export function judgeTrials(
  spec: StudySpec,
  state: StudyState,
  rule: StopRule,
  reported: ReadonlySet<number>,
): Action[] {
  const subjects = [...reported]
    .map((number) => state.trials.get(number))
    .filter((trial) => trial !== undefined);
  const judged = subjects.filter(
    (trial) => trial.state === "running" && trial.end === null && trial.stop === null,
  );
  if (judged.length === 0) return [];
  const curves = [...state.trials.values()].map((trial) => toCurve(spec, trial));
  return judged.flatMap((trial) => judgeOne(rule, trial, curves));
}

function judgeOne(rule: StopRule, trial: TrialView, curves: readonly Curve[]): Action[] {
  const subject = curves.find((curve) => curve.trial === trial.number);
  if (subject === undefined || subject.steps.length === 0) return [];
  const peers = curves.filter((curve) => curve.trial !== trial.number && curve.steps.length > 0);
  const verdict = rule.stopper.judge(rule.config, subject, peers);
  if (verdict.type === "continue") return [];
  const body = { type: "trial.stopping", trial: trial.number, kind: "prune", step: verdict.step } as const;
  return [record(body, verdict.why.rule, verdict.why.text, verdict.why.inputs)];
}

/** The first objective's reports as losses. */
function toCurve(spec: StudySpec, trial: TrialView): Curve {
  const objective = spec.objectives[0] as StudySpec["objectives"][number];
  const curve = trial.curves.get(objective.metric);
  const points = (curve?.steps ?? []).map((step, index) => ({ step, value: curve?.values[index] as number }));
  const finite = points.filter((point) => Number.isFinite(point.value));
  return {
    trial: trial.number,
    steps: finite.map((point) => point.step),
    losses: finite.map((point) => toLoss(objective.goal, point.value)),
    diverged: finite.length < points.length,
    completed: trial.state === "completed",
  };
}
