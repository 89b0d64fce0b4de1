import { z } from "zod";
import { FettleError } from "../../core/errors.ts";
import { defineRoute } from "../route.ts";

export const healthReady = defineRoute({
  id: "getReadiness",
  method: "GET",
  url: "/readyz",
  tag: "service",
  summary: "Whether requests can be served",
  description: "A queue that is away makes things slower, not wrong, so the service is ready without it.",
  access: "public",
  reply: {
    status: 200,
    schema: z.object({ status: z.literal("ready"), queue: z.enum(["up", "down"]), backend: z.string() }),
  },
  async handle({ store, queue, closing }) {
    if (closing.aborted) throw new FettleError("store-unavailable", "The server is about to end.");
    await store.ping();
    return {
      status: "ready" as const,
      queue: queue.health().up ? ("up" as const) : ("down" as const),
      backend: queue.backend,
    };
  },
});
