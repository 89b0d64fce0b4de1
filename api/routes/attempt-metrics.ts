import { z } from "zod";
import { reportReplySchema, reportRequestSchema } from "../../core/protocol.ts";
import { holderQuery, requireHolder } from "../attempt-holder.ts";
import { EXAMPLE_POINTS } from "../examples.ts";
import { ATTEMPT_URL, attemptPath } from "../paths.ts";
import { workerActor } from "../principal.ts";
import { defineRoute } from "../route.ts";
import { reportPoints } from "../worker-calls.ts";

export const attemptMetrics = defineRoute({
  id: "reportAttemptMetrics",
  method: "POST",
  url: `${ATTEMPT_URL}/metrics`,
  tag: "agents",
  summary: "Report metric points of an attempt",
  description:
    "Also as lines of JSON (`application/x-ndjson`). Points that are known already are kept as they are.",
  access: "agent",
  attemptToken: true,
  params: attemptPath,
  query: z.strictObject(holderQuery),
  body: reportRequestSchema.meta({ examples: [EXAMPLE_POINTS] }),
  bodyType: "points",
  bodyLimit: "metricsBody",
  reply: { status: 200, schema: reportReplySchema },
  async handle(context, { params, query, body, principal }) {
    await requireHolder(context.lookup, principal, params, query.session);
    const studyId = await context.lookup.studyOfTrial(params.trialId);
    return reportPoints(context, { ...params, studyId }, body, workerActor(principal));
  },
});
