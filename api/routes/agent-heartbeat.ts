import { heartbeatReplySchema, heartbeatRequestSchema } from "../../core/protocol.ts";
import { AGENT_URL, agentIdPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

export const agentHeartbeat = defineRoute({
  id: "agentHeartbeat",
  method: "POST",
  url: `${AGENT_URL}/heartbeat`,
  tag: "agents",
  summary: "Renew the leases of everything the agent holds, and learn what to stop",
  access: "agent",
  params: agentIdPath,
  body: heartbeatRequestSchema,
  reply: { status: 200, schema: heartbeatReplySchema },
  async handle({ store, intervals }, { params, body }) {
    const reply = await store.heartbeat(params.agent, body, intervals.leaseMs);
    return { ...reply, intervals };
  },
});
