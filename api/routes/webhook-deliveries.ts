import { z } from "zod";
import { deliveryResourceSchema } from "../../core/webhook.ts";
import { webhookPath } from "../paths.ts";
import { integer } from "../query.ts";
import { defineRoute } from "../route.ts";

export const webhookDeliveries = defineRoute({
  id: "listDeliveries",
  method: "GET",
  url: "/v1/webhooks/:id/deliveries",
  tag: "webhooks",
  summary: "The latest deliveries of a webhook, newest first, each with its state and last error",
  access: "admin",
  params: webhookPath,
  query: z.strictObject({
    limit: integer({ min: 1, max: 1000, default: 100, description: "Deliveries at most." }),
  }),
  reply: { status: 200, schema: z.object({ items: z.array(deliveryResourceSchema) }) },
  handle: async ({ store }, { params, query }) => ({
    items: await store.listDeliveries(params.id, query.limit),
  }),
});
