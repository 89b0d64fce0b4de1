import { explanationSchema } from "../../core/resources.ts";
import { explainStudy } from "../explain-study.ts";
import { STUDY_URL, studyPath } from "../paths.ts";
import { defineRoute } from "../route.ts";

export const studyExplanation = defineRoute({
  id: "explainStudy",
  method: "GET",
  url: `${STUDY_URL}/explanation`,
  tag: "studies",
  summary: "Why the study's algorithm searches the way it does",
  description:
    "Where a trial's point came from is in the reason of its `trial.scheduled` event: `/events?trial=N`.",
  access: "read",
  params: studyPath,
  reply: { status: 200, schema: explanationSchema },
  async handle({ store }, { params }) {
    const { spec } = await store.getStudy(params.project, params.study);
    return explainStudy(spec);
  },
});
