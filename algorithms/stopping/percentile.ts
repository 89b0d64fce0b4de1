import { z } from "zod";
import type { EarlyStopper } from "../../core/stopper.ts";
import { compareWithPeers, comparisonSettings } from "./compare.ts";
import { ordinal } from "./sentence.ts";

const configSchema = z.strictObject({
  percentile: z
    .number()
    .min(0)
    .max(100)
    .default(50)
    .describe("A trial goes on while its best value is within so many per cent of the best at its step."),
  ...comparisonSettings,
});

/**
 * The percentile rule of Optuna: a trial stops at step s when its best loss up to s is worse than the p-th percentile of
 * the other trials' losses at s. Stricter than `median` at 50, for these are losses at the step and not averages since the
 * start. A peer without a report at s counts with its last one before; which peers count is as for `median`.
 */
export const percentile: EarlyStopper<z.infer<typeof configSchema>> = {
  name: "percentile",
  version: 1,
  summary:
    "Stops a trial whose best value is not among the best p per cent of the others' values at its step.",
  config: configSchema,
  judge(config, subject, peers, context) {
    const yardstick = {
      rule: "percentile",
      lossOf: ({ losses }: { losses: readonly number[] }, reports: number) => losses[reports - 1]!,
      quantile: config.percentile / 100,
      cutName: `${ordinal(config.percentile)} percentile at this step`,
    };
    return compareWithPeers(config, yardstick, subject, peers, context);
  },
};
