import { z } from "zod";
import { SCOPES, tokenResourceSchema } from "../../core/resources.ts";
import { defineRoute } from "../route.ts";
import { makeToken } from "../token.ts";

const grantable = SCOPES.filter((scope) => scope !== "attempt");

export const tokenCreate = defineRoute({
  id: "createToken",
  method: "POST",
  url: "/v1/tokens",
  tag: "service",
  summary: "Make a bearer token; it is shown this once",
  description:
    "admin covers everything, write covers read, agent covers the calls of agents alone. Only a hash of the token is " +
    "stored. An `Idempotency-Key` is not honoured here: its answer would have to be kept.",
  access: "admin",
  body: z
    .strictObject({
      name: z
        .string()
        .regex(/^[A-Za-z0-9][A-Za-z0-9_.@-]{0,62}$/)
        .describe("Shown in the log as who did what."),
      scope: z.enum(grantable as [(typeof grantable)[number]]),
      expiresInSeconds: z.int().min(60).max(315_360_000).optional().describe("Default: never."),
    })
    .meta({ examples: [{ name: "gpu-hosts", scope: "agent" }] }),
  reply: { status: 201, schema: tokenResourceSchema.extend({ token: z.string().describe("The secret.") }) },
  async handle({ store, randomBytes, now }, { body }) {
    const { id, token, hash } = makeToken(randomBytes);
    const { name, scope, expiresInSeconds } = body;
    const expiresAt =
      expiresInSeconds === undefined ? null : new Date(now() + expiresInSeconds * 1000).toISOString();
    const created = await store.createToken({ id, name, scope, hash, expiresAt });
    return { ...created, token };
  },
});
