import { z } from "zod";
import { importanceSchema } from "../../core/resources.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { integer } from "../query.ts";
import { defineRoute } from "../route.ts";
import { importanceOf } from "../study-importance.ts";

export const studyImportance = defineRoute({
  id: "getImportance",
  method: "GET",
  url: `${STUDY_URL}/importance`,
  tag: "studies",
  summary: "Which parameters matter, how surely, and which way they go",
  description:
    "`ped-anova`: what sets the best tenth of the trials apart; shares add up to 1. `fanova`: shares of the " +
    "objective's variance over the whole space, with interactions. From completed trials; of more than 5,000, from a " +
    "random sample that stays the same.",
  access: "read",
  params: studyPath,
  query: z.strictObject({
    evaluator: z.enum(["ped-anova", "fanova"]).default("ped-anova"),
    objective: z.string().max(200).optional().describe("Metric of an objective. Default: the first."),
    seed: integer({
      min: 0,
      max: 2 ** 31,
      description: "Draws the resamples. Default: the study's seed.",
    }).optional(),
  }),
  reply: { status: 200, schema: importanceSchema },
  async handle({ store, importance, closing }, { params, query }) {
    const study = await store.getStudy(params.project, params.study);
    const { evaluator, objective, seed } = query;
    const question = { evaluator, objective, seed };
    // Completed trials never change, so their number says which there are.
    const key = JSON.stringify([study.id, study.counts.completed, question]);
    return importance.get(key, () => importanceOf(store, study, question, closing));
  },
});
