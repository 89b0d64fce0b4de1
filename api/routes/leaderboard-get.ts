import { z } from "zod";
import { leaderboardSchema } from "../../core/resources.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { integer } from "../query.ts";
import { defineRoute } from "../route.ts";

export const leaderboardGet = defineRoute({
  id: "getLeaderboard",
  method: "GET",
  url: `${STUDY_URL}/leaderboard`,
  tag: "studies",
  summary: "The best trials",
  description:
    "Several objectives: rank 1 is the Pareto front. Trials beyond an outcome constraint come last.",
  access: "read",
  params: studyPath,
  query: z.strictObject({ limit: integer({ min: 1, max: 1000, default: 20, description: "Rows." }) }),
  reply: { status: 200, schema: leaderboardSchema },
  handle: ({ store, lookup }, { params, query }) =>
    lookup.withStudy(params.project, params.study, (id) => store.leaderboard(id, query.limit)),
});
