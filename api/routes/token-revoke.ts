import { z } from "zod";
import { tokenResourceSchema } from "../../core/resources.ts";
import { defineRoute } from "../route.ts";

export const tokenRevoke = defineRoute({
  id: "revokeToken",
  method: "DELETE",
  url: "/v1/tokens/:id",
  tag: "service",
  summary: "Revoke a token",
  description: "It works no longer, in this process at once, in others within five seconds.",
  access: "admin",
  params: z.strictObject({ id: z.string().regex(/^[a-z0-9]{1,64}$/) }),
  reply: { status: 200, schema: tokenResourceSchema },
  async handle({ store, tokens }, { params }) {
    const token = await store.revokeToken(params.id);
    tokens.forget(params.id);
    return token;
  },
});
