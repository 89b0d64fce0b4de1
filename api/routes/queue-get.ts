import { z } from "zod";
import { projectSchema, queueItemSchema } from "../../core/resources.ts";
import { integer } from "../query.ts";
import { defineRoute } from "../route.ts";

export const queueGet = defineRoute({
  id: "getQueue",
  method: "GET",
  url: "/v1/queue",
  tag: "agents",
  summary: "Queued trials in the order in which they would be placed, each with why it waits",
  access: "read",
  query: z.strictObject({
    project: projectSchema.optional(),
    limit: integer({ min: 1, max: 1000, default: 100, description: "Items." }),
  }),
  reply: { status: 200, schema: z.object({ items: z.array(queueItemSchema) }) },
  handle: async ({ store }, { query }) => ({ items: await store.queue(query.project ?? null, query.limit) }),
});
