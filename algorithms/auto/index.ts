import { z } from "zod";
import type { Algorithm, Problem } from "../../core/algorithm.ts";
import { createAutoSearch } from "./auto.ts";
import { ENGINES } from "./engines.ts";
import { describePlan, planOf } from "./plan.ts";
import { describeTraits, traitsOf } from "./traits.ts";

const configSchema = z.strictObject({});
type Config = z.infer<typeof configSchema>;

/** Raised whenever the plan changes; an engine's own version counts as well, since it changes what `auto` proposes. */
const POLICY_VERSION = 2;

/**
 * Chooses the engine for the study: by its space, budget, parallelism and objectives, with another engine later where
 * many results call for it. Every engine learns from every trial, whoever proposed it.
 */
export const auto: Algorithm<Config> = {
  name: "auto",
  version: Object.values(ENGINES).reduce((sum, { version }) => sum + version, POLICY_VERSION),
  summary: "Chooses the method for the study and changes it when results call for it. The default.",
  config: configSchema,
  supports: {
    conditional: true,
    categorical: true,
    constrained: true,
    multiObjective: true,
    outcomeConstraints: true,
    finiteOnly: false,
  },
  explain,
  create: (problem) => createAutoSearch(problem, planOf(traitsOf(problem)), ENGINES),
};

function explain(problem: Problem): string {
  const traits = traitsOf(problem);
  return `${describeTraits(traits)}: ${describePlan(planOf(traits), traits.maxTrials)}.`;
}
