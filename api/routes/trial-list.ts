import { z } from "zod";
import { type Filter, parseFilter, TRIAL_FIELDS } from "../../core/filter.ts";
import { trialResourceSchema } from "../../core/resources.ts";
import type { Store } from "../../core/store.ts";
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
  async handle({ store, lookup }, { params, query }) {
    const { state, order, filter } = query;
    const wanted = {
      order,
      ...(state && { state }),
      ...(filter && { filter: await readFilter(store, params, filter) }),
    };
    return lookup.withStudy(params.project, params.study, (id) =>
      store.listTrials(id, wanted, pageOf(query)),
    );
  },
});

/** A parameter that the study does not have would match nothing, without a word. */
async function readFilter(
  store: Store,
  { project, study }: { project: string; study: string },
  text: string,
): Promise<Filter> {
  const { spec } = await store.getStudy(project, study);
  const keys = { params: spec.parameters.map(({ name }) => name) };
  return parseFilter(text, { ...TRIAL_FIELDS, keys });
}
