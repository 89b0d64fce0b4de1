import { z } from "zod";
import type { Curve, EarlyStopper, Verdict } from "../../core/stopper.ts";

const configSchema = z.strictObject({
  minTrials: z
    .int()
    .min(1)
    .max(10_000)
    .default(5)
    .describe("No stop before so many other trials have got as far as the one in question."),
  minReports: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(3)
    .describe("No stop before the trial has reported so many values, so that one noisy start ends nothing."),
});
type Config = z.infer<typeof configSchema>;

/**
 * The median rule of Google Vizier (Golovin et al. 2017): a trial stops at step s when its best loss up to s is worse
 * than the median of the other trials' average losses up to s. Parameter-free about curves, and lenient: a best value
 * against averages.
 *
 * A peer counts when it has reported at or past s, or ended before s by completing; its average is over what it
 * reported up to s, whichever steps these are. Peers that diverged do not count.
 */
export const median: EarlyStopper<Config> = {
  name: "median",
  version: 1,
  summary: "Stops a trial whose best value is worse than the median of the others' running averages.",
  config: configSchema,
  judge,
};

function judge(config: Config, subject: Curve, peers: readonly Curve[]): Verdict {
  const step = subject.steps.at(-1);
  if (step === undefined || subject.steps.length < config.minReports) return { type: "continue" };
  const averages = peers.map((peer) => runningAverage(peer, step)).filter((average) => average !== null);
  if (averages.length < config.minTrials) return { type: "continue" };
  const best = subject.losses.reduce((least, loss) => Math.min(least, loss), Number.POSITIVE_INFINITY);
  const threshold = medianOf(averages);
  if (!(best > threshold)) return { type: "continue" };
  const inputs = { step, bestLoss: best, medianLoss: threshold, peers: averages.length };
  const text =
    `At step ${step} its best loss ${short(best)} is worse than ${short(threshold)}, ` +
    `the median of the running averages of ${averages.length} other trials.`;
  return { type: "stop", step, why: { rule: "median", inputs, text } };
}

/** Mean of a peer's losses up to a step; null when the peer does not count. */
function runningAverage({ steps, losses, diverged, completed }: Curve, step: number): number | null {
  const got = steps.at(-1);
  if (diverged || got === undefined || (got < step && !completed)) return null;
  const seen = losses.filter((_, index) => steps[index]! <= step);
  return seen.length === 0 ? null : seen.reduce((sum, loss) => sum + loss / seen.length, 0);
}

/** Mean of the two middle values when their number is even. */
function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted[Math.floor(middle)]! / 2 + sorted[Math.ceil(middle) - 1]! / 2;
}

function short(loss: number): string {
  return String(Number(loss.toPrecision(6)));
}
