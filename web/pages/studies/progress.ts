import type { StudyResource } from "../../../core/resources.ts";
import { duration } from "../../app/format.ts";

/** Trials that have ended, in whatever way. */
export function endedTrials({ counts }: Pick<StudyResource, "counts">): number {
  return counts.completed + counts.pruned + counts.failed + counts.infeasible + counts.cancelled;
}

/** For the tab: "▶ 63/200" over the studies that run; nothing where none does. */
export function titleOf(studies: readonly StudyResource[]): string {
  const running = studies.filter(({ state }) => state === "running");
  if (running.length === 0) return "Studies";
  const ended = running.reduce((sum, study) => sum + endedTrials(study), 0);
  const limits = running.map(({ spec }) => spec.budget.maxTrials);
  const limited = limits.every((limit) => limit !== undefined);
  return `▶ ${ended}${limited ? `/${limits.reduce((sum, limit) => sum! + limit!, 0)}` : ""}`;
}

/** What it has cost so far: GPU-hours, or its time where no GPU was held. */
export function costText({ used }: StudyResource): string {
  return used.gpuHours > 0 ? `${used.gpuHours.toFixed(1)} GPU-h` : duration(used.wallSeconds);
}
