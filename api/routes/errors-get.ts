import { z } from "zod";
import { errorsPage } from "../errors-page.ts";
import { defineRoute, RawAnswer } from "../route.ts";

export const errorsGet = defineRoute({
  id: "getErrorsPage",
  method: "GET",
  url: "/docs/errors.md",
  tag: "service",
  summary: "What each error code means: where the `type` of an error points",
  access: "public",
  reply: { status: 200, schema: z.string(), type: "text/markdown" },
  handle: async () => new RawAnswer("text/markdown; charset=utf-8", errorsPage()),
});
