import { registerReplySchema, registerRequestSchema } from "../../core/protocol.ts";
import { defineRoute } from "../route.ts";

export const agentRegister = defineRoute({
  id: "registerAgent",
  method: "POST",
  url: "/v1/agents",
  tag: "agents",
  summary: "Register an agent's process",
  description:
    "The newest session of a name is served; calls of an older one are answered with `stale-session`.",
  access: "agent",
  body: registerRequestSchema,
  reply: { status: 200, schema: registerReplySchema },
  async handle({ store, intervals }, { body }) {
    const { agentId } = await store.registerAgent(body);
    return { agentId, intervals };
  },
});
