import type { FidelitySchedule } from "../../../core/fidelity.ts";
import { exploreByBandit } from "./bandit/index.ts";
import { comparisons, configSchema, type PopulationConfig, settingsOf } from "./config.ts";
import { createPopulation } from "./schedule.ts";

/**
 * Population-based bandits (Parker-Holder et al. 2020): as `pbt`, but a model of what was gained so far says how the
 * numeric parameters of a copy change. Categorical ones are drawn anew or kept, as in `pbt`: the bandit over categories of
 * PB2-Mix (Parker-Holder et al. 2021) is not part of it.
 */
export const pb2: FidelitySchedule<PopulationConfig> = {
  name: "pb2",
  version: 1,
  summary:
    "Population-based training whose changes are chosen by a time-varying bandit; for small populations.",
  config: configSchema,
  multiObjective: false,
  compares: comparisons,
  create: (problem, config) =>
    createPopulation(problem, settingsOf(problem, config), (winner, members, rng) =>
      exploreByBandit(problem, winner, members, config, rng),
    ),
};
