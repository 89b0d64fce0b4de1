import { z } from "zod";
import { webhookPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

export const webhookDelete = defineRoute({
  id: "deleteWebhook",
  method: "DELETE",
  url: "/v1/webhooks/:id",
  tag: "webhooks",
  summary: "Delete a webhook, with the events that wait for it",
  access: "admin",
  params: webhookPath,
  reply: { status: 204, schema: z.undefined() },
  async handle({ store }, { params }) {
    await store.deleteWebhook(params.id);
    return undefined;
  },
});
