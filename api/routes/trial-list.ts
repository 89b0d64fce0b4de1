import { z } from "zod";
import { parseFilter, TRIAL_FIELDS } from "../../core/filter.ts";
import { trialResourceSchema } from "../../core/resources.ts";
import { TRIAL_STATES } from "../../core/trial.ts";
import { pageSchema, studyPath, TRIALS_URL } from "../paths.ts";
import { filterText, listOf, pageOf, pageQuery } from "../query.ts";
import { defineRoute } from "../route.ts";

export const trialList = defineRoute({
  id: "listTrials",
  method: "GET",
  url: TRIALS_URL,
  tag: "trials",
  summary: "List a study's trials",
  access: "read",
  params: studyPath,
  query: z.strictObject({
    ...pageQuery,
    filter: filterText(TRIAL_FIELDS),
    state: listOf(TRIAL_STATES, "Only trials in these states.").optional(),
    order: z
      .enum(["number", "-number", "value", "-value"])
      .default("number")
      .describe("`value`: best first of the first objective, `-value`: worst first; unmeasured trials last."),
  }),
  reply: { status: 200, schema: pageSchema(trialResourceSchema) },
  handle({ store, lookup }, { params, query }) {
    const { state, order, filter } = query;
    const wanted = {
      order,
      ...(state && { state }),
      ...(filter && { filter: parseFilter(filter, TRIAL_FIELDS) }),
    };
    return lookup.withStudy(params.project, params.study, (id) =>
      store.listTrials(id, wanted, pageOf(query)),
    );
  },
});
