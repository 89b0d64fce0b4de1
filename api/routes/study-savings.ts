import { savingsSchema } from "../../core/savings.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

export const studySavings = defineRoute({
  id: "getSavings",
  method: "GET",
  url: `${STUDY_URL}/savings`,
  tag: "studies",
  summary: "Hours used, saved and wasted, and how often pruning was wrong",
  description: "From recorded attempt times; the rate of wrong prunes from the trials that were held out.",
  access: "read",
  params: studyPath,
  reply: { status: 200, schema: savingsSchema },
  handle: ({ store, lookup }, { params }) =>
    lookup.withStudy(params.project, params.study, (id) => store.savings(id)),
});
