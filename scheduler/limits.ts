import type { StudyEnd } from "../core/trial.ts";
import { type Action, plural, record } from "./actions.ts";
import type { View } from "./view.ts";

/** Failures of all trials so far after which the command is taken for the cause, where the user set no limit. */
const ALL_FAILED = 20;

/** Whether a limit of the study's budget is reached, so that it must end now; null: it goes on. */
export function limitReached(view: View): Action | null {
  const { maxWallTimeSeconds, maxGpuHours } = view.spec.budget;
  const failed = failuresReached(view);
  if (failed !== null) return failed;
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

function failuresReached({ spec, state }: View): Action | null {
  const { maxFailedTrials } = spec.budget;
  const { failures } = state;
  if (maxFailedTrials !== undefined) {
    if (failures <= maxFailedTrials) return null;
    const text = `${plural(failures, "trial")} failed, more than the ${maxFailedTrials} allowed.`;
    return ending("max-failed-trials", text, { failures, maxFailedTrials });
  }
  // A command that cannot run fails several times a second, for ever if there is no other limit.
  const ended = state.trials.size - state.open.size;
  if (failures < ended || failures < Math.max(ALL_FAILED, 2 * spec.parallelism)) return null;
  const text = `All of the first ${failures} trials failed: the command is taken for the cause. Set budget.maxFailedTrials to allow more.`;
  return ending("max-failed-trials", text, { failures });
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
