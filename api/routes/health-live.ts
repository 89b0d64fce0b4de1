import { z } from "zod";
import { defineRoute } from "../route.ts";

export const healthLive = defineRoute({
  id: "getHealth",
  method: "GET",
  url: "/healthz",
  tag: "service",
  summary: "Whether the process answers",
  access: "public",
  reply: { status: 200, schema: z.object({ status: z.literal("ok") }) },
  handle: async () => ({ status: "ok" as const }),
});
