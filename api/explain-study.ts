import { createFidelitySearch } from "../algorithms/fidelity/create.ts";
import { findAlgorithm } from "../algorithms/index.ts";
import { type FidelityProblem, type FidelitySpec, rungsOf } from "../core/fidelity.ts";
import { createProblem } from "../core/problem.ts";
import type { Explanation } from "../core/resources.ts";
import type { StudySpec } from "../core/study.ts";
import { problemOptions } from "./check-submission.ts";

/** Why a study's algorithm searches the way it does. @param spec has no errors. */
export function explainStudy(spec: StudySpec): Explanation {
  return spec.fidelity === undefined ? explainPlain(spec) : explainStaged(spec, spec.fidelity);
}

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
  const compared =
    schedule.compares?.(problem, schedule.config.parse(fidelity.schedule.config), fidelity.unit) ??
    `Trials are compared at ${fidelity.unit} ${rungsOf(fidelity).join(", ")}.`;
  const { name, version } = sampler;
  return { algorithm: `${schedule.name} + ${name}`, version, text: `${explanation} ${compared}` };
}
