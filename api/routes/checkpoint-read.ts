import { z } from "zod";
import { ATTEMPT_URL, attemptPath } from "../paths.ts";
import { integer } from "../query.ts";
import { defineRoute, RawAnswer } from "../route.ts";

const OCTETS = "application/octet-stream";

export const checkpointRead = defineRoute({
  id: "readCheckpoint",
  method: "GET",
  url: `${ATTEMPT_URL}/checkpoint`,
  tag: "agents",
  summary: "Read a stretch of the archive of a checkpoint",
  description:
    "A gzipped tar, as the agent sent it. From `offset` on, as much as one reply takes; nothing at its end. `not-found`: " +
    "the server has no complete archive of this attempt, or a later attempt has left another checkpoint.",
  access: "agent",
  params: attemptPath,
  query: z.strictObject({
    offset: integer({ min: 0, max: 2 ** 48, default: 0, description: "First byte wanted." }),
  }),
  reply: { status: 200, schema: z.string().meta({ format: "binary" }), type: OCTETS },
  async handle({ store }, { params, query }) {
    const bytes = await store.readCheckpointPart(params.trialId, params.attempt, query.offset);
    return new RawAnswer(OCTETS, bytes);
  },
});
