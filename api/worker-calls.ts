import { FettleError } from "../core/errors.ts";
import type { ReportReply, ReportRequest, ResultRequest } from "../core/protocol.ts";
import { type Context, studyChanged } from "./context.ts";

/** The calls of whoever runs an attempt, by whichever path they come. */

export interface AttemptRef {
  trialId: string;
  attempt: number;
  studyId: string;
}

/** The attempt that a trial's number stands for. @throws FettleError "conflict" when the trial was never started. */
export async function currentAttempt(context: Context, studyId: string, number: number): Promise<AttemptRef> {
  const { trialId, attempt } = await context.store.currentAttempt(studyId, number);
  if (attempt > 0) return { trialId, attempt, studyId };
  throw new FettleError("conflict", `Trial ${number} is queued: nobody runs it yet.`, {
    hint: "Ask for it by `suggest` first.",
  });
}

export async function reportPoints(
  context: Context,
  { trialId, attempt, studyId }: AttemptRef,
  report: ReportRequest,
  actor: string,
): Promise<ReportReply> {
  const reply = await context.store.report(trialId, attempt, report, actor);
  context.telemetry.pointsIngested(reply.accepted);
  if (reply.accepted > 0) studyChanged(context, studyId);
  return reply;
}

/** False: the very same result was recorded before. */
export async function finishAttempt(
  context: Context,
  { trialId, attempt, studyId }: AttemptRef,
  result: ResultRequest,
  actor: string,
): Promise<boolean> {
  const recorded = await context.store.finishAttempt(trialId, attempt, result, actor);
  studyChanged(context, studyId);
  return recorded;
}
