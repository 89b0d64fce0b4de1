import { findSchedule } from "../algorithms/fidelity/index.ts";
import { findStopper } from "../algorithms/stopping/index.ts";
import type { EarlyStopper } from "../core/stopper.ts";
import { type StopperChoice, type StudySpec, stopRules } from "../core/study.ts";

/** An early stopper with its parsed configuration, and what it watches. */
export interface StopRule {
  stopper: EarlyStopper;
  config: unknown;
  /** Metric and goal; null: every objective, of which each must say stop. */
  metric: { name: string; goal: "minimize" | "maximize" } | null;
}

/** The user's rules in their order, then the one that belongs to the fidelity schedule. */
export function stopRulesOf(spec: StudySpec): StopRule[] {
  const chosen = stopRules(spec).map((choice) => ruleOf(spec, choice));
  const own = scheduleStopper(spec);
  return own === null ? chosen : [...chosen, ruleOf(spec, own)];
}

function ruleOf(spec: StudySpec, choice: StopperChoice): StopRule {
  const stopper = findStopper(choice.name);
  const config = stopper.config.parse(choice.config);
  if (choice.metric === undefined) return { stopper, config, metric: null };
  const objective = spec.objectives.find(({ metric }) => metric === choice.metric);
  const goal = choice.goal ?? objective?.goal ?? "minimize";
  return { stopper, config, metric: { name: choice.metric, goal } };
}

function scheduleStopper({ fidelity }: StudySpec): StopperChoice | null {
  if (fidelity === undefined) return null;
  const schedule = findSchedule(fidelity.schedule.name);
  const config = schedule.config.parse(fidelity.schedule.config);
  return (schedule.stopper?.(fidelity, config) ?? null) as StopperChoice | null;
}
