import { z } from "zod";

/** The states of studies, trials and attempts, as closed sets; docs/state-machine.md draws them. */

export const STUDY_STATES = ["running", "paused", "stopping", "done"] as const;
export const studyStateSchema = z.enum(STUDY_STATES);
export type StudyState = z.infer<typeof studyStateSchema>;

/** Why a study ended, or is ending. */
export const STUDY_ENDS = [
  "max-trials",
  "target-reached",
  "exhausted",
  "wall-time",
  "gpu-hours",
  "max-failed-trials",
  "stopped",
  "algorithm-failed",
] as const;
export const studyEndSchema = z.enum(STUDY_ENDS);
export type StudyEnd = z.infer<typeof studyEndSchema>;

/** Ends that mean the study did not do what it was asked to. */
export const FAILED_ENDS: ReadonlySet<StudyEnd> = new Set(["max-failed-trials", "algorithm-failed"]);

export const TRIAL_STATES = [
  "queued",
  "running",
  "paused",
  "completed",
  "pruned",
  "failed",
  "infeasible",
  "cancelled",
] as const;
export const trialStateSchema = z.enum(TRIAL_STATES);
export type TrialState = z.infer<typeof trialStateSchema>;

const TERMINAL: ReadonlySet<TrialState> = new Set([
  "completed",
  "pruned",
  "failed",
  "infeasible",
  "cancelled",
]);

/** Whether a trial in this state never changes again (but for an explicit retry by its user). */
export function isTerminal(state: TrialState): boolean {
  return TERMINAL.has(state);
}

/** Where a trial's point came from. */
export const originSchema = z.enum(["search", "user", "import"]);
export type Origin = z.infer<typeof originSchema>;

/** How one attempt ended, as its agent saw it; `lost` is the server's word for an agent that fell silent. */
export const attemptOutcomeSchema = z.enum([
  "completed",
  "failed",
  "requeue",
  "infeasible",
  "stopped",
  "lost",
]);
export type AttemptOutcome = z.infer<typeof attemptOutcomeSchema>;

/**
 * Why a running trial is told to stop. `prune`: by an early stopper; `cancel`: by a person or the study's end; `budget`: it
 * has trained as far as it may for now.
 */
export const stopKindSchema = z.enum(["prune", "cancel", "budget"]);
export type StopKind = z.infer<typeof stopKindSchema>;
