import { z } from "zod";
import { surfaceSchema } from "../../core/charts.ts";
import { textSchema } from "../../core/text.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { integer } from "../query.ts";
import { defineRoute } from "../route.ts";
import { surfaceOf } from "../study-surface.ts";

const parameter = textSchema().min(1).max(64);

export const studySurface = defineRoute({
  id: "getSurface",
  method: "GET",
  url: `${STUDY_URL}/surface`,
  tag: "charts",
  summary: "What a model expects of the objective over two parameters, and how surely",
  description:
    "A Gaussian process on at most 300 completed trials, the best and a sample; the other parameters are held where the best " +
    "trial has them. `conflict` while fewer than ten trials have completed.",
  access: "read",
  params: studyPath,
  query: z.strictObject({
    x: parameter.describe("A float or int parameter."),
    y: parameter.describe("Another one."),
    resolution: integer({ min: 2, max: 60, default: 40, description: "Ticks of an axis, at most." }),
  }),
  reply: { status: 200, schema: surfaceSchema },
  async handle({ store }, { params, query }) {
    return surfaceOf(store, await store.getStudy(params.project, params.study), query);
  },
});
