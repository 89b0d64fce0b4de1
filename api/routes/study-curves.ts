import { z } from "zod";
import { curvesSchema } from "../../core/charts.ts";
import { textSchema } from "../../core/text.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { integer, real } from "../query.ts";
import { defineRoute } from "../route.ts";

export const studyCurves = defineRoute({
  id: "getCurves",
  method: "GET",
  url: `${STUDY_URL}/curves`,
  tag: "charts",
  summary: "Learning curves of the best trials and the most recent others",
  description:
    "Long curves are thinned: the first point, the last and the extremes of each stretch are kept. With `at`: the trials " +
    "compared at that step.",
  access: "read",
  params: studyPath,
  query: z.strictObject({
    metric: textSchema().min(1).max(200).optional().describe("Default: the first objective's."),
    limit: integer({ min: 1, max: 500, default: 100, description: "Trials, at most." }),
    points: integer({ min: 4, max: 1000, default: 100, description: "Points of a curve, at most." }),
    at: real("A step at which the trials are compared.").optional(),
  }),
  reply: { status: 200, schema: curvesSchema },
  handle: ({ store, lookup }, { params, query }) =>
    lookup.withStudy(params.project, params.study, (id) => store.curves(id, query)),
});
