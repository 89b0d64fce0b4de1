import { z } from "zod";
import { FettleError } from "../../core/errors.ts";
import { newWebhookSchema, webhookResourceSchema } from "../../core/webhook.ts";
import { defineRoute } from "../route.ts";

const SECRET_BYTES = 32;
const ID_BYTES = 6;

export const webhookCreate = defineRoute({
  id: "createWebhook",
  method: "POST",
  url: "/v1/webhooks",
  tag: "webhooks",
  summary: "Announce events to a URL; the signing secret is shown this once",
  description:
    "Events that are committed from now on are POSTed as JSON, signed, at least once, in order within each study. An " +
    "`Idempotency-Key` is not honoured here: its answer would have to be kept.",
  access: "admin",
  body: newWebhookSchema.meta({
    examples: [{ url: "https://example.com/fettle", project: "default", types: ["study.done"] }],
  }),
  reply: {
    status: 201,
    schema: webhookResourceSchema.extend({
      secret: z.string().describe("Key of the signatures, as it stands here, prefix included."),
    }),
  },
  async handle({ store, webhooks, randomBytes }, { body }) {
    const refused = webhooks.refuse(body.url);
    if (refused !== null) throw refusedUrl(refused);
    const id = Buffer.from(randomBytes(ID_BYTES)).toString("hex");
    const secret = `whsec_${Buffer.from(randomBytes(SECRET_BYTES)).toString("base64url")}`;
    const created = await store.createWebhook({ ...body, id, secret: Buffer.from(secret) });
    return { ...created, secret };
  },
});

function refusedUrl(reason: string): FettleError {
  return new FettleError("invalid-input", "Webhooks are not sent to this URL.", {
    fields: [
      {
        pointer: "/url",
        code: "refused-url",
        message: `The URL is refused: ${reason}.`,
        hint: "Use https and a public address, or let the operator set FETTLE_WEBHOOK_TARGETS=any.",
      },
    ],
  });
}
