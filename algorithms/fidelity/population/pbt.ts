import type { FidelitySchedule } from "../../../core/fidelity.ts";
import { comparisons, configSchema, type PopulationConfig, settingsOf } from "./config.ts";
import { perturb } from "./explore.ts";
import { createPopulation } from "./schedule.ts";

/** Population-based training (Jaderberg et al. 2017): truncation selection, copies perturbed at random. */
export const pbt: FidelitySchedule<PopulationConfig> = {
  name: "pbt",
  version: 1,
  summary: "Trains a population, in which copies of the best with changed parameters replace the worst.",
  config: configSchema,
  multiObjective: false,
  compares: comparisons,
  create: (problem, config) =>
    createPopulation(problem, settingsOf(problem, config), ({ point }, _members, rng) =>
      perturb(problem, point, config, rng),
    ),
};
