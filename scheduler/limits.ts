import type { StudyEnd } from "../core/trial.ts";
import { type Action, plural, record } from "./actions.ts";
import type { View } from "./view.ts";

/** Whether a limit of the study's budget is reached, so that it must end now; null: it goes on. */
export function limitReached(view: View): Action | null {
  const { maxFailedTrials, maxWallTimeSeconds, maxGpuHours } = view.spec.budget;
  const { failures } = view.state;
  if (maxFailedTrials !== undefined && failures > maxFailedTrials) {
    const text = `${plural(failures, "trial")} failed, more than the ${maxFailedTrials} allowed.`;
    return ending("max-failed-trials", text, { failures, maxFailedTrials });
  }
  const wallSeconds = (view.now - view.createdAt) / 1000;
  if (maxWallTimeSeconds !== undefined && wallSeconds >= maxWallTimeSeconds) {
    return ending("wall-time", `The wall time of ${maxWallTimeSeconds} s is used up.`, {
      wallSeconds,
      maxWallTimeSeconds,
    });
  }
  if (maxGpuHours !== undefined) {
    const gpuHours = usedGpuHours(view);
    if (gpuHours >= maxGpuHours) {
      return ending("gpu-hours", `${gpuHours.toFixed(3)} of ${maxGpuHours} GPU-hours are used up.`, {
        gpuHours,
        maxGpuHours,
      });
    }
  }
  return null;
}

/** GPU-hours of ended attempts and of those that run, up to now. */
export function usedGpuHours({ state, spec, now }: View): number {
  let seconds = state.gpuSeconds;
  for (const number of state.open) {
    const startedAt = state.trials.get(number)?.startedAt ?? null;
    if (startedAt !== null) seconds += ((now - startedAt) / 1000) * spec.resources.gpus;
  }
  return seconds / 3600;
}

function ending(end: StudyEnd, text: string, inputs: Record<string, unknown>): Action {
  return record({ type: "study.stopping", end }, end, text, inputs);
}
