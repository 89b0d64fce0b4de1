import { trialDetailSchema } from "../../core/resources.ts";
import { TRIAL_URL, trialPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

export const trialGet = defineRoute({
  id: "getTrial",
  method: "GET",
  url: TRIAL_URL,
  tag: "trials",
  summary: "Get a trial with its attempts and a summary of each metric",
  access: "read",
  params: trialPath,
  reply: { status: 200, schema: trialDetailSchema },
  handle: ({ store, lookup }, { params }) =>
    lookup.withStudy(params.project, params.study, (id) => store.getTrial(id, params.number)),
});
