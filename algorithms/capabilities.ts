import type { Algorithm, Capabilities, Problem } from "../core/algorithm.ts";
import { FettleError, type FieldError } from "../core/errors.ts";

/** The algorithm, refusing in `create` each problem that its `supports` does not cover, before it sees it. */
export function refuseUnsupported<Config>(algorithm: Algorithm<Config>): Algorithm<Config> {
  return {
    ...algorithm,
    create: (problem, config) => {
      const missing = missingCapabilities(problem, algorithm.supports);
      const fields = missing.map((what) => unsupported(algorithm.name, what));
      if (fields.length > 0) throw new FettleError("invalid-study", fields[0]!.message, { fields });
      return algorithm.create(problem, config);
    },
  };
}

/** What the problem needs and the capabilities lack, in words. */
function missingCapabilities(problem: Problem, supports: Capabilities): string[] {
  const { dimensions } = problem;
  const needs: [needed: boolean, supported: boolean, words: string][] = [
    [problem.activity.length > 0, supports.conditional, "conditional parameters"],
    [dimensions.some(({ kind }) => kind === "categorical"), supports.categorical, "categorical parameters"],
    [problem.constrained, supports.constrained, "constraints between parameters"],
    [problem.objectives > 1, supports.multiObjective, "several objectives"],
    [problem.constraints > 0, supports.outcomeConstraints, "outcome constraints"],
    [dimensions.some(({ kind }) => kind === "continuous"), !supports.finiteOnly, "floats without a step"],
  ];
  return needs.flatMap(([needed, supported, words]) => (needed && !supported ? [words] : []));
}

function unsupported(name: string, what: string): FieldError {
  return {
    pointer: "/algorithm/name",
    code: "unsupported",
    message: `Algorithm "${name}" does not handle ${what}.`,
    hint: "Use random, which handles everything, or change the study.",
  };
}
