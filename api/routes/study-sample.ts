import { z } from "zod";
import { trialSampleSchema } from "../../core/charts.ts";
import { TRIAL_STATES } from "../../core/trial.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { integer, listOf } from "../query.ts";
import { defineRoute } from "../route.ts";

export const studySample = defineRoute({
  id: "sampleTrials",
  method: "GET",
  url: `${STUDY_URL}/sample`,
  tag: "charts",
  summary: "The best trials and a sample of the others, by column",
  description:
    "Of trials that ended or are paused, failed ones included: the best completed ones by the first objective, and a random " +
    "sample of the rest that stays the same.",
  access: "read",
  params: studyPath,
  query: z.strictObject({
    limit: integer({ min: 1, max: 5000, default: 1000, description: "Trials, at most." }),
    top: integer({ min: 0, max: 5000, default: 300, description: "How many of the best are among them." }),
    state: listOf(TRIAL_STATES, "Only trials in these states.").optional(),
  }),
  reply: { status: 200, schema: trialSampleSchema },
  handle: ({ store, lookup }, { params, query }) =>
    lookup.withStudy(params.project, params.study, (id) => store.sampleTrials(id, query)),
});
