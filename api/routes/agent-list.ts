import { z } from "zod";
import { agentResourceSchema } from "../../core/resources.ts";
import { defineRoute } from "../route.ts";

export const agentList = defineRoute({
  id: "listAgents",
  method: "GET",
  url: "/v1/agents",
  tag: "agents",
  summary: "List agents with what they have and what they run",
  access: "read",
  reply: { status: 200, schema: z.object({ items: z.array(agentResourceSchema) }) },
  handle: async ({ store }) => ({ items: await store.listAgents() }),
});
