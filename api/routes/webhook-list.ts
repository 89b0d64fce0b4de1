import { z } from "zod";
import { webhookResourceSchema } from "../../core/webhook.ts";
import { defineRoute } from "../route.ts";

export const webhookList = defineRoute({
  id: "listWebhooks",
  method: "GET",
  url: "/v1/webhooks",
  tag: "webhooks",
  summary: "List webhooks, without their secrets",
  access: "admin",
  reply: { status: 200, schema: z.object({ items: z.array(webhookResourceSchema) }) },
  handle: async ({ store }) => ({ items: await store.listWebhooks() }),
});
