import { z } from "zod";
import { tokenResourceSchema } from "../../core/resources.ts";
import { defineRoute } from "../route.ts";

export const tokenList = defineRoute({
  id: "listTokens",
  method: "GET",
  url: "/v1/tokens",
  tag: "service",
  summary: "List tokens, without their secrets",
  access: "admin",
  reply: { status: 200, schema: z.object({ items: z.array(tokenResourceSchema) }) },
  handle: async ({ store }) => ({ items: await store.listTokens() }),
});
