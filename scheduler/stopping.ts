import { trialRng } from "../core/rng.ts";
import type { Curve, StopContext, Verdict } from "../core/stopper.ts";
import type { StudySpec } from "../core/study.ts";
import { type Action, record } from "./actions.ts";
import { unitOf } from "./budget.ts";
import { lossCurve, toUserValue, type Watched } from "./loss-curve.ts";
import type { StudyState, TrialView } from "./state.ts";
import type { StopRule } from "./stop-rules.ts";

/** Early stopping: which of the trials that reported something new are given up. */

interface Jury {
  spec: StudySpec;
  state: StudyState;
  rules: readonly StopRule[];
}

type Stop = Extract<Verdict, { type: "stop" }>;

/** Judges the running trials that reported something new, each against all others of the study. */
export function judgeTrials(
  jury: Jury,
  reported: ReadonlyMap<number, number>,
): { trial: number; action: Action }[] {
  const curves = createCurves(jury);
  return [...reported].flatMap(([number, firstNew]) => {
    const trial = jury.state.trials.get(number);
    if (trial === undefined || !isOnTrial(trial)) return [];
    const stop = judgeOne(jury, { trial, firstNew }, curves);
    return stop === null ? [] : [{ trial: number, action: decided(jury.spec, trial, stop) }];
  });
}

function isOnTrial({ state, end, stop, heldOut }: TrialView): boolean {
  return state === "running" && end === null && stop === null && !heldOut;
}

type Curves = (watched: Watched) => readonly Curve[];

/** The curves of every trial, of each metric once. */
function createCurves({ state }: Jury): Curves {
  const known = new Map<string, Curve[]>();
  return (watched) => {
    const key = `${watched.goal} ${watched.name}`;
    const made = known.get(key) ?? [...state.trials.values()].map((trial) => lossCurve(trial, watched));
    known.set(key, made);
    return made;
  };
}

/** A trial to be judged, and the least step that it has reported since the last time. */
interface Subject {
  trial: TrialView;
  firstNew: number;
}

/** The first rule that says stop; null: the trial goes on. */
function judgeOne({ spec, rules }: Jury, subject: Subject, curves: Curves): Stop | null {
  for (const rule of rules) {
    const stop = judgeByRule(spec, rule, subject, curves);
    if (stop !== null) return stop;
  }
  return null;
}

/** With several objectives a trial is given up only when it is hopeless in each: else it may be worth it for one. */
function judgeByRule(spec: StudySpec, rule: StopRule, subject: Subject, curves: Curves): Stop | null {
  const watched =
    rule.metric === null
      ? spec.objectives.map(({ metric, goal }) => ({ name: metric, goal }))
      : [rule.metric];
  const stops: Stop[] = [];
  for (const metric of watched) {
    const verdict = judgeMetric(spec, rule, subject, metric, curves(metric));
    if (verdict.type === "continue") return null;
    stops.push(verdict);
  }
  return stops.length === 1 ? stops[0]! : joined(stops, watched);
}

function judgeMetric(
  spec: StudySpec,
  { stopper, config }: StopRule,
  { trial, firstNew }: Subject,
  watched: Watched,
  curves: readonly Curve[],
): Verdict {
  const subject = lossCurve(trial, watched);
  if (subject.steps.length === 0 && !subject.diverged) return { type: "continue" };
  const peers = curves.filter((curve) => curve !== subject && (curve.steps.length > 0 || curve.diverged));
  const context: StopContext = {
    maxStep: spec.fidelity?.max ?? null,
    since: subject.steps.findLast((step) => step < firstNew) ?? null,
    metric: watched.name,
    unit: unitOf(spec),
    toValue: (loss) => toUserValue(watched, loss),
  };
  return stopper.judge(config, subject, peers, context);
}

function joined(stops: readonly Stop[], watched: readonly Watched[]): Stop {
  const inputs = Object.fromEntries(stops.map(({ why }, index) => [watched[index]!.name, why.inputs]));
  const text = stops.map(({ why }, index) => `${watched[index]!.name}: ${why.text}`).join("; ");
  const { step, why } = stops[0]!;
  return { type: "stop", step, why: { rule: why.rule, inputs, text } };
}

/** A stop, or its waiver: a seeded share of the trials to be pruned runs on, to measure how often pruning is wrong. */
function decided(spec: StudySpec, trial: TrialView, { step, why }: Stop): Action {
  const share = spec.earlyStopping?.holdout ?? 0;
  const drawn = trialRng(spec.seed, trial.number, "holdout")();
  if (drawn < share) {
    const text = `Would be pruned ${why.text}; runs on as one of the ${share * 100} % held out.`;
    return record({ type: "trial.held-out", trial: trial.number, step }, "holdout", text, {
      ...why.inputs,
      share,
    });
  }
  const body = { type: "trial.stopping", trial: trial.number, kind: "prune", step } as const;
  return record(body, why.rule, `Pruned ${why.text}`, why.inputs);
}
