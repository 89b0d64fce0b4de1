import type { z } from "zod";
import type { Algorithm } from "../../core/algorithm.ts";
import { FettleError } from "../../core/errors.ts";
import type { FidelityProblem, FidelitySchedule } from "../../core/fidelity.ts";
import { parseFields } from "../../core/field-errors.ts";
import { findAlgorithm } from "../index.ts";
import { createComposed, type FidelitySearch } from "./compose.ts";
import { findSchedule } from "./index.ts";
import { chooseSampler, samplerName } from "./sampler.ts";

/** The plug-ins of a study with a fidelity, by name. */
export interface FidelityChoice {
  schedule: string;
  scheduleConfig: unknown;
  /** `auto`: the choice for the space, sampler.ts. */
  algorithm: string;
  algorithmConfig: unknown;
}

export interface CreatedFidelitySearch {
  search: FidelitySearch;
  schedule: FidelitySchedule;
  sampler: Algorithm;
  /** How it will work on this problem, for its user. */
  explanation: string;
}

/** @throws FettleError "invalid-study" with fields that point into `/fidelity/schedule` and `/algorithm`. */
export function createFidelitySearch(
  problem: FidelityProblem,
  choice: FidelityChoice,
): CreatedFidelitySearch {
  const schedule = findSchedule(choice.schedule);
  const scheduleConfig = parsed(schedule.config, choice.scheduleConfig, "/fidelity/schedule/config");
  const sampler = findAlgorithm(samplerName(choice.algorithm, problem));
  const config = parsed(sampler.config, choice.algorithmConfig, "/algorithm/config");
  const search = createComposed(
    problem,
    schedule.create(problem, scheduleConfig),
    (own) => sampler.create(own, config),
    sampler,
  );
  const placing =
    choice.algorithm === "auto"
      ? chooseSampler(problem).explanation
      : (sampler.explain?.(problem, config) ?? sampler.summary);
  return { search, schedule, sampler, explanation: `${schedule.summary} ${placing}` };
}

function parsed<Config>(schema: z.ZodType<Config>, config: unknown, pointer: string): Config {
  const result = parseFields(schema, config, pointer);
  if (result.ok) return result.value;
  throw new FettleError("invalid-study", result.errors[0]!.message, { fields: result.errors });
}
