import { z } from "zod";
import { type FidelitySchedule, rungsOf } from "../../core/fidelity.ts";
import { finalistsSchema } from "./finalists.ts";
import { createPromotion } from "./promotion.ts";
import { createRisingCeiling } from "./rising-ceiling.ts";

const configSchema = z.strictObject({
  tieQuantile: z
    .number()
    .min(0)
    .max(1)
    .default(0.9)
    .describe("Quantile of the differences that noise explains, up to which two losses count as equal."),
  finalists: finalistsSchema,
});
type Config = z.infer<typeof configSchema>;

/**
 * PASHA (Bohdal et al. 2023): `asha` that at first trains no further than the second rung, and goes one rung further whenever
 * the two highest rungs in use rank their trials differently. Where short trainings rank well, long ones are saved.
 */
export const pasha: FidelitySchedule<Config> = {
  name: "pasha",
  version: 1,
  summary:
    "asha that trains further only while rankings still change: cheapest where short trainings rank well.",
  config: configSchema,
  // Soft ranks need an order of single losses.
  multiObjective: false,
  create(problem, { tieQuantile, finalists }) {
    const ceiling = createRisingCeiling(rungsOf(problem.fidelity).length - 1, tieQuantile);
    return createPromotion(problem, { name: "pasha", brackets: 1, finalists, ceiling });
  },
};
