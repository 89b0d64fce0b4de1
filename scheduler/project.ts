import type { FinishCause, TrialEvent } from "../core/algorithm.ts";
import type { MetricPoint, StudyEventBody } from "../core/event.ts";
import type { ScheduleEvent } from "../core/fidelity.ts";
import { fromWire } from "../core/number.ts";
import { toLoss } from "../core/objective.ts";
import type { StudySpec } from "../core/study.ts";
import { isTerminal } from "../core/trial.ts";

/** A violation nobody measured counts as broken: an algorithm must not be drawn to points that report nothing. */
const UNKNOWN_VIOLATION = 1;

/** The study's log as an algorithm and a fidelity schedule see it: no names, no units, no directions, no times. */
export function toSearchEvents(spec: Pick<StudySpec, "objectives">, body: StudyEventBody): ScheduleEvent[] {
  switch (body.type) {
    case "trial.scheduled": {
      const { trial, point, budget, parent } = body;
      return [{ type: "scheduled", trial, point, budget, ...(parent === undefined ? {} : { parent }) }];
    }
    case "trial.enqueued":
      return [{ type: "scheduled", trial: body.trial, point: body.point, budget: null }];
    case "trial.observed":
      return observations(spec, body.trial, body.points);
    case "trial.paused": {
      const { trial, budget, losses } = body;
      return [{ type: "paused", trial, budget, losses, violations: knownViolations(body) }];
    }
    case "trial.promoted":
      return [{ type: "resumed", trial: body.trial, budget: body.budget }];
    case "trial.finished": {
      if (!isTerminal(body.state)) return [];
      return [
        {
          type: "finished",
          trial: body.trial,
          losses: body.losses,
          violations: knownViolations(body),
          cause: body.state as FinishCause,
        },
      ];
    }
    default:
      return [];
  }
}

function knownViolations({ violations }: { violations: readonly (number | null)[] }): number[] {
  return violations.map((amount) => amount ?? UNKNOWN_VIOLATION);
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
