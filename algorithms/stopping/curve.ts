import { z } from "zod";
import type { Curve, EarlyStopper, StopContext, Verdict } from "../../core/stopper.ts";
import { bestFinal, horizonOf, isComplete } from "./completed.ts";
import { probabilityOfEndingBelow } from "./extrapolate.ts";
import { bestOf, reportsUpTo, runningBest } from "./running.ts";
import { counted, goOn, short, stopAt, userValue } from "./sentence.ts";
import { isWarmingUp, minShareSchema, minStepSchema } from "./warm-up.ts";

const configSchema = z.strictObject({
  probability: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe("Stops when the chance of ending better than the best completed trial is less than this."),
  minTrials: z
    .int()
    .min(1)
    .max(10_000)
    .default(10)
    .describe(
      "No stop before so many other trials have completed. At probability 0.1 ten are needed in any case.",
    ),
  minReports: z
    .int()
    .min(4)
    .max(1_000_000)
    .default(4)
    .describe("No stop before the trial has reported so many values; fewer than four make no curve."),
  minStep: minStepSchema,
  minShare: minShareSchema(0.05),
});
type Config = z.infer<typeof configSchema>;

/**
 * Stops a trial that will hardly end better than the incumbent, the completed trial with the least last loss. Two
 * witnesses must agree, and the verdict goes by the one who believes in the trial more:
 *
 * - its own curve, drawn on to the end of the training (extrapolate.ts);
 * - experience: the share of completed trials that came down, from their best loss at the same step to their last one, by
 *   as much as this one still has to. With k completed trials, c of which did, (c + 1) / (k + 1): the conformal bound, which
 *   holds for any curves as long as this trial and those are alike (Vovk et al. 2005).
 *
 * A trial whose best loss so far is not worse than the incumbent's last one always goes on.
 */
export const curve: EarlyStopper<Config> = {
  name: "curve",
  version: 2,
  summary: "Stops a trial whose learning curve will hardly end better than the best completed trial.",
  config: configSchema,
  judge,
};

function judge(config: Config, subject: Curve, peers: readonly Curve[], context: StopContext): Verdict {
  if (isWarmingUp(config, subject, peers, context)) return goOn;
  const horizon = horizonOf(context, peers);
  const incumbent = bestFinal(peers);
  if (horizon === null || incumbent === null) return goOn;
  const gap = bestOf(subject) - incumbent;
  const { caughtUp, completed } = countCaughtUp(peers, subject.steps.at(-1)!, gap);
  if (completed < config.minTrials || !(gap > 0)) return goOn;
  const experience = (caughtUp + 1) / (completed + 1);
  if (!(experience < config.probability)) return goOn;
  const extrapolation = probabilityOfEndingBelow(subject, horizon, incumbent);
  if (!(extrapolation < config.probability)) return goOn;
  const inputs = {
    best: userValue(context, bestOf(subject)),
    incumbent: userValue(context, incumbent),
    probability: Math.max(experience, extrapolation),
    extrapolation,
    experience,
    caughtUp,
    peers: completed,
  };
  const findings = [
    `best ${short(inputs.best)}`,
    `${percent(extrapolation)} chance of beating ${short(inputs.incumbent)} by ${context.unit} ${short(horizon)}`,
    `${caughtUp} of ${counted(completed, "completed trial")} made up as much`,
  ];
  return stopAt("curve", subject, context, findings, inputs);
}

/** How many completed trials came down by at least `gap` from their best loss at `step` to their last loss. */
function countCaughtUp(
  peers: readonly Curve[],
  step: number,
  gap: number,
): { caughtUp: number; completed: number } {
  let caughtUp = 0;
  let completed = 0;
  for (const peer of peers) {
    if (!isComplete(peer)) continue;
    completed++;
    const reports = reportsUpTo(peer, step);
    if (reports > 0 && runningBest(peer, reports) - peer.losses.at(-1)! >= gap) caughtUp++;
  }
  return { caughtUp, completed };
}

function percent(probability: number): string {
  return probability < 0.001 ? "under 0.1 %" : `${(100 * probability).toFixed(1)} %`;
}
