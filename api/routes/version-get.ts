import { z } from "zod";
import { algorithms } from "../../algorithms/index.ts";
import { stoppers } from "../../algorithms/stopping/index.ts";
import { defineRoute } from "../route.ts";

export const versionGet = defineRoute({
  id: "getVersion",
  method: "GET",
  url: "/v1/version",
  tag: "service",
  summary: "What this server is and can do",
  access: "public",
  reply: {
    status: 200,
    schema: z.object({
      version: z.string(),
      auth: z.enum(["open-loopback", "token"]),
      algorithms: z.array(z.string()),
      earlyStoppers: z.array(z.string()),
    }),
  },
  handle: async ({ version, auth }) => ({
    version,
    auth: auth.mode,
    algorithms: Object.keys(algorithms),
    earlyStoppers: Object.keys(stoppers),
  }),
});
