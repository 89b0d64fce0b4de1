import { z } from "zod";
import type { Curve, EarlyStopper, StopContext, Verdict } from "../../core/stopper.ts";
import { isComplete } from "./completed.ts";
import { runningMean } from "./running.ts";
import { counted, goOn, short, stopAt, userValue } from "./sentence.ts";
import { signedRankP } from "./signed-rank.ts";

const configSchema = z.strictObject({
  probability: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe(
      "Stops when a trial no worse than the incumbent would look so bad with less than this probability.",
    ),
  minFolds: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(2)
    .describe(
      "No stop before so many folds can be compared. At probability 0.1 four are needed in any case.",
    ),
});
type Config = z.infer<typeof configSchema>;

/**
 * For objectives that are a mean over folds or instances, each reported as a step: stops a trial whose folds are worse than
 * the same folds of the incumbent by Wilcoxon's signed-rank test, as Optuna's rule of that name. The incumbent is the
 * completed trial with the least mean loss over all its folds. A trial whose mean over the common folds is not worse goes
 * on whatever the test says: the test weighs ranks, the objective sizes.
 */
export const wilcoxon: EarlyStopper<Config> = {
  name: "wilcoxon",
  version: 1,
  summary: "Stops a trial whose folds are significantly worse than the same folds of the best trial.",
  config: configSchema,
  judge,
};

function judge(config: Config, subject: Curve, peers: readonly Curve[], context: StopContext): Verdict {
  const incumbent = bestByMean(peers);
  if (incumbent === null) return goOn;
  const { differences, own, other } = commonFolds(subject, incumbent);
  if (differences.length < config.minFolds || !(own > other)) return goOn;
  const probability = signedRankP(differences);
  if (!(probability < config.probability)) return goOn;
  const mean = userValue(context, own);
  const incumbentMean = userValue(context, other);
  const folds = differences.length;
  const findings = [
    `mean ${short(mean)}`,
    `trial ${incumbent.trial} has ${short(incumbentMean)} on the same ${counted(folds, context.unit)}`,
    `p = ${short(probability)}`,
  ];
  const inputs = { mean, incumbentMean, incumbent: incumbent.trial, folds, probability };
  return stopAt("wilcoxon", subject, context, findings, inputs);
}

/** The first of the best, in trial order; null: none has completed. */
function bestByMean(peers: readonly Curve[]): Curve | null {
  let best: Curve | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const peer of peers) {
    if (!isComplete(peer)) continue;
    const mean = runningMean(peer, peer.losses.length);
    if (mean < least) [best, least] = [peer, mean];
  }
  return best;
}

/** Loss differences at the steps that both reported, and both means over these. */
function commonFolds(
  subject: Curve,
  incumbent: Curve,
): { differences: number[]; own: number; other: number } {
  const differences: number[] = [];
  let own = 0;
  let other = 0;
  let place = 0;
  for (const [index, step] of subject.steps.entries()) {
    while (place < incumbent.steps.length && incumbent.steps[place]! < step) place++;
    if (incumbent.steps[place] !== step) continue;
    const loss = subject.losses[index]!;
    const rival = incumbent.losses[place]!;
    differences.push(loss - rival);
    own += (loss - own) / differences.length;
    other += (rival - other) / differences.length;
  }
  return { differences, own, other };
}
