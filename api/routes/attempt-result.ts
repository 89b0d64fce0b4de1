import { z } from "zod";
import { resultReplySchema, resultRequestSchema } from "../../core/protocol.ts";
import { holderQuery, requireHolder } from "../attempt-holder.ts";
import { ATTEMPT_URL, attemptPath } from "../paths.ts";
import { workerActor } from "../principal.ts";
import { defineRoute } from "../route.ts";
import { finishAttempt } from "../worker-calls.ts";

export const attemptResult = defineRoute({
  id: "finishAttempt",
  method: "POST",
  url: `${ATTEMPT_URL}/result`,
  tag: "agents",
  summary: "Say how an attempt ended",
  description: "Repeating it is harmless: `recorded` is false when the same result was there already.",
  access: "agent",
  attemptToken: true,
  params: attemptPath,
  query: z.strictObject(holderQuery),
  body: resultRequestSchema,
  reply: { status: 200, schema: resultReplySchema },
  async handle(context, { params, query, body, principal }) {
    await requireHolder(context.lookup, principal, params, query.session);
    const studyId = await context.lookup.studyOfTrial(params.trialId);
    const recorded = await finishAttempt(context, { ...params, studyId }, body, workerActor(principal));
    return { recorded };
  },
});
