import { agentResourceSchema } from "../../core/resources.ts";
import { AGENT_URL, agentPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

export const agentGet = defineRoute({
  id: "getAgent",
  method: "GET",
  url: AGENT_URL,
  tag: "agents",
  summary: "Get an agent",
  access: "read",
  params: agentPath,
  reply: { status: 200, schema: agentResourceSchema },
  handle: ({ store }, { params }) => store.getAgent(params.agent),
});
