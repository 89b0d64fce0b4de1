import { z } from "zod";

export const tpeConfigSchema = z.strictObject({
  initialTrials: z
    .int()
    .min(2)
    .max(10_000)
    .nullable()
    .default(null)
    .describe("Evenly spread trials before the model is asked; null: 10, or a fifth of a small budget."),
  goodShare: z
    .number()
    .gt(0)
    .lt(1)
    .nullable()
    .default(null)
    .describe("Share of the ranked trials that count as good; null: 0.15, with several objectives 0.1."),
  goodLimit: z
    .int()
    .min(1)
    .nullable()
    .default(null)
    .describe("The most trials that count as good; null: 25, with several objectives 100."),
  weighGood: z
    .boolean()
    .default(true)
    .describe("Whether a good trial weighs by how much better it is than the best of the rest."),
  candidates: z
    .int()
    .min(1)
    .max(10_000)
    .default(24)
    .describe("Points drawn from the density of good trials, of which the one with the best ratio is taken."),
  priorWeight: z.number().gt(0).max(1000).default(1).describe("Weight of the prior, in trials."),
  bandwidthLimit: z
    .number()
    .min(1)
    .max(100)
    .default(100)
    .describe("The least bandwidth is one part in this many of a parameter's range."),
  bandwidths: z
    .enum(["neighbours", "uniform", "mixed"])
    .nullable()
    .default(null)
    .describe(
      "Kernels as wide as the gap to a neighbouring trial, all equally wide, or either at random; null: mixed, with several objectives neighbours.",
    ),
  density: z
    .enum(["joint", "separate", "mixed"])
    .nullable()
    .default(null)
    .describe(
      "One density of the parameters that are active together, one of each, or either at random; null: joint, but in spaces without conditions one of each for a third of the suggestions before 200 results; with several objectives mixed.",
    ),
  avoidFailed: z
    .boolean()
    .default(true)
    .describe("Whether trials that ended without a result speak against their point."),
});

export type TpeConfig = z.infer<typeof tpeConfigSchema>;
