import { z } from "zod";
import { pingEvent } from "../../core/webhook.ts";
import { webhookPath } from "../paths.ts";
import { actorOf } from "../principal.ts";
import { defineRoute } from "../route.ts";

const NONCE_BYTES = 8;

export const webhookTest = defineRoute({
  id: "testWebhook",
  method: "POST",
  url: "/v1/webhooks/:id/test",
  tag: "webhooks",
  summary: "Send an event of type `ping` now, and tell how that went",
  description: "Nothing is kept, and nothing is tried again. It answers within six seconds.",
  access: "admin",
  params: webhookPath,
  reply: {
    status: 200,
    schema: z.object({
      delivered: z.boolean(),
      status: z.int().nullable().describe("What the receiver answered; null when it was not reached."),
      error: z.string().nullable(),
    }),
  },
  async handle({ store, webhooks, randomBytes, now }, { params, principal }) {
    const target = await store.webhookTarget(params.id);
    const nonce = Buffer.from(randomBytes(NONCE_BYTES)).toString("hex");
    const time = new Date(now()).toISOString();
    const ping = pingEvent({ webhookId: params.id, nonce, time, actor: actorOf(principal) });
    const sent = await webhooks.send(target, ping);
    switch (sent.type) {
      case "delivered":
        return { delivered: true, status: sent.status, error: null };
      case "gone":
        return { delivered: false, status: 410, error: "The receiver answered 410 Gone." };
      case "failed":
        return { delivered: false, status: sent.status, error: sent.error };
    }
  },
});
