import { claimReplySchema, claimRequestSchema } from "../../core/protocol.ts";
import { AGENT_URL, agentIdPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

export const agentClaim = defineRoute({
  id: "claimTrials",
  method: "POST",
  url: `${AGENT_URL}/claim`,
  tag: "agents",
  summary: "Ask for trials that fit what the agent has free",
  description:
    "Waits up to `waitMs` for one. A repeated `requestId` gets the same assignments, so a lost reply costs nothing.",
  access: "agent",
  params: agentIdPath,
  body: claimRequestSchema,
  reply: { status: 200, schema: claimReplySchema },
  async handle({ store, dispatch, waiting, intervals, telemetry }, { params, body, signal }) {
    const leave = waiting.enter();
    try {
      const assignments = await dispatch.poll(body.free.pool, {
        attempt: () => store.claim(params.agent, body, intervals.leaseMs),
        isEmpty: (claimed) => claimed.length === 0,
        waitMs: Math.min(body.waitMs, intervals.pollMs),
        signal,
      });
      telemetry.claimed(assignments.length);
      return { assignments };
    } finally {
      leave();
    }
  },
});
