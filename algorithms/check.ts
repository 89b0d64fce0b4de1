import type { ZodType } from "zod";
import type { Algorithm } from "../core/algorithm.ts";
import { FettleError, type FieldError } from "../core/errors.ts";
import { createProblem, type ProblemOptions } from "../core/problem.ts";
import type { SearchSpace } from "../core/space.ts";
import { didYouMean } from "../core/suggest-name.ts";
import { findAlgorithm } from "./index.ts";
import { findStopper } from "./stopping/index.ts";

/** Whether a study can be run by the plug-ins that it names: asked once, at submission. */

export interface PluginChoice {
  name: string;
  config: unknown;
}

/** Everything that keeps the algorithm from working on the study. @param space has passed `checkSpace`. */
export function checkAlgorithm(
  choice: PluginChoice,
  space: SearchSpace,
  options: ProblemOptions,
): FieldError[] {
  return fieldErrors(() => {
    const algorithm = findAlgorithm(choice.name);
    const parsed = parseConfig(algorithm.config, choice.config, "/algorithm/config");
    if (!parsed.ok) return parsed.errors;
    const problem = createProblem(space, options);
    algorithm.create(problem, parsed.config);
    const capacity = algorithm.capacity?.(problem, parsed.config) ?? Number.POSITIVE_INFINITY;
    return options.parallelism > capacity ? [tooParallel(algorithm, capacity, options.parallelism)] : [];
  });
}

/** Everything wrong with the early stopper that a study names. */
export function checkStopper(choice: PluginChoice): FieldError[] {
  return fieldErrors(() => {
    const parsed = parseConfig(findStopper(choice.name).config, choice.config, "/earlyStopping/config");
    return parsed.ok ? [] : parsed.errors;
  });
}

function fieldErrors(check: () => FieldError[]): FieldError[] {
  try {
    return check();
  } catch (error) {
    if (error instanceof FettleError && error.code === "invalid-study") return [...error.fields];
    throw error;
  }
}

type Parsed = { ok: true; config: unknown } | { ok: false; errors: FieldError[] };

function parseConfig(schema: ZodType, config: unknown, pointer: string): Parsed {
  const result = schema.safeParse(config);
  if (result.success) return { ok: true, config: result.data };
  const known = "shape" in schema ? Object.keys(schema.shape as object) : [];
  const errors = result.error.issues.flatMap((issue) => {
    const at = [pointer, ...issue.path.map(String)].join("/");
    if (issue.code !== "unrecognized_keys")
      return [{ pointer: at, code: "invalid-config", message: issue.message }];
    return issue.keys.map((key) => unknownKey(key, `${at}/${key}`, known));
  });
  return { ok: false, errors };
}

function unknownKey(key: string, pointer: string, known: readonly string[]): FieldError {
  const list = known.length === 0 ? "It takes no configuration." : `There are: ${known.join(", ")}.`;
  const hint = didYouMean(key, known) ?? list;
  return { pointer, code: "unknown-field", message: `Unknown setting "${key}".`, hint };
}

function tooParallel(algorithm: Algorithm, capacity: number, parallelism: number): FieldError {
  return {
    pointer: "/parallelism",
    code: "parallelism-unused",
    message: `parallelism is ${parallelism}, but ${algorithm.name} has only ${capacity} points here.`,
    hint: `Use at most ${capacity}.`,
  };
}
