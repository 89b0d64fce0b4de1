import { z } from "zod";
import { defineRoute, RawAnswer } from "../route.ts";

export const openapiGet = defineRoute({
  id: "getOpenapi",
  method: "GET",
  url: "/openapi.json",
  tag: "service",
  summary: "This document",
  access: "public",
  reply: { status: 200, schema: z.record(z.string(), z.unknown()) },
  handle: async ({ openapi }) => new RawAnswer("application/json; charset=utf-8", openapi()),
});
