import { z } from "zod";
import { logReplySchema } from "../../core/protocol.ts";
import { holderQuery, requireHolder } from "../attempt-holder.ts";
import { ATTEMPT_URL, attemptPath } from "../paths.ts";
import { integer } from "../query.ts";
import { defineRoute } from "../route.ts";

export const attemptLog = defineRoute({
  id: "appendAttemptLog",
  method: "POST",
  url: `${ATTEMPT_URL}/log`,
  tag: "agents",
  summary: "Append to an attempt's log",
  description:
    "`offset`: of the first byte sent. Bytes that are stored already are passed over, a gap is refused with `conflict`.",
  access: "agent",
  attemptToken: true,
  params: attemptPath,
  query: z.strictObject({
    ...holderQuery,
    offset: integer({ min: 0, max: 2 ** 48, description: "Of the first byte sent." }),
  }),
  body: z.instanceof(Uint8Array).meta({ type: "string", format: "binary" }),
  bodyType: "octets",
  bodyLimit: "logChunk",
  reply: { status: 200, schema: logReplySchema },
  async handle({ store, limits, lookup }, { params, query, body, principal }) {
    await requireHolder(lookup, principal, params, query.session);
    return store.appendLog(params.trialId, params.attempt, query.offset, body, limits.logCap);
  },
});
