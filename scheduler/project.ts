import type { FinishCause, TrialEvent } from "../core/algorithm.ts";
import type { MetricPoint, StudyEventBody } from "../core/event.ts";
import { fromWire } from "../core/number.ts";
import { toLoss } from "../core/objective.ts";
import type { StudySpec } from "../core/study.ts";
import { isTerminal } from "../core/trial.ts";

/** A violation nobody measured counts as broken: an algorithm must not be drawn to points that report nothing. */
const UNKNOWN_VIOLATION = 1;

/** The study's log as an algorithm sees it: no names, no units, no directions, no times. */
export function toTrialEvents(spec: Pick<StudySpec, "objectives">, body: StudyEventBody): TrialEvent[] {
  switch (body.type) {
    case "trial.scheduled":
      return [{ type: "scheduled", trial: body.trial, point: body.point, budget: body.budget }];
    case "trial.enqueued":
      return [{ type: "scheduled", trial: body.trial, point: body.point, budget: null }];
    case "trial.observed":
      return observations(spec, body.trial, body.points);
    case "trial.finished": {
      if (!isTerminal(body.state)) return [];
      const violations = body.violations.map((amount) => amount ?? UNKNOWN_VIOLATION);
      return [
        {
          type: "finished",
          trial: body.trial,
          losses: body.losses,
          violations,
          cause: body.state as FinishCause,
        },
      ];
    }
    default:
      return [];
  }
}

/** One observation a step at which every objective has a finite value. */
function observations(
  spec: Pick<StudySpec, "objectives">,
  trial: number,
  points: readonly MetricPoint[],
): TrialEvent[] {
  const byStep = new Map<number, Map<string, number>>();
  for (const point of points) {
    const values = byStep.get(point.step) ?? new Map<string, number>();
    byStep.set(point.step, values.set(point.name, fromWire(point.value)));
  }
  return [...byStep].flatMap(([step, values]) => {
    const losses = spec.objectives.map(({ metric, goal }) => toLoss(goal, values.get(metric) ?? Number.NaN));
    return losses.every(Number.isFinite) ? [{ type: "observed" as const, trial, step, losses }] : [];
  });
}
