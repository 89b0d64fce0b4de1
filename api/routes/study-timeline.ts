import { z } from "zod";
import { timelineSchema } from "../../core/charts.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { integer } from "../query.ts";
import { defineRoute } from "../route.ts";

export const studyTimeline = defineRoute({
  id: "getTimeline",
  method: "GET",
  url: `${STUDY_URL}/timeline`,
  tag: "charts",
  summary: "Which attempt ran where and when, and where the time went",
  access: "read",
  params: studyPath,
  query: z.strictObject({
    limit: integer({ min: 1, max: 5000, default: 2000, description: "Attempts, at most: the newest." }),
    before: z.iso
      .datetime()
      .optional()
      .describe("Only attempts that started before: `nextBefore` of the page before."),
  }),
  reply: { status: 200, schema: timelineSchema },
  handle: ({ store, lookup }, { params, query }) =>
    lookup.withStudy(params.project, params.study, (id) => store.timeline(id, query)),
});
