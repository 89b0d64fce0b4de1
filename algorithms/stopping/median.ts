import { z } from "zod";
import type { EarlyStopper } from "../../core/stopper.ts";
import { compareWithPeers, comparisonSettings } from "./compare.ts";
import { runningBest, runningMean } from "./running.ts";

const configSchema = z.strictObject({
  against: z
    .enum(["averages", "bests"])
    .default("averages")
    .describe(
      "What of the other trials the best value is held against: their running averages, which is lenient, or their best values so far, which saves more.",
    ),
  ...comparisonSettings,
});

const yardsticks = {
  averages: { rule: "median", lossOf: runningMean, quantile: 0.5, cutName: "median of the running averages" },
  bests: { rule: "median", lossOf: runningBest, quantile: 0.5, cutName: "median of the best values" },
};

/**
 * The median rule of Google Vizier (Golovin et al. 2017): a trial stops at step s when its best loss up to s is worse
 * than the median of the other trials' average losses up to s. Parameter-free about curves, and lenient: a best value
 * against averages. Unlike there, a trial that comes down so fast that it is still on course for the cut is spared
 * by default.
 *
 * A peer counts when it has reported at or past s, or ended before s by completing; its average is over what it
 * reported up to s, whichever steps these are. Peers that diverged do not count.
 */
export const median: EarlyStopper<z.infer<typeof configSchema>> = {
  name: "median",
  version: 3,
  summary: "Stops a trial whose best value is worse than the median of the others' running averages.",
  config: configSchema,
  judge: (config, subject, peers, context) =>
    compareWithPeers(config, yardsticks[config.against], subject, peers, context),
};
