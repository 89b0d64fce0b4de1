import type { ReportReply, ReportRequest, ResultRequest } from "../core/protocol.ts";
import { type Context, studyChanged } from "./context.ts";

/** The calls of whoever runs an attempt, by whichever path they come. */

export interface AttemptRef {
  trialId: string;
  attempt: number;
  studyId: string;
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
