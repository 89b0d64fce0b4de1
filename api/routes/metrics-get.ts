import { z } from "zod";
import { defineRoute, RawAnswer } from "../route.ts";

export const metricsGet = defineRoute({
  id: "getMetrics",
  method: "GET",
  url: "/metrics",
  tag: "service",
  summary: "The service's own metrics, for Prometheus",
  access: "read",
  reply: { status: 200, schema: z.string(), type: "text/plain" },
  handle: async ({ telemetry }) => new RawAnswer(telemetry.contentType, await telemetry.text()),
});
