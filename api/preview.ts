import { drawFeasible } from "../algorithms/random.ts";
import type { PreviewedTrial, PriorPlot } from "../core/charts.ts";
import { checkSpace } from "../core/check-space.ts";
import { type CommandContext, renderCommand } from "../core/command.ts";
import { createEncoder } from "../core/encode.ts";
import { FettleError } from "../core/errors.ts";
import { CONTEXT_NAMES } from "../core/placeholder.ts";
import { priorPlot } from "../core/prior-density.ts";
import { createProblem } from "../core/problem.ts";
import { type Rng, studyRng } from "../core/rng.ts";
import type { StudySpec } from "../core/study.ts";
import { problemOptions } from "./check-submission.ts";

/** What a study would do, before it exists. */

const SAMPLES = 3;

/** Three trials drawn at random with the study's seed. @param spec has no errors. */
export function previewTrials(spec: StudySpec): PreviewedTrial[] {
  const rng = studyRng(spec.seed, "preview");
  const samples = Array.from({ length: SAMPLES }, () => previewTrial(spec, rng));
  return samples.filter((sample) => sample !== null);
}

/** Null: no random point satisfies the constraints, or the command has no program at this one. */
function previewTrial(spec: StudySpec, rng: Rng): PreviewedTrial | null {
  const drawn = drawFeasible(createProblem(spec, problemOptions(spec)), rng);
  if (drawn.type !== "start") return null;
  const params = createEncoder(spec).decode(drawn.point);
  const { command, arguments: rules } = spec;
  if (command === undefined) return { params, argv: [] };
  try {
    return { params, argv: renderCommand(command, params, rules, contextOf(spec)) };
  } catch (error) {
    if (error instanceof FettleError && error.code === "invalid-params") return null;
    throw error;
  }
}

/** What depends on the trial or its host is left as the placeholder that stands for it. */
function contextOf(spec: StudySpec): CommandContext {
  const shown = Object.fromEntries(CONTEXT_NAMES.map((name) => [name, `{{${name}}}`]));
  const values = { ...shown, study: spec.name, budget: spec.fidelity === undefined ? null : shown.budget };
  return {
    parameters: spec.parameters.map(({ name }) => name),
    values: values as CommandContext["values"],
  };
}

/** The prior of each searched parameter; none while the space itself is wrong. */
export function priorPlots(spec: StudySpec): PriorPlot[] {
  if (checkSpace(spec).length > 0) return [];
  return spec.parameters.flatMap((parameter) => (parameter.type === "fixed" ? [] : [priorPlot(parameter)]));
}
