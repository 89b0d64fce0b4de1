import { agentResourceSchema } from "../../core/resources.ts";
import { AGENT_URL, agentPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

export const agentDrain = defineRoute({
  id: "drainAgent",
  method: "POST",
  url: `${AGENT_URL}/drain`,
  tag: "agents",
  summary: "Let an agent take nothing new",
  description: "What it runs goes on. It learns of it with its next heartbeat.",
  access: "write",
  idempotent: true,
  params: agentPath,
  reply: { status: 200, schema: agentResourceSchema },
  async handle({ store }, { params }) {
    const { id } = await store.getAgent(params.agent);
    return store.drainAgent(id, true);
  },
});
