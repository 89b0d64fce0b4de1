import { z } from "zod";

/** Why an attempt failed, as a closed set: retry rules are keyed on it, so no entry is ever renamed. */
export const FAILURE_CLASSES = {
  "user-error": { infrastructure: false },
  "command-not-found": { infrastructure: false },
  oom: { infrastructure: false },
  timeout: { infrastructure: false },
  "no-metric": { infrastructure: false },
  diverged: { infrastructure: false },
  declared: { infrastructure: false },
  poison: { infrastructure: false },
  cancelled: { infrastructure: false },
  pruned: { infrastructure: false },
  "spawn-infra": { infrastructure: true },
  disk: { infrastructure: true },
  gpu: { infrastructure: true },
  lost: { infrastructure: true },
  "agent-stop": { infrastructure: true },
} as const;

export type FailureClass = keyof typeof FAILURE_CLASSES;
export const failureClassSchema = z.enum(Object.keys(FAILURE_CLASSES) as [FailureClass, ...FailureClass[]]);

/** Whether the cause lies outside the user's code and parameters: such a failure is never charged to the trial. */
export function isInfrastructure(failureClass: FailureClass): boolean {
  return FAILURE_CLASSES[failureClass].infrastructure;
}
