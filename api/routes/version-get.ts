import { z } from "zod";
import { schedules } from "../../algorithms/fidelity/index.ts";
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
      schedules: z.array(z.string()).describe("Of fidelity."),
      earlyStoppers: z.array(z.string()),
    }),
  },
  handle: async ({ version, auth }) => ({
    version,
    auth: auth.mode,
    algorithms: Object.keys(algorithms),
    schedules: Object.keys(schedules),
    earlyStoppers: Object.keys(stoppers),
  }),
});
