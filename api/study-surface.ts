import { lossSurface } from "../algorithms/importance/surface.ts";
import type { ChartStore } from "../core/chart-store.ts";
import type { Surface } from "../core/charts.ts";
import { createCodec } from "../core/codec.ts";
import { FettleError } from "../core/errors.ts";
import { fromLoss } from "../core/objective.ts";
import { createProblem } from "../core/problem.ts";
import type { StudyResource } from "../core/resources.ts";
import type { FloatParameter, IntParameter } from "../core/space.ts";
import { didYouMean } from "../core/suggest-name.ts";
import { problemOptions } from "./check-submission.ts";

/** The model's picture of a study's first objective over two of its parameters. */

export interface SurfaceQuestion {
  x: string;
  y: string;
  resolution: number;
}

/** Fewer say next to nothing; more make the model slow, and no better to look at. */
const LEAST_TRIALS = 10;
const MOST_TRIALS = 300;

/** @throws FettleError "invalid-input" at ?x or ?y; "conflict" while there are too few trials. */
export async function surfaceOf(
  store: ChartStore,
  { id, spec }: StudyResource,
  { x, y, resolution }: SurfaceQuestion,
): Promise<Surface> {
  const axes = [axisOf(spec.parameters, "x", x), axisOf(spec.parameters, "y", y)] as const;
  if (x === y) throw wrongAxis("y", `"${y}" is on the other axis already.`, "Choose another parameter.");
  const trials = await store.ratedPoints(id, MOST_TRIALS);
  if (trials.length < LEAST_TRIALS) throw tooFew(trials.length);
  const problem = createProblem(spec, problemOptions(spec));
  const dimensions = [axes[0].dimension, axes[1].dimension] as const;
  const surface = lossSurface(problem, trials, dimensions, resolution);
  const { metric, goal } = spec.objectives[0]!;
  const rowsOf = (values: Float64Array, shown: (value: number) => number) =>
    surface.y.map((_, row) =>
      Array.from(values.subarray(row * surface.x.length, (row + 1) * surface.x.length), shown),
    );
  return {
    metric,
    x: shownAxis(axes[0].parameter, surface.x),
    y: shownAxis(axes[1].parameter, surface.y),
    mean: rowsOf(surface.mean, (loss) => fromLoss(goal, loss)),
    std: rowsOf(surface.std, (std) => std),
    trials: trials.length,
    text:
      `What a Gaussian process fitted to ${trials.length} completed trials expects of ${metric}; every other parameter is held ` +
      "where the best of them has it. Far from any trial it knows little: see the uncertainty.",
  };
}

type Numeric = FloatParameter | IntParameter;

/** The parameter and its place among the searched ones. */
function axisOf(parameters: StudyResource["spec"]["parameters"], axis: "x" | "y", name: string) {
  const searched = parameters.filter(({ type }) => type !== "fixed");
  const numeric = searched.filter(isNumeric);
  const parameter = numeric.find((candidate) => candidate.name === name);
  if (parameter !== undefined) return { parameter, dimension: searched.indexOf(parameter) };
  const names = numeric.map((candidate) => candidate.name);
  const hint = didYouMean(name, names) ?? `There are: ${names.join(", ") || "none"}.`;
  throw wrongAxis(axis, `The study searches no float or int parameter "${name}".`, hint);
}

function isNumeric(parameter: StudyResource["spec"]["parameters"][number]): parameter is Numeric {
  return parameter.type === "float" || parameter.type === "int";
}

function shownAxis(parameter: Numeric, coordinates: readonly number[]): Surface["x"] {
  const { name, scale, low, high } = parameter;
  const { decode } = createCodec(parameter);
  return { name, scale, low, high, ticks: coordinates.map((coordinate) => decode(coordinate) as number) };
}

function wrongAxis(axis: "x" | "y", message: string, hint: string): FettleError {
  const field = { pointer: `?${axis}`, code: "unknown-parameter", message, hint };
  return new FettleError("invalid-input", message, { fields: [field], hint });
}

function tooFew(count: number): FettleError {
  return new FettleError(
    "conflict",
    `The model needs ${LEAST_TRIALS} completed trials; there are ${count}.`,
    {
      hint: "Ask again when more trials have completed.",
    },
  );
}
