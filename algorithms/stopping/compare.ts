import { z } from "zod";
import type { Curve, StopContext, Verdict } from "../../core/stopper.ts";
import { countBelow, quantile } from "./order-statistics.ts";
import { bestOf, peerLosses } from "./running.ts";
import { goOn, ordinal, short, stopAt, userValue } from "./sentence.ts";
import { isOnCourse } from "./trend.ts";
import { isWarmingUp, minReportsSchema, minShareSchema, minStepSchema, minTrialsSchema } from "./warm-up.ts";

/** What the rules have in common that hold a trial's best loss against a quantile of its peers' losses at the same step. */

export const comparisonSettings = {
  minTrials: minTrialsSchema,
  minReports: minReportsSchema,
  minStep: minStepSchema,
  minShare: minShareSchema(0.1),
  spareClimbers: z
    .boolean()
    .default(true)
    .describe(
      "Spares a trial whose trend over the second half of its reports, drawn on to the end of the training, would still reach the cut.",
    ),
};
type Comparison = z.infer<z.ZodObject<typeof comparisonSettings>>;

interface Yardstick {
  rule: string;
  /** Which loss of a peer counts, given how many of its reports do. */
  lossOf(peer: Curve, reports: number): number;
  /** Quantile of the peers' losses, in [0, 1]; 0: their best. */
  quantile: number;
  /** What the cut is, for the sentence. */
  cutName: string;
}

/** Stops a trial whose best loss so far is worse than the yardstick's quantile of its peers, and which is not on course. */
export function compareWithPeers(
  config: Comparison,
  yardstick: Yardstick,
  subject: Curve,
  peers: readonly Curve[],
  context: StopContext,
): Verdict {
  if (isWarmingUp(config, subject, peers, context)) return goOn;
  const losses = peerLosses(peers, subject.steps.at(-1)!, yardstick.lossOf);
  if (losses.length < config.minTrials) return goOn;
  const best = bestOf(subject);
  const cut = quantile(losses, yardstick.quantile);
  if (!(best > cut)) return goOn;
  if (config.spareClimbers && isOnCourse(subject, peers, context, cut)) return goOn;
  const inputs = {
    best: userValue(context, best),
    cut: userValue(context, cut),
    rank: countBelow(losses, best) + 1,
    peers: losses.length,
  };
  const findings = [
    `best ${short(inputs.best)}`,
    `cut ${short(inputs.cut)} (${yardstick.cutName})`,
    `${ordinal(inputs.rank)} of ${losses.length + 1}`,
  ];
  return stopAt(yardstick.rule, subject, context, findings, inputs);
}
