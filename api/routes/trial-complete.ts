import { z } from "zod";
import { FettleError } from "../../core/errors.ts";
import { wireNumberSchema } from "../../core/number.ts";
import { metricNameSchema } from "../../core/objective.ts";
import { type ResultRequest, resultReplySchema } from "../../core/protocol.ts";
import { storable, textSchema } from "../../core/text.ts";
import type { Context } from "../context.ts";
import { TRIAL_URL, trialPath } from "../paths.ts";
import { workerActor } from "../principal.ts";
import { defineRoute } from "../route.ts";
import { type AttemptRef, currentAttempt, finishAttempt, reportPoints } from "../worker-calls.ts";

const completionSchema = z.strictObject({
  values: z
    .record(storable(metricNameSchema), wireNumberSchema)
    .optional()
    .describe("Final values by metric, as if reported just before. Not needed for what was reported."),
  state: z
    .enum(["completed", "failed", "infeasible", "stopped"])
    .default("completed")
    .describe("infeasible: this point can never be run. stopped: ended because `shouldStop` said so."),
  reason: textSchema().max(4000).optional().describe("Shown with the trial."),
  attempt: z
    .int()
    .min(1)
    .optional()
    .describe("Default: the current one. Give it to be safe against a lost lease."),
});

export const trialComplete = defineRoute({
  id: "completeTrial",
  method: "POST",
  url: `${TRIAL_URL}/complete`,
  tag: "workers",
  summary: "End a running trial",
  description: "Repeating it is harmless: `recorded` is false when the same result was there already.",
  access: "write",
  attemptToken: true,
  idempotent: true,
  params: trialPath,
  body: completionSchema.prefault({}).meta({ examples: [{ values: { loss: 0.31 } }] }),
  reply: { status: 200, schema: resultReplySchema },
  handle(context, { params, body, principal }) {
    return context.lookup.withStudy(params.project, params.study, async (studyId) => {
      const current = await currentAttempt(context, studyId, params.number);
      const reference = { ...current, attempt: body.attempt ?? current.attempt };
      const actor = workerActor(principal);
      const reported = await reportFinal(context, reference, body.values, actor);
      const recorded = await finishAttempt(context, reference, resultOf(body), actor);
      // The attempt was over before the values came, yet with another result: finishAttempt has thrown.
      return { recorded: recorded && reported };
    });
  },
});

/** False when the attempt is over already; whether that is a repetition, its result tells. */
async function reportFinal(
  context: Context,
  reference: AttemptRef,
  values: z.infer<typeof completionSchema>["values"],
  actor: string,
): Promise<boolean> {
  const points = Object.entries(values ?? {}).map(([name, value]) => ({ name, value }));
  if (points.length === 0) return true;
  try {
    await reportPoints(context, reference, { points }, actor);
    return true;
  } catch (error) {
    if (error instanceof FettleError && error.code === "stale-attempt") return false;
    throw error;
  }
}

function resultOf({ state, reason, values }: z.infer<typeof completionSchema>): ResultRequest {
  return {
    outcome: state,
    failureClass: FAILURE_CLASSES[state],
    exitCode: null,
    signal: null,
    message: reason ?? null,
    logTruncatedBytes: 0,
    seenMetrics: Object.keys(values ?? {}).slice(0, 100),
  };
}

const FAILURE_CLASSES = {
  completed: null,
  failed: "user-error",
  infeasible: "declared",
  stopped: null,
} as const;
