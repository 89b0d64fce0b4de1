import { createFidelitySearch } from "../../algorithms/fidelity/create.ts";
import { findAlgorithm } from "../../algorithms/index.ts";
import { type FidelityProblem, type FidelitySpec, rungsOf } from "../../core/fidelity.ts";
import { createProblem } from "../../core/problem.ts";
import { type Explanation, explanationSchema } from "../../core/resources.ts";
import type { StudySpec } from "../../core/study.ts";
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
    return spec.fidelity === undefined ? explainPlain(spec) : explainStaged(spec, spec.fidelity);
  },
});

function explainPlain(spec: StudySpec): Explanation {
  const { name, version, summary, ...algorithm } = findAlgorithm(spec.algorithm.name);
  const problem = createProblem(spec, problemOptions(spec));
  const choice = algorithm.explain?.(problem, algorithm.config.parse(spec.algorithm.config));
  return { algorithm: name, version, text: choice ?? summary };
}

function explainStaged(spec: StudySpec, fidelity: FidelitySpec): Explanation {
  const problem = createProblem(spec, problemOptions(spec)) as FidelityProblem;
  const { sampler, schedule, explanation } = createFidelitySearch(problem, {
    schedule: fidelity.schedule.name,
    scheduleConfig: fidelity.schedule.config,
    algorithm: spec.algorithm.name,
    algorithmConfig: spec.algorithm.config,
  });
  const rungs = `Trials are compared at ${fidelity.unit} ${rungsOf(fidelity).join(", ")}.`;
  const { name, version } = sampler;
  return { algorithm: `${schedule.name} + ${name}`, version, text: `${explanation} ${rungs}` };
}
