import { z } from "zod";
import { logReplySchema } from "../../core/protocol.ts";
import { ATTEMPT_URL, attemptPath } from "../paths.ts";
import { flag, integer } from "../query.ts";
import { defineRoute } from "../route.ts";

export const checkpointAppend = defineRoute({
  id: "appendCheckpoint",
  method: "POST",
  url: `${ATTEMPT_URL}/checkpoint`,
  tag: "agents",
  summary: "Append to the archive of the checkpoint that an attempt left",
  description:
    "For studies with `fidelity.checkpoint.store: server`, after the attempt's result. `offset`: of the first byte sent. " +
    "Bytes that are stored already are passed over, a gap is refused with `conflict`. `stale-attempt`: the trial has gone on.",
  access: "agent",
  params: attemptPath,
  query: z.strictObject({
    agent: z.uuid().describe("The id given at registration: of the agent that ran the attempt."),
    session: z.uuid(),
    offset: integer({ min: 0, max: 2 ** 48, description: "Of the first byte sent." }),
    last: flag("Nothing follows: the archive is complete."),
  }),
  body: z.instanceof(Uint8Array).meta({ type: "string", format: "binary" }),
  bodyType: "octets",
  bodyLimit: "logChunk",
  reply: { status: 200, schema: logReplySchema },
  handle({ store }, { params, query, body }) {
    const { agent: agentId, ...rest } = query;
    return store.putCheckpointPart({ ...params, ...rest, agentId, bytes: body });
  },
});
