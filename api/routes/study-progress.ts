import { z } from "zod";
import { progressSchema } from "../../core/charts.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { integer } from "../query.ts";
import { defineRoute } from "../route.ts";

export const studyProgress = defineRoute({
  id: "getProgress",
  method: "GET",
  url: `${STUDY_URL}/progress`,
  tag: "charts",
  summary: "The best so far, by trials, time and GPU-hours",
  description: "The line's steps, and the trials beside it: all of them or a sample.",
  access: "read",
  params: studyPath,
  query: z.strictObject({
    points: integer({ min: 0, max: 2000, default: 300, description: "Trials beside the line, about." }),
  }),
  reply: { status: 200, schema: progressSchema },
  handle: ({ store, lookup }, { params, query }) =>
    lookup.withStudy(params.project, params.study, (id) => store.progress(id, query.points)),
});
