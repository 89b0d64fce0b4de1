import type { Algorithm } from "../core/algorithm.ts";
import { FettleError, type FieldError } from "../core/errors.ts";
import type { FidelityProblem } from "../core/fidelity.ts";
import { parseFields } from "../core/field-errors.ts";
import { createProblem, type ProblemOptions } from "../core/problem.ts";
import type { SearchSpace } from "../core/space.ts";
import { createFidelitySearch } from "./fidelity/create.ts";
import { findAlgorithm } from "./index.ts";
import { findStopper } from "./stopping/index.ts";

/** Whether a study can be run by the plug-ins that it names: asked once, at submission. */

export interface PluginChoice {
  name: string;
  config: unknown;
}

/**
 * Everything that keeps the algorithm from working on the study. `space`: one that has passed `checkSpace`; null, where it
 * has not: then only the name and the settings are looked at.
 */
export function checkAlgorithm(
  choice: PluginChoice,
  space: SearchSpace | null,
  options: ProblemOptions,
): FieldError[] {
  return fieldErrors(() => {
    const algorithm = findAlgorithm(choice.name);
    const parsed = parseFields(algorithm.config, choice.config, "/algorithm/config");
    if (!parsed.ok) return parsed.errors;
    if (space === null) return [];
    const problem = createProblem(space, options);
    algorithm.create(problem, parsed.value);
    const capacity = algorithm.capacity?.(problem, parsed.value) ?? Number.POSITIVE_INFINITY;
    return options.parallelism > capacity ? [tooParallel(algorithm, capacity, options.parallelism)] : [];
  });
}

/** What keeps a fidelity schedule and the algorithm beneath it from working on a space that has passed `checkSpace`. */
export function checkFidelity(
  choice: PluginChoice,
  schedule: PluginChoice,
  space: SearchSpace,
  options: ProblemOptions,
): FieldError[] {
  return fieldErrors(() => {
    createFidelitySearch(createProblem(space, options) as FidelityProblem, {
      schedule: schedule.name,
      scheduleConfig: schedule.config,
      algorithm: choice.name,
      algorithmConfig: choice.config,
    });
    return [];
  });
}

/** Everything wrong with an early stopper that a study names, its place given by `pointer`. */
export function checkStopper(choice: PluginChoice, pointer: string): FieldError[] {
  const errors = fieldErrors(() => {
    const parsed = parseFields(findStopper(choice.name).config, choice.config, "/earlyStopping/config");
    return parsed.ok ? [] : parsed.errors;
  });
  return errors.map((error) => ({ ...error, pointer: error.pointer.replace("/earlyStopping", pointer) }));
}

function fieldErrors(check: () => FieldError[]): FieldError[] {
  try {
    return check();
  } catch (error) {
    if (error instanceof FettleError && error.code === "invalid-study") return [...error.fields];
    throw error;
  }
}

function tooParallel(algorithm: Algorithm, capacity: number, parallelism: number): FieldError {
  return {
    pointer: "/parallelism",
    code: "parallelism-unused",
    message: `parallelism is ${parallelism}, but ${algorithm.name} has only ${capacity} points here.`,
    hint: `Use at most ${capacity}.`,
  };
}
