import { fromLoss, type Goal, toLoss } from "../core/objective.ts";
import type { Curve } from "../core/stopper.ts";
import { emptyCurve, type MetricCurve } from "./curve.ts";
import type { TrialView } from "./state.ts";

/** What an early stopper watches. */
export interface Watched {
  name: string;
  goal: Goal;
}

interface Kept {
  revision: number;
  completed: boolean;
  goal: Goal;
  curve: Curve;
}

/** Conversions are kept until the trial reports more: a stopper looks at every trial for each report. */
const kept = new WeakMap<MetricCurve, Kept>();
const NOTHING = emptyCurve();

/** What a trial reported of a metric, as losses. The same object as long as nothing changes. */
export function lossCurve(trial: TrialView, { name, goal }: Watched): Curve {
  const reported = trial.curves.get(name);
  const completed = trial.state === "completed";
  if (reported === undefined) return convert(trial.number, NOTHING, goal, completed);
  const known = kept.get(reported);
  const { revision } = reported;
  if (known?.revision === revision && known.completed === completed && known.goal === goal)
    return known.curve;
  const curve = convert(trial.number, reported, goal, completed);
  kept.set(reported, { revision, completed, goal, curve });
  return curve;
}

export function toUserValue({ goal }: Watched, loss: number): number {
  return fromLoss(goal, loss);
}

function convert(trial: number, { steps, values }: MetricCurve, goal: Goal, completed: boolean): Curve {
  const finite = steps.flatMap((_, index) => (Number.isFinite(values[index]) ? [index] : []));
  return {
    trial,
    steps: finite.map((index) => steps[index]!),
    losses: finite.map((index) => toLoss(goal, values[index]!)),
    diverged: finite.length < steps.length,
    completed,
  };
}
