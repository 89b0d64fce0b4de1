import { findAlgorithm } from "../../algorithms/index.ts";
import { createProblem } from "../../core/problem.ts";
import { explanationSchema } from "../../core/resources.ts";
import { problemOptions } from "../check-submission.ts";
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
    const { name, version, summary, ...algorithm } = findAlgorithm(spec.algorithm.name);
    const problem = createProblem(spec, problemOptions(spec));
    const choice = algorithm.explain?.(problem, algorithm.config.parse(spec.algorithm.config));
    return { algorithm: name, version, text: choice ?? summary };
  },
});
