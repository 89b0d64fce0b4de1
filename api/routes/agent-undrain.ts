import { agentResourceSchema } from "../../core/resources.ts";
import { AGENT_URL, agentPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

export const agentUndrain = defineRoute({
  id: "undrainAgent",
  method: "POST",
  url: `${AGENT_URL}/undrain`,
  tag: "agents",
  summary: "Let an agent take trials again",
  description: "It learns of it with its next heartbeat.",
  access: "write",
  idempotent: true,
  params: agentPath,
  reply: { status: 200, schema: agentResourceSchema },
  async handle({ store }, { params }) {
    const { id } = await store.getAgent(params.agent);
    return store.drainAgent(id, false);
  },
});
